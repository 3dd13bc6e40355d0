"""What coaches do at their desk: signed, for each other's eyes, undone where it was wrong."""

from datetime import timedelta

import pytest

from coaching.acts.choices import SetConsent
from coaching.acts.coaches import VerifyCoach
from coaching.acts.desk import (
    Deal,
    DecideDraft,
    HandOver,
    Look,
    StrikeNote,
    Supervise,
    TakeBack,
    UndoDeal,
    WriteNote,
)
from coaching.acts.prompts import (
    AnswerPrompt,
    AssignTicket,
    ReleaseTicket,
    ReopenTicket,
    Reply,
    ResolveTicket,
    TakeTicket,
)
from coaching.post.message import COACH
from people import registry
from people.authorize import Action, Actor, Refused, Role, Topic, allowed
from people.registry import Person, ViewerKind
from tests.coached import ADA, CLEO, MINUTE_US, MONDAY, Study, at

PROMPTED_US = at(MONDAY, "09:30")
LATER_US = PROMPTED_US + 5 * MINUTE_US
DAY_US = 1440 * MINUTE_US
DORA = Actor("dora", Role.COACH)
OLAF = Actor("olaf", Role.OPERATOR)


@pytest.fixture
def study():
    study = Study()
    study.join("ada")
    study.live("ada", at(MONDAY, "07:00"), 14 * 60, 1)
    registry.add_person(study.db, Person("dora", Role.COACH), 0)
    registry.add_person(study.db, Person("olaf", Role.OPERATOR), 0)
    yield study
    study.close()


def act(study, actor, act, now_us=LATER_US):
    return study.engine.act(study.db, actor, act, now_us)


def supervised(study):
    act(study, CLEO, Supervise(participant="ada", coach="cleo", on=True), PROMPTED_US - 1)
    study.engine.tick(study.db, PROMPTED_US)
    (draft,) = study.engine.drafts(study.db, ["ada"], LATER_US)
    return draft


def decide(study, draft, actor=CLEO, now_us=LATER_US, **how):
    how = {"send": True} | how
    request = DecideDraft(participant="ada", coach=actor.person, message_id=draft.id, **how)
    return act(study, actor, request, now_us)


def test_a_draft_waits_and_goes_when_it_is_approved(study):
    draft = supervised(study)
    assert study.inbox("ada", LATER_US) == []

    assert str(decide(study, draft).says) == "Sent."

    (item,) = study.inbox("ada", LATER_US)
    assert (item.text, item.sender) == (draft.text, COACH)
    assert study.engine.drafts(study.db, ["ada"], LATER_US) == []
    assert not decide(study, draft).ok


def test_a_draft_is_sent_in_other_approved_words_under_the_coachs_name(study):
    draft = supervised(study)
    chosen = study.engine.templates()[0]

    assert not decide(study, draft, template_id="no such words").ok
    assert decide(study, draft, template_id=chosen.id).ok

    (item,) = study.inbox("ada", LATER_US)
    assert (item.text, item.sender) == (chosen.text, "cleo")


def test_a_held_draft_is_never_sent_and_its_decision_stays(study):
    draft = supervised(study)

    assert decide(study, draft, send=False).ok

    study.engine.tick(study.db, PROMPTED_US + 300 * MINUTE_US)
    assert draft.id not in [item.id for item in study.inbox("ada", LATER_US)]
    made = study.engine.decisions(study.db, "ada")
    kept = {each.message.id: each.message.sent_us for each in made if each.message}
    assert kept[draft.id] is None


def test_a_draft_that_nobody_decides_on_expires(study):
    draft = supervised(study)

    assert not decide(study, draft, now_us=draft.expires_us).ok
    assert study.engine.drafts(study.db, ["ada"], draft.expires_us) == []


def test_the_bot_writes_by_itself_where_nobody_looks(study):
    act(study, CLEO, Supervise(participant="ada", coach="cleo", on=True), PROMPTED_US - 2)
    act(study, CLEO, Supervise(participant="ada", coach="cleo", on=False), PROMPTED_US - 1)
    study.engine.tick(study.db, PROMPTED_US)

    assert len(study.inbox("ada", LATER_US)) == 1


@pytest.mark.parametrize("actor", [ADA, DORA, Actor("cleo", Role.PARTICIPANT)])
def test_only_a_coach_of_theirs_signs(study, actor):
    note = WriteNote(participant="ada", coach=actor.person, text="hm")
    with pytest.raises(Refused):
        act(study, actor, note)
    with pytest.raises(Refused):
        act(study, CLEO, WriteNote(participant="ada", coach="dora", text="hm"))


def test_notes_are_for_all_coaches_and_only_ones_own_is_struck(study):
    registry.relate(study.db, registry.Relation(registry.RelationKind.COACH, "ada", "dora"), 0)
    assert act(study, CLEO, WriteNote(participant="ada", coach="cleo", text=" Walks at 5 ")).ok
    assert not act(study, CLEO, WriteNote(participant="ada", coach="cleo", text="  ")).ok
    (note,) = study.engine.notes(study.db, "ada")

    assert (note.text, note.coach) == ("Walks at 5", "cleo")
    strike = StrikeNote(participant="ada", coach="dora", note=note.id)
    assert not act(study, DORA, strike).ok
    assert act(study, CLEO, StrikeNote(participant="ada", coach="cleo", note=note.id)).ok
    assert study.engine.notes(study.db, "ada") == []


def test_a_deal_is_signed_and_undone_and_ends_by_itself(study):
    request = Deal(participant="ada", coach="cleo", flag="missed", how="put_off", hours=4)
    assert act(study, CLEO, request).ok
    deal = study.engine.deals(study.db, ["ada"], LATER_US)["ada"]

    assert (deal.coach, deal.flag, deal.settles("dora")) == ("cleo", "missed", True)
    assert study.engine.deals(study.db, ["ada"], deal.until_us) == {}
    undo = UndoDeal(participant="ada", coach="cleo", deal=deal.id)
    assert act(study, CLEO, undo).ok
    assert study.engine.deals(study.db, ["ada"], LATER_US) == {}
    assert not act(study, CLEO, undo).ok


def test_what_is_handed_to_a_coach_stands_on_their_list(study):
    request = Deal(participant="ada", coach="cleo", flag="missed", how="assigned", to="dora")
    assert not act(study, CLEO, request).ok  # no coach of hers
    registry.relate(study.db, registry.Relation(registry.RelationKind.COACH, "ada", "dora"), 0)
    assert act(study, CLEO, request).ok

    deal = study.engine.deals(study.db, ["ada"], LATER_US)["ada"]
    assert deal.settles("cleo")
    assert not deal.settles("dora")


def test_what_is_new_is_told_of_what_is_shared(study):
    study.engine.tick(study.db, PROMPTED_US)
    (item,) = study.inbox("ada", LATER_US)
    act(study, CLEO, Look(participant="ada", coach="cleo"), PROMPTED_US + 1)
    since_us = study.engine.looked_us(study.db, "cleo", "ada")
    answer = AnswerPrompt(participant="ada", message_id=item.id, answer=item.options[0])
    act(study, ADA, answer)
    act(study, ADA, Reply(participant="ada", message_id=item.id, text="soon"), LATER_US + 1)
    hide = SetConsent(
        participant="ada", topic=Topic.HEART_RATE, viewer=ViewerKind.COACH, granted=False
    )
    act(study, ADA, hide, LATER_US + 2)

    def news(*topics):
        found = study.engine.changes(study.db, "ada", since_us, topics)
        return [str(change.says) for change in found]

    assert news(Topic.PROMPTS) == [
        "no longer shares heart rate with coaches",
        "wrote “soon”",
        f"answered “{item.options[0]}”",
    ]
    assert news() == ["no longer shares heart rate with coaches"]
    assert study.engine.changes(study.db, "ada", LATER_US + 2, list(Topic)) == []


def hand_over(study, first=MONDAY, last=MONDAY + timedelta(days=1), colleague="dora"):
    request = HandOver(participant="cleo", colleague=colleague, first_day=first, last_day=last)
    return act(study, CLEO, request)


def test_a_colleague_stands_in_for_some_days_and_no_longer(study):
    assert not hand_over(study).ok  # not verified
    seen = VerifyCoach(
        participant="olaf", coach="dora", credential="RN", valid_until=MONDAY + timedelta(9)
    )
    assert act(study, OLAF, seen).ok
    assert hand_over(study).ok

    def knows(at_us):
        return allowed(study.db, DORA, Action.KNOW, "ada", now_us=at_us)

    over_us = at(MONDAY + timedelta(days=2), "00:00", "UTC")
    assert knows(LATER_US)
    assert registry.panel_of(study.db, "dora", LATER_US) == ("ada",)
    assert registry.panel_of(study.db, "cleo", LATER_US) == ("ada",)
    assert not knows(over_us)
    assert registry.panel_of(study.db, "dora", over_us) == ()
    (stands,) = registry.stand_ins_of(study.db, "cleo", LATER_US)
    assert (stands.coach, stands.until_us, stands.people) == ("dora", over_us, 1)
    assert act(study, CLEO, TakeBack(participant="cleo", colleague="dora")).ok
    assert not knows(LATER_US + 1)
    assert registry.stand_ins_of(study.db, "cleo", LATER_US + 1) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"last": MONDAY - timedelta(days=1)},
        {"first": MONDAY - timedelta(days=3), "last": MONDAY - timedelta(days=2)},
        {"last": MONDAY + timedelta(days=100)},
        {"colleague": "cleo"},
    ],
)
def test_days_off_that_cannot_be_are_said(study, wrong):
    assert not hand_over(study, **wrong).ok


def test_a_red_flag_changes_hands_and_is_opened_again(study):
    registry.relate(study.db, registry.Relation(registry.RelationKind.COACH, "ada", "dora"), 0)
    study.engine.tick(study.db, PROMPTED_US)
    (item,) = study.inbox("ada", LATER_US)
    act(study, ADA, Reply(participant="ada", message_id=item.id, text="I have chest pain"))
    (ticket,) = study.engine.red_flags(study.db, ["ada"])
    named = {"participant": "ada", "ticket_id": ticket.id}

    assert act(study, CLEO, TakeTicket(coach="cleo", **named)).ok
    assert act(study, CLEO, ReleaseTicket(coach="cleo", **named)).ok
    assert study.engine.red_flags(study.db, ["ada"])[0].taken_by is None
    assert not act(study, CLEO, AssignTicket(coach="cleo", to="olaf", **named)).ok
    assert act(study, CLEO, AssignTicket(coach="cleo", to="dora", **named)).ok
    assert study.engine.red_flags(study.db, ["ada"])[0].taken_by == "dora"
    assert act(study, DORA, ResolveTicket(coach="dora", note="Called.", **named)).ok
    assert study.engine.red_flags(study.db, ["ada"]) == []
    assert not act(study, CLEO, ReopenTicket(coach="cleo", **named)).ok
    late_us = LATER_US + 61 * MINUTE_US
    assert not act(study, DORA, ReopenTicket(coach="dora", **named), late_us).ok
    assert act(study, DORA, ReopenTicket(coach="dora", **named)).ok
    assert len(study.engine.red_flags(study.db, ["ada"])) == 1
    steps = [step.what for step in study.engine.audit_of(study.db, ticket.id)]
    assert steps == ["opened", "taken", "released", "assigned", "resolved", "reopened"]
