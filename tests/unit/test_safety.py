"""Red flags stop the bot, show the emergency text and call a human, or say that none comes."""

from datetime import timedelta

import msgspec
import numpy as np
import pytest

from analytics import epochs
from coaching.acts.choices import SetConsent
from coaching.acts.prompts import (
    CoachMessage,
    ReleaseTicket,
    Reply,
    ResolveTicket,
    TakeTicket,
)
from coaching.post import addresses
from coaching.post.channels import Kind
from coaching.protocol import BadProtocol, validate
from coaching.safety import vitals
from coaching.safety.replies import red_flag
from coaching.safety.rules import Vital
from coaching.safety.watch import is_staffed, next_shift_us
from coaching.tables import outbox
from people import registry
from people.authorize import Actor, Refused, Role, Topic
from people.registry import Person, Profile, Relation, RelationKind, ViewerKind
from tests.coached import ADA, CLEO, HOUR_US, MINUTE_US, MONDAY, Study, at, usc

RULES = usc().safety
PROMPTED_US = at(MONDAY, "09:30")
WROTE_US = PROMPTED_US + 5 * MINUTE_US
EMERGENCY = RULES.emergency["en"]


@pytest.fixture
def study():
    study = Study()
    study.join("ada")
    study.live("ada", at(MONDAY, "07:00"), 14 * 60, 1)
    study.engine.tick(study.db, PROMPTED_US)
    yield study
    study.close()


def act(study, actor, act, now_us=WROTE_US):
    return study.engine.act(study.db, actor, act, now_us)


def write(study, text, now_us=WROTE_US):
    prompt = study.inbox("ada", WROTE_US)[-1]
    return act(study, ADA, Reply(participant="ada", message_id=prompt.id, text=text), now_us)


def flags(study):
    return study.engine.red_flags(study.db, ["ada"])


def resolve(study, note="She is fine.", now_us=WROTE_US + 1, coach="cleo", who=CLEO):
    (ticket,) = flags(study)
    closing = ResolveTicket(participant="ada", coach=coach, ticket_id=ticket.id, note=note)
    return act(study, who, closing, now_us)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I have chest pain since noon", "chest pain"),
        ("my chest feels really tight", "chest pain"),
        ("there is a pressure on my chest", "chest pain"),
        ("I fainted on the stairs", "fainting"),
        ("almost passed out", "fainting"),
        ("I can\N{RIGHT SINGLE QUOTATION MARK}t breathe", "breathing"),
        ("My left arm is numb", "stroke"),
        ("I want to die", "self-harm"),
        ("thinking of killing myself", "self-harm"),
        ("יש לי כאבים בחזה", "chest pain"),
        ("אני רוצה למות", "self-harm"),
        ("no chest pain today", "chest pain"),
    ],
)
def test_words_that_no_bot_may_answer(text, kind):
    assert red_flag(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "My legs hurt a bit, but it was lovely",
        "I was out of the house all day",
        "That walk nearly killed me, haha",
        "On my way!",
        "The strap around my chest is fine",
        "I had a big heart for the dog",
    ],
)
def test_words_that_are_no_red_flag(text):
    assert red_flag(text) is None


def test_a_study_adds_its_own_words():
    assert red_flag("My foot is BLUE", ["foot is blue"]) == "foot is blue"


def test_a_red_flag_shows_the_emergency_text_and_calls_the_coach(study):
    addresses.add(study.db, "cleo", Kind.EMAIL, "cleo@example.org", 0)
    outcome = write(study, "I have chest pain")
    first = study.inbox("ada", WROTE_US)[0]

    assert str(outcome.says) == EMERGENCY
    assert first.text.startswith(EMERGENCY)
    assert first.occasion == "safety"
    (ticket,) = flags(study)
    assert (ticket.kind, str(ticket.says)) == ("chest pain", "Wrote of: chest pain")
    assert ticket.due_us == WROTE_US + 15 * MINUTE_US
    (told,) = study.db.execute(outbox.select()).all()
    assert (told.participant, told.lock_text) == (
        "cleo",
        "Someone in your panel needs you now.",
    )


def test_the_bot_is_silent_until_a_human_has_closed_it(study):
    write(study, "I have chest pain")
    study.engine.tick(study.db, at(MONDAY, "13:00"))
    assert study.decisions()[-1].reasons == ("handed_over",)
    assert study.decisions()[-1].probability == 0.0
    assert not resolve(study, note="  ").ok
    assert resolve(study, now_us=at(MONDAY, "14:00")).ok
    study.engine.tick(study.db, at(MONDAY, "17:30"))

    assert study.decisions()[-1].reasons == ()
    assert flags(study) == []


def test_every_step_is_in_the_audit(study):
    write(study, "I fainted")
    (ticket,) = flags(study)
    take = TakeTicket(participant="ada", coach="cleo", ticket_id=ticket.id)
    assert act(study, CLEO, take, WROTE_US + 5).ok
    assert resolve(study, now_us=WROTE_US + 9).ok

    steps = study.engine.audit_of(study.db, ticket.id)
    assert [(s.who, s.what, s.at_us - WROTE_US, s.note) for s in steps] == [
        ("engine", "opened", 0, "Wrote of: fainting"),
        ("cleo", "taken", 5, ""),
        ("cleo", "resolved", 9, "She is fine."),
    ]
    assert not act(study, CLEO, take, WROTE_US + 10).ok


def test_what_nobody_takes_is_escalated(study):
    registry.add_person(study.db, Person("olaf", Role.OPERATOR), 0)
    addresses.add(study.db, "olaf", Kind.EMAIL, "olaf@example.org", 0)
    write(study, "I fainted")
    due_us = WROTE_US + 15 * MINUTE_US
    study.engine.tick(study.db, due_us - 1)
    assert flags(study)[0].escalated_us is None
    assert "ada" in study.engine.tick(study.db, due_us)

    assert flags(study)[0].escalated_us == due_us
    (told,) = study.db.execute(outbox.select()).all()
    assert (told.participant, told.lock_text) == ("olaf", "A red flag was not taken in time.")


def test_what_nobody_took_at_night_is_told_again_when_somebody_comes(study):
    registry.add_person(study.db, Person("olaf", Role.OPERATOR), 0)
    addresses.add(study.db, "olaf", Kind.EMAIL, "olaf@example.org", 0)
    write(study, "I fainted")  # half past midnight where coaches work
    begins_us = at(MONDAY, "09:00", RULES.zone)

    def told(now_us):
        study.engine.tick(study.db, now_us)
        return len(study.db.execute(outbox.select()).all())

    night_us = WROTE_US + 15 * MINUTE_US
    assert [told(each) for each in (night_us, begins_us - 1, begins_us)] == [1, 1, 2]
    assert told(begins_us + 24 * HOUR_US) == 2
    (ticket,) = flags(study)
    steps = [each.what for each in study.engine.audit_of(study.db, ticket.id)]
    assert steps == ["opened", "escalated", "escalated"]


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        (("09:00", 0), ("09:00", 1)),
        (("08:59", 0), ("09:00", 0)),
        (("17:00", 4), ("09:00", 7)),  # on Friday evening
    ],
)
def test_when_somebody_comes_on_duty(now, begins):
    def instant(clock, days):
        return at(MONDAY + timedelta(days=days), clock, RULES.zone)

    assert next_shift_us(RULES, instant(*now)) == instant(*begins)
    assert next_shift_us(msgspec.structs.replace(RULES, staffed=()), instant(*now)) is None


def test_what_is_given_back_has_its_time_anew(study):
    write(study, "I fainted")
    (ticket,) = flags(study)
    act(study, CLEO, TakeTicket(participant="ada", coach="cleo", ticket_id=ticket.id))
    study.engine.tick(study.db, WROTE_US + 15 * MINUTE_US)
    gave_us = WROTE_US + 20 * MINUTE_US
    back = ReleaseTicket(participant="ada", coach="cleo", ticket_id=ticket.id)
    assert act(study, CLEO, back, gave_us).ok

    due_us = gave_us + 15 * MINUTE_US
    assert flags(study)[0].due_us == due_us
    study.engine.tick(study.db, due_us - 1)
    assert flags(study)[0].escalated_us is None
    study.engine.tick(study.db, due_us)
    assert flags(study)[0].escalated_us == due_us


def test_who_reads_hebrew_is_told_in_hebrew_who_comes(study):
    registry.set_profile(study.db, "ada", Profile(language="he"))
    write(study, "I fainted")

    words = f"{RULES.emergency['he']} {RULES.outside_hours['he']}"
    assert study.inbox("ada", WROTE_US)[0].text == words


def test_what_was_taken_is_not_escalated(study):
    write(study, "I fainted")
    (ticket,) = flags(study)
    act(study, CLEO, TakeTicket(participant="ada", coach="cleo", ticket_id=ticket.id))
    study.engine.tick(study.db, at(MONDAY, "12:00"))

    assert flags(study)[0].escalated_us is None
    assert flags(study)[0].taken_by == "cleo"


def test_the_same_again_is_one_ticket_and_something_else_another(study):
    for text in ("I fainted", "fainted again", "and my chest hurts"):
        write(study, text)

    assert [ticket.kind for ticket in flags(study)] == ["fainting", "chest pain"]


def test_without_a_coach_it_is_said_that_nobody_watches(study):
    withdraw = SetConsent(
        participant="ada", topic=Topic.MESSAGES, viewer=ViewerKind.COACH, granted=False
    )
    assert study.engine.watch(study.db, "ada", WROTE_US).coaches == ("cleo",)
    act(study, ADA, withdraw)
    write(study, "I have chest pain")
    study.engine.tick(study.db, at(MONDAY, "13:00"))

    assert study.engine.watch(study.db, "ada", WROTE_US).coaches == ()
    emergency = study.inbox("ada", WROTE_US)[0]
    assert emergency.text == f"{EMERGENCY} Nobody is watching this."
    assert flags(study) == []
    assert study.decisions()[-1].reasons == ()


def test_outside_staffed_hours_it_is_said_who_is_reached(study):
    monday = at(MONDAY, "09:00", RULES.zone), at(MONDAY, "17:00", RULES.zone)
    sunday = at(MONDAY - timedelta(days=1), "12:00", RULES.zone)
    assert [is_staffed(RULES, each) for each in (*monday, sunday)] == [True, False, False]
    write(study, "I fainted")  # half past midnight there

    assert study.inbox("ada", WROTE_US)[0].text == f"{EMERGENCY} {RULES.outside_hours['en']}"
    assert study.engine.watch(study.db, "ada", at(MONDAY, "18:30")).is_staffed


def test_quiet_hours_and_the_budget_do_not_keep_the_emergency_text_away(study):
    for template in study.engine.templates():
        ask = CoachMessage(participant="ada", coach="cleo", template_id=template.id)
        act(study, CLEO, ask)
    letter = study.inbox("ada", WROTE_US)[0]
    night = at(MONDAY, "23:00")
    act(study, ADA, Reply(participant="ada", message_id=letter.id, text="I fainted"), night)

    assert study.inbox("ada", night)[0].text.startswith(EMERGENCY)


def test_nobody_else_touches_a_persons_red_flag(study):
    write(study, "I fainted")
    registry.add_person(study.db, Person("dora", Role.COACH), 0)
    with pytest.raises(Refused):
        resolve(study, coach="dora", who=Actor("dora", Role.COACH))
    with pytest.raises(Refused):
        resolve(study, coach="dora")
    study.join("ben")
    (ticket,) = flags(study)
    other = TakeTicket(participant="ben", coach="cleo", ticket_id=ticket.id)
    assert not act(study, CLEO, other).ok


def test_what_one_coach_took_another_does_not_take(study):
    registry.add_person(study.db, Person("dora", Role.COACH), 0)
    registry.relate(study.db, Relation(RelationKind.COACH, "ada", "dora"), 0)
    write(study, "I fainted")
    (ticket,) = flags(study)
    act(study, CLEO, TakeTicket(participant="ada", coach="cleo", ticket_id=ticket.id))
    mine = TakeTicket(participant="ada", coach="dora", ticket_id=ticket.id)

    assert str(act(study, Actor("dora", Role.COACH), mine).says) == "cleo has taken it already."


def test_own_words_are_kept_and_shown(study):
    assert write(study, "It was lovely").ok
    assert not write(study, " ").ok
    assert not write(study, "x" * 501).ok

    assert study.inbox("ada", WROTE_US)[0].wrote == ("It was lovely",)
    assert flags(study) == []


def minutes(count=20, bpm=70, steps=0, spo2=97.0):
    found = epochs.blank(count)
    found["state"] = epochs.State.WORN_STILL
    found["flags"] = epochs.Flag.ACCEL
    found["steps"] = steps
    found["hr_n"], found["hr_sum_bpm"] = 60, 60 * bpm
    found["spo2_n"], found["spo2_sum_percent"] = 60, 60 * spo2
    return found


@pytest.mark.parametrize(
    ("known", "kinds"),
    [
        ({}, []),
        ({"bpm": 131}, ["heart rate"]),
        ({"bpm": 130}, []),
        ({"bpm": 40}, ["heart rate"]),
        ({"spo2": 91.0}, ["oxygen"]),
        ({"spo2": 91.5}, []),
        ({"bpm": 150, "steps": 60}, []),
        ({"bpm": 150, "spo2": 85.0}, ["heart rate", "oxygen"]),
        ({"bpm": 150, "count": 9}, []),
    ],
)
def test_vital_signs_beyond_their_bounds(known, kinds):
    assert [kind for kind, _ in vitals.red_flags(minutes(**known), RULES)] == kinds


def test_one_minute_without_a_measurement_is_no_evidence():
    found = minutes(bpm=150)
    found["hr_n"][-4] = 0
    found["state"][-6] = epochs.State.NO_DATA

    assert list(vitals.red_flags(found, RULES)) == []


def test_a_heart_that_races_at_rest_calls_a_human_once(study):
    start_us = at(MONDAY, "21:30")  # also in quiet hours
    beat(study, start_us, 40, 140)
    for clock in ("22:00", "22:05", "22:10"):
        study.observe("ada", MONDAY, at(MONDAY, clock))

    (ticket,) = flags(study)
    assert str(ticket.says) == "Heart rate at or above 131 bpm at rest for 10 minutes"
    assert [each.occasion for each in study.inbox("ada", at(MONDAY, "22:10"))] == ["safety"]
    resolve(study, now_us=at(MONDAY, "22:11"))
    study.observe("ada", MONDAY, at(MONDAY, "22:12"))
    assert flags(study) == []


def test_what_a_tracker_hands_over_hours_later_calls_nobody(study):
    beat(study, at(MONDAY, "21:30"), 40, 140)
    study.observe("ada", MONDAY, at(MONDAY, "22:10") + 3 * 60 * MINUTE_US)

    assert flags(study) == []


def beat(study, start_us, count, bpm):
    lived = np.zeros(count, epochs.EPOCH)
    lived["minute_us"] = start_us + MINUTE_US * np.arange(count)
    lived["parts"] = epochs.Part.ALL
    lived["minute"] = minutes(count, bpm)
    epochs.keep(study.db, [("ada", "glasses-ada")], lived)


@pytest.mark.parametrize(
    "wrong",
    [
        {"emergency": {}},
        {"outside_hours": {}},
        {"answer_min": 0},
        {"zone": "Mars/North"},
        {"heart_rate": Vital(high=131, minutes=0)},
    ],
)
def test_a_protocol_that_leaves_people_alone_is_refused(wrong):
    safety = msgspec.structs.replace(RULES, **wrong)
    with pytest.raises(BadProtocol):
        validate(msgspec.structs.replace(usc(), safety=safety))
