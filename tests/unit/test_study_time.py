"""Time by the day of one's own study: nothing of it leads back to a date."""

from datetime import date, timedelta

import pytest

from people.registry import Calendar
from research.deidentify.profile import Profile
from research.deidentify.pseudonyms import Pseudonyms
from research.deidentify.study_time import MINUTE_US, StudyTime
from tests.coached import BERLIN, at

WEEK_US = 7 * 86_400_000_000
MARCH = date(2026, 3, 26)  # a Thursday; clocks are put forward on Sunday
OCTOBER = date(2026, 10, 22)  # a Thursday; clocks are set back on Sunday


def study_time(first, profile=Profile.SAFE_HARBOR, shift_us=0, zone=BERLIN):
    return StudyTime(Calendar((0,), (zone,)), at(first, "09:30", zone), profile, shift_us)


def test_day_1_is_the_local_day_of_enrolment():
    time = study_time(MARCH)

    assert time.day(at(MARCH, "00:00")) == 1
    assert time.day(at(MARCH, "00:00") - 1) == 0
    assert time.day(at(MARCH + timedelta(days=40), "23:59")) == 41
    assert time.day_of(MARCH - timedelta(days=3)) == -2


def test_moments_are_told_by_the_quarter_of_an_hour():
    at_us = at(MARCH + timedelta(days=1), "13:44")

    assert study_time(MARCH).moment("sent", at_us) == {
        "sent_day": 2,
        "sent_minute": 13 * 60 + 30,
    }
    assert study_time(MARCH).moment("sent", None) == {}


def test_weeks_begin_with_day_1():
    time = study_time(MARCH)
    days = (0, 6, 7, 20)
    weeks = [time.week("x", at(MARCH + timedelta(days=n), "12:00"))["x_week"] for n in days]

    assert weeks == [1, 1, 2, 3]


@pytest.mark.parametrize(("first", "hours"), [(MARCH, 23), (OCTOBER, 25)])
def test_no_minute_tells_that_a_day_was_longer_or_shorter(first, hours):
    time = study_time(first)
    sunday = first + timedelta(days=3)
    start_us, end_us = at(sunday, "00:00"), at(sunday + timedelta(days=1), "00:00")

    assert end_us - start_us == hours * 60 * MINUTE_US
    told = [time.minute(us) for us in range(start_us, end_us, MINUTE_US)]
    assert told == [min(n, 1439) for n in range(hours * 60)]
    assert time.day(end_us) == 5


def test_instants_near_one_keep_their_distances():
    time = study_time(MARCH)
    due_us = at(MARCH + timedelta(days=1), "13:44") + 12_345_678
    offset_us = time.offset_us(due_us)

    assert due_us + offset_us == (1440 + 13 * 60 + 44) * MINUTE_US


def test_an_expert_gets_instants_moved_by_the_shift():
    time = study_time(MARCH, Profile.EXPERT, -3 * WEEK_US)
    at_us = at(MARCH, "13:44")

    told = time.moment("sent", at_us)
    assert told == {"sent_day": 1, "sent_minute": 824, "sent_at": at_us - 3 * WEEK_US}
    assert time.offset_us(at_us) == -3 * WEEK_US


def test_names_and_shifts_differ_by_person_and_recipient():
    ours, theirs = Pseudonyms(b"k" * 32, "us"), Pseudonyms(b"k" * 32, "them")
    people = [f"p-{n:03d}" for n in range(200)]

    names = {ours.participant(who) for who in people} | {theirs.participant(w) for w in people}
    assert len(names) == 400
    assert ours.participant("p-001") == Pseudonyms(b"k" * 32, "us").participant("p-001")
    assert ours.staff("p-001")[1:] != ours.participant("p-001")[1:]

    weeks = {-ours.shift_us(who) / WEEK_US for who in people}
    assert len(weeks) > 40
    assert weeks <= set(range(1, 53))
