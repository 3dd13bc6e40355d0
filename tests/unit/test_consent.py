import pytest

from people.registry import (
    Conflict,
    Consent,
    NotKnown,
    Person,
    Role,
    Topic,
    ViewerKind,
    add_person,
    consent,
    consent_at_enrolment,
    consents_of,
    granted_to,
)
from tests.people_world import EVERYTHING, START_US, memory_db, populate

HEART_RATE, COACH = Topic.HEART_RATE, ViewerKind.COACH


@pytest.fixture
def db():
    with memory_db() as db:
        populate(db)
        yield db


def said(db, topic, viewer):
    return [
        each for each in consents_of(db, "ana") if (each.topic, each.viewer) == (topic, viewer)
    ]


def test_every_word_is_kept_with_its_version_and_time(db):
    consent(db, "ana", HEART_RATE, COACH, False, START_US + 5)
    consent(db, "ana", HEART_RATE, COACH, True, START_US + 9)

    assert said(db, HEART_RATE, COACH) == [
        Consent(HEART_RATE, COACH, 1, True, START_US),
        Consent(HEART_RATE, COACH, 2, False, START_US + 5),
        Consent(HEART_RATE, COACH, 3, True, START_US + 9),
    ]


def test_the_last_word_holds(db):
    consent(db, "ana", HEART_RATE, COACH, False, START_US + 5)

    assert granted_to(db, "ana", COACH) == set(Topic) - {HEART_RATE}


def test_the_last_word_holds_under_a_clock_set_back(db):
    consent(db, "ana", HEART_RATE, COACH, False, START_US - 5)

    assert HEART_RATE not in granted_to(db, "ana", COACH)


def test_the_same_word_again_is_no_new_version(db):
    assert consent(db, "ana", HEART_RATE, COACH, False, START_US + 5) == 2
    assert consent(db, "ana", HEART_RATE, COACH, False, START_US + 6) == 2
    assert len(said(db, HEART_RATE, COACH)) == 2


def test_friends_are_never_shown_more_than_is_offered(db):
    consent(db, "ana", HEART_RATE, ViewerKind.CIRCLE, True, START_US + 5)

    assert HEART_RATE not in granted_to(db, "ana", ViewerKind.CIRCLE)


def test_enrolment_asks_about_every_topic(db):
    add_person(db, Person("gus", Role.PARTICIPANT), START_US)
    shown_to = {topic: viewers for topic, viewers in EVERYTHING.items() if topic != HEART_RATE}

    with pytest.raises(ValueError, match="gus was not asked about heart_rate"):
        consent_at_enrolment(db, "gus", shown_to, START_US)


def test_what_was_not_granted_at_enrolment_is_on_record(db):
    add_person(db, Person("gus", Role.PARTICIPANT), START_US)
    consent_at_enrolment(db, "gus", {topic: {COACH} for topic in Topic}, START_US)

    words = consents_of(db, "gus")
    assert len(words) == len(Topic) * len(ViewerKind)
    assert {word.viewer for word in words if word.granted} == {COACH}


def test_enrolment_is_asked_once(db):
    with pytest.raises(Conflict, match="ana was asked already"):
        consent_at_enrolment(db, "ana", EVERYTHING, START_US)


def test_only_participants_consent(db):
    with pytest.raises(NotKnown, match="no participant goes by dana"):
        consent(db, "dana", HEART_RATE, COACH, True, START_US)
