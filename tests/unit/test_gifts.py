"""From a pledge to glasses and thanks, through the engine's door; sponsors learn no names."""

import msgspec
import pytest

from coaching.acts.giving import (
    ChooseCause,
    DeliverVoucher,
    GiveTogether,
    PledgeVouchers,
    RedeemVoucher,
)
from coaching.giving import gifts, points
from coaching.giving.sponsors import gifts_of, impact
from coaching.giving.vouchers import State
from people import registry
from people.authorize import Actor, Refused
from people.registry import Person, Relation, RelationKind, Role
from tests.coached import ADA, BEN, CLEO, MONDAY, Study, at

OMAR, LUX, NEAR = (
    Actor("omar", Role.OPERATOR),
    Actor("lux", Role.SPONSOR),
    Actor("near", Role.SPONSOR),
)
PLEDGE = PledgeVouchers(
    participant="omar", sponsor="lux", cause="seniors", vouchers=2, reference="2024-1"
)


@pytest.fixture
def study():
    study = Study()
    for actor in (OMAR, LUX, NEAR):
        registry.add_person(study.db, Person(actor.person, actor.role), 0)
    for who in ("ada", "ben"):
        study.join(who)
        registry.relate(study.db, Relation(RelationKind.TEAM, who, "owls"), 0)
    yield study
    assert gifts.audit(study.db) == []
    study.close()


def act(study, actor, what, clock="10:00"):
    return study.engine.act(study.db, actor, what, at(MONDAY, clock))


def earn(study, who, amount):
    points.award(study.db, who, "test", MONDAY, amount, 0)


def give(study, actor, cause="seniors"):
    earn(study, actor.person, study.protocol.giving.threshold_points)
    assert act(study, actor, ChooseCause(participant=actor.person, cause=cause)).ok


def test_a_pledge_is_booked_once_under_its_reference(study):
    held = gifts.balances(study.db)["sponsor:seniors"]

    assert act(study, OMAR, PLEDGE).ok
    assert act(study, OMAR, PLEDGE).ok

    assert gifts.balances(study.db)["sponsor:seniors"] == held + 2
    assert [each.pledged for each in impact(study.db, "lux")] == [2]
    assert impact(study.db, "near") == []


def test_a_gift_goes_to_its_end_and_its_giver_is_thanked_once(study):
    act(study, OMAR, PLEDGE)
    give(study, ADA)
    (gift,) = gifts_of(study.db, "lux")
    for what in (RedeemVoucher, DeliverVoucher, DeliverVoucher):
        outcome = act(study, LUX, what(participant="lux", code=gift.code))
        assert outcome.ok

    (thanks,) = study.inbox("ada", at(MONDAY, "10:01"))
    assert "new glasses were handed over" in thanks.text
    assert study.inbox("ben", at(MONDAY, "10:01")) == []
    assert impact(study.db, "lux")[0].states[State.DELIVERED] == 1
    assert study.engine.giving(study.db, "ada").delivered == 1


def test_thanks_in_quiet_hours_wait(study):
    act(study, OMAR, PLEDGE)
    give(study, ADA)
    code = gifts_of(study.db, "lux")[0].code
    act(study, LUX, RedeemVoucher(participant="lux", code=code))
    outcome = act(study, LUX, DeliverVoucher(participant="lux", code=code), clock="22:30")

    assert outcome.touches == ("ada",)
    assert study.inbox("ada", at(MONDAY, "22:31")) == []


def test_what_a_sponsor_is_told_names_no_giver(study):
    act(study, OMAR, PLEDGE)
    give(study, ADA)
    gift = gifts_of(study.db, "lux")[0]
    early = act(study, LUX, DeliverVoucher(participant="lux", code=gift.code))

    assert not early.ok
    for said in (str(early.says), repr(gift), repr(impact(study.db, "lux"))):
        assert "ada" not in said


def test_a_sponsor_handles_only_gifts_they_pay_for(study):
    act(study, OMAR, PLEDGE)
    give(study, ADA)
    code = gifts_of(study.db, "lux")[0].code

    with pytest.raises(Refused, match="not of a cause they pay for"):
        act(study, NEAR, RedeemVoucher(participant="near", code=code))
    assert act(study, OMAR, RedeemVoucher(participant="omar", code=code)).ok


@pytest.mark.parametrize("actor", [ADA, CLEO, LUX])
def test_only_an_operator_books_a_pledge(study, actor):
    with pytest.raises(Refused):
        act(study, actor, PLEDGE)


@pytest.mark.parametrize("actor", [ADA, CLEO])
def test_only_operators_and_sponsors_handle_gifts(study, actor):
    with pytest.raises(Refused):
        act(study, actor, RedeemVoucher(participant=actor.person, code="seniors-1"))


@pytest.mark.parametrize(
    "wrong", [{"cause": "cats"}, {"sponsor": "ada"}, {"sponsor": "nobody"}, {"vouchers": 0}]
)
def test_a_pledge_that_cannot_be_is_said(study, wrong):
    assert not act(study, OMAR, msgspec.structs.replace(PLEDGE, **wrong)).ok


def test_a_team_gives_from_one_pot_and_all_are_thanked(study):
    act(study, OMAR, PLEDGE)
    threshold = study.protocol.giving.threshold_points
    for actor, share in ((ADA, threshold // 2), (BEN, threshold - threshold // 2 + 3)):
        who = actor.person
        earn(study, who, share)
        act(study, actor, ChooseCause(participant=who, cause="seniors"))
        assert act(study, actor, GiveTogether(participant=who, team="owls")).ok

    mine = study.engine.giving(study.db, "ada")
    assert (mine.team, mine.team_points, mine.team_vouchers, mine.points) == ("owls", 3, 1, 0)
    code = gifts_of(study.db, "lux")[0].code
    for what in (RedeemVoucher, DeliverVoucher):
        act(study, LUX, what(participant="lux", code=code))
    for who in ("ada", "ben"):
        assert len(study.inbox(who, at(MONDAY, "10:01"))) == 1


def test_one_gives_with_ones_own_team_only(study):
    assert not act(study, ADA, GiveTogether(participant="ada", team="larks")).ok
    assert act(study, ADA, GiveTogether(participant="ada", team=None)).ok
