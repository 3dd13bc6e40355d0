"""Coaches are verified before anyone is given to them, and rated after real contact."""

from datetime import date, timedelta

import msgspec
import pytest

from coaching import own
from coaching.acts.coaches import (
    AnswerRating,
    AssignCoach,
    DescribeCoach,
    RateCoach,
    VerifyCoach,
)
from coaching.acts.prompts import AnswerPrompt, CoachMessage
from coaching.circles import together
from coaching.coaches import directory, reputation
from coaching.coaches.directory import Profile
from coaching.daytime import DAY_US
from people import registry
from people.authorize import Actor, Refused, Topic
from people.registry import Conflict, Person, Role
from tests.coached import ADA, CLEO, MONDAY, Study, at

DORA, OMAR = Actor("dora", Role.COACH), Actor("omar", Role.OPERATOR)
NOW_US = at(MONDAY, "12:00")
VERIFY = VerifyCoach(
    participant="omar", coach="dora", credential="nurse", valid_until=MONDAY + timedelta(30)
)


@pytest.fixture
def study():
    study = Study()
    registry.add_person(study.db, Person("omar", Role.OPERATOR), 0)
    registry.add_person(study.db, Person("dora", Role.COACH), 0)
    for who in ("ada", "ben"):
        study.join(who)
    yield study
    study.close()


def act(study, actor, what, now_us=NOW_US):
    return study.engine.act(study.db, actor, what, now_us)


def meet(study, who="ada", now_us=NOW_US):
    """Let a coach write and the participant answer."""
    message = CoachMessage(participant=who, coach="cleo", template_id="coach-well-done")
    act(study, CLEO, message, now_us)
    item = study.inbox(who, now_us)[0]
    answer = AnswerPrompt(participant=who, message_id=item.id, answer=item.options[0])
    assert act(study, Actor(who, Role.PARTICIPANT), answer, now_us + 1).ok


def rate(study, stars=5, comment="", now_us=NOW_US + 2):
    what = RateCoach(participant="ada", coach="cleo", stars=stars, comment=comment)
    return act(study, ADA, what, now_us)


def fill(study, count, stars=5):
    for n in range(count):
        reputation.rate(study.db, f"x{n}", "cleo", stars, f"nice {n}", n)


def test_nobody_is_given_to_a_coach_who_is_not_verified(study):
    assign = AssignCoach(participant="omar", to="ada", coach="dora")
    assert "no verified credential" in str(act(study, OMAR, assign).says)
    assert registry.panel_of(study.db, "dora") == ()

    assert act(study, OMAR, VERIFY).ok
    assert act(study, OMAR, assign).ok
    assert registry.panel_of(study.db, "dora") == ("ada",)


def test_a_credential_that_ran_out_is_none(study):
    act(study, OMAR, VERIFY)

    with pytest.raises(Conflict):
        directory.assign(study.db, "ada", "dora", MONDAY + timedelta(31), NOW_US)
    assert directory.listed(study.db, MONDAY + timedelta(31)) == []


@pytest.mark.parametrize("actor", [ADA, CLEO])
@pytest.mark.parametrize(
    "what", [VERIFY, AssignCoach(participant="omar", to="ada", coach="dora")]
)
def test_only_an_operator_verifies_and_assigns(study, actor, what):
    with pytest.raises(Refused):
        act(study, actor, what)


@pytest.mark.parametrize(
    "wrong", [{"coach": "ada"}, {"credential": " "}, {"valid_until": date(2020, 1, 1)}]
)
def test_what_is_no_credential_is_said(study, wrong):
    assert not act(study, OMAR, msgspec.structs.replace(VERIFY, **wrong)).ok


def test_coaches_are_matched_by_room_language_topic_and_load(study):
    for coach, profile in {
        "cleo": Profile(("en",), ("sleep",), 4),  # two people on her panel
        "dora": Profile(("en", "de"), ("pain",), 10),
        "full": Profile(("en",), ("pain",), 0),
    }.items():
        if registry.find_person(study.db, coach) is None:
            registry.add_person(study.db, Person(coach, Role.COACH), 0)
        directory.verify(study.db, coach, "nurse", date(2030, 1, 1), "omar", 0)
        directory.set_profile(study.db, coach, profile)
    listed = directory.listed(study.db, MONDAY)

    def order(language, topic=None):
        return [each.coach for each in directory.matches(listed, language, topic)]

    assert order("en") == ["dora", "cleo", "full"]
    assert order("en", "sleep") == ["cleo", "dora", "full"]
    assert order("de")[0] == "dora"
    assert {each.coach: each.people for each in listed}["cleo"] == 2


def test_one_rates_after_contact_and_once_for_it(study):
    assert not rate(study).ok
    meet(study)
    assert rate(study).ok
    assert not rate(study, now_us=NOW_US + 3).ok


def test_who_keeps_in_touch_has_one_voice_a_term_and_all_of_it_stays(study):
    for day, stars in ((0, 1), (1, 2), (89, 5), (90, 4), (100, 3)):
        met_us = NOW_US + day * DAY_US
        meet(study, now_us=met_us)
        assert rate(study, stars, f"{stars} on day {day}", met_us + 2).ok
    fill(study, 28)
    known = study.engine.reputation(study.db, "cleo")

    assert (known.responses, known.stars) == (30, {3: 1, 5: 29})  # of day 89 and day 100
    critical = [each for each in known.comments if each.stars <= reputation.CRITICAL]
    assert [each.comment for each in critical] == ["2 on day 1", "1 on day 0"]
    assert all(each.replaced_us for each in critical)
    shown = {each.comment for each in known.comments if not each.replaced_us}
    assert shown >= {"3 on day 100", "5 on day 89"}
    kept = dict(own.said_and_done(study.db, "ada"))["ratings"]
    assert [row["stars"] for row in kept] == [1, 2, 5, 4, 3]


def test_one_is_asked_once_a_term_and_may_rate_anew_before(study):
    def asked(now_us):
        return study.engine.to_rate(study.db, "ada", now_us)

    meet(study)
    assert asked(NOW_US + 2) == ("cleo",)
    assert "in place of" not in str(rate(study).says)
    meet(study, now_us=NOW_US + DAY_US)
    assert asked(NOW_US + DAY_US + 2) == ()
    assert "in place of" in str(rate(study, now_us=NOW_US + DAY_US + 2).says)
    term_us = reputation.TERM_DAYS * DAY_US
    meet(study, now_us=NOW_US + term_us)
    assert asked(NOW_US + term_us + 2) == ("cleo",)


@pytest.mark.parametrize("wrong", [{"stars": 0}, {"stars": 6}, {"comment": "x" * 501}])
def test_what_is_no_rating_is_said(study, wrong):
    meet(study)

    assert not rate(study, **wrong).ok


def test_nothing_is_shown_before_the_thirtieth_response(study):
    fill(study, 29)
    known = study.engine.reputation(study.db, "cleo")
    assert (known.is_shown, known.mean, known.stars, known.comments) == (False, None, {}, ())

    meet(study)
    rate(study, stars=1, comment="Never called back")
    known = study.engine.reputation(study.db, "cleo")
    assert (known.responses, round(known.mean, 2)) == (30, 4.87)
    assert known.comments[0].comment == "Never called back"
    assert "ada" not in repr(known)


def test_all_critical_comments_are_shown_however_old(study):
    fill(study, 3, stars=2)
    fill(study, 40)
    known = study.engine.reputation(study.db, "cleo")

    assert sum(each.stars <= 2 for each in known.comments) == 3
    assert len(known.comments) == 3 + reputation.LATEST


def test_a_coach_answers_their_own_ratings_once(study):
    fill(study, 30, stars=2)
    one = study.engine.reputation(study.db, "cleo").comments[0]
    reply = AnswerRating(participant="cleo", rating=one.id, text="I am sorry.")

    stolen = msgspec.structs.replace(reply, participant="dora")
    assert not act(study, DORA, stolen).ok
    assert act(study, CLEO, reply).ok
    assert not act(study, CLEO, reply).ok
    assert study.engine.reputation(study.db, "cleo").comments[0].reply == "I am sorry."
    with pytest.raises(Refused):
        act(study, DORA, reply)  # in another's name


def test_a_coach_describes_only_themselves(study):
    describe = DescribeCoach(participant="cleo", languages=("en",), topics=(), most_people=9)
    assert act(study, CLEO, describe).ok
    for actor in (DORA, ADA):
        with pytest.raises(Refused):
            act(study, actor, describe)


def test_how_fast_a_coach_writes_back_is_known(study):
    meet(study)
    later_us = NOW_US + 3 * 3_600_000_000
    again = CoachMessage(participant="ada", coach="cleo", template_id="coach-rest")
    act(study, CLEO, again, later_us)
    directory.verify(study.db, "cleo", "nurse", date(2030, 1, 1), "omar", 0)

    (listed,) = directory.listed(study.db, MONDAY)
    assert round(listed.answers_in_h, 3) == 3.0


def test_contact_is_counted_by_whom_and_opening_counts_nothing(study):
    meet(study)
    meet(study, "ben")
    together.interact(study.db, "ada", "coach", "answer:99", NOW_US)
    together.interact(study.db, "ada", "ben", "comment:1", NOW_US, channel="page")
    study.inbox("ada", NOW_US)
    later_us = at(MONDAY + timedelta(28), "07:00")

    known = study.engine.contact(study.db, "ada", {*Topic}, later_us)
    assert known.by_whom == {"coach": 1, "bot": 1, "circle": 1}
    assert known.by_channel == {"app": 2, "page": 1}
    assert round(known.a_year) == round(3 * 365 / 27)
    hidden = study.engine.contact(study.db, "ada", {Topic.PROMPTS}, later_us)
    assert hidden.by_whom == {"coach": 1, "bot": 1}
    assert study.engine.contact(study.db, "ada", {*Topic}, NOW_US).a_year is None
    assert study.engine.contact(study.db, "nobody", {*Topic}, NOW_US) is None


def test_a_study_is_told_how_often_its_people_were_in_touch(study):
    study.join("eve")
    for who, count in (("ada", 9), ("eve", 1)):
        for n in range(count):
            together.interact(study.db, who, "coach", f"answer:{n}", NOW_US)
    together.interact(study.db, "ada", "cleo", "message:1", NOW_US)
    later_us = at(MONDAY + timedelta(28), "07:00")
    topics = {"ada": {*Topic}, "ben": set(), "eve": {Topic.PROMPTS}, "nobody": {*Topic}}

    found = study.engine.in_touch(study.db, topics, later_us)
    aim = study.protocol.interactions_a_year
    assert (found.below(aim), found.within(aim), found.above(aim)) == (2, 0, 1)
    assert round(found.median) == round(365 / 27)
    assert round(found.by_whom["bot"]) == round(10 * 365 / (3 * 27))
    assert study.engine.in_touch(study.db, topics, NOW_US).too_early == 3
