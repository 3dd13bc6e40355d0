"""Time by the day of one's own study: nothing of it leads back to a date."""

from datetime import date, timedelta

import numpy as np
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
    """Each is told by the clock on the wall; of an hour that came twice the first."""
    time = study_time(first)
    sunday = first + timedelta(days=3)
    start_us, end_us = at(sunday, "00:00"), at(sunday + timedelta(days=1), "00:00")

    assert end_us - start_us == hours * 60 * MINUTE_US
    assert [time.minute(at(sunday, clock)) for clock in ("01:59", "09:00", "23:59")] == [
        *(119, 540, 1439)
    ]
    told = time.minutes(4)
    assert len(told) == hours * 60
    twice, skipped = max(0, hours - 24) * 60, set(range(120, 180))
    assert np.flatnonzero(told < 0).tolist() == [*range(180, 180 + twice)]
    assert {*range(1440)} - {*told.tolist()} == (skipped if hours < 24 else set())
    assert time.skipped == skipped
    assert time.day(end_us) == 5


@pytest.mark.parametrize(
    ("zone", "minutes"),
    [("Asia/Kolkata", 0), ("Europe/London", 60), ("Australia/Lord_Howe", 30)],
)
def test_no_day_tells_what_clocks_skip_on_some_day(zone, minutes):
    skipped = study_time(MARCH, zone=zone).skipped

    assert len(skipped) == minutes
    assert study_time(OCTOBER, zone=zone).skipped == skipped
    assert study_time(MARCH, Profile.EXPERT, zone=zone).skipped == frozenset()


def test_a_day_that_begins_at_one_has_no_hour_before():
    """Where clocks are put forward at midnight."""
    time = study_time(date(2026, 9, 3), zone="America/Santiago")  # on the 6th

    assert time.minutes(4).tolist() == [*range(60, 1440)]
    assert time.skipped == set(range(60))


def test_who_travels_has_a_day_by_how_long_it_lasts():
    calendar = Calendar((0, at(MARCH, "12:00")), (BERLIN, "America/New_York"))
    time = StudyTime(calendar, at(MARCH, "09:30"), Profile.SAFE_HARBOR, 0)

    told = time.minutes(1)
    assert told[: 24 * 60].tolist() == [*range(1440)]
    assert (len(told), set(told[24 * 60 :].tolist())) == (29 * 60, {-1})


@pytest.mark.parametrize("first", [MARCH, OCTOBER])
def test_instants_near_one_keep_their_distances_on_the_wall(first):
    time = study_time(first)
    due_us = at(first + timedelta(days=3), "13:44") + 12_345_678
    before_us = at(first + timedelta(days=2), "13:44")

    told_us = time.moved_us(due_us, due_us)
    assert told_us == (3 * 1440 + 13 * 60 + 44) * MINUTE_US
    assert told_us - time.moved_us(due_us - 7, due_us) == 7
    assert told_us - time.moved_us(before_us, due_us) == 1440 * MINUTE_US + 12_345_678


@pytest.mark.parametrize(("first", "ahead_h"), [(MARCH, 1), (OCTOBER, 2)])
def test_an_expert_gets_the_clock_on_the_wall_moved_by_the_shift(first, ahead_h):
    time = study_time(first, Profile.EXPERT, -3 * WEEK_US)
    at_us = at(first, "13:44")
    wall_us = at_us + ahead_h * 60 * MINUTE_US - 3 * WEEK_US

    told = time.moment("sent", at_us)
    assert told == {"sent_day": 1, "sent_minute": 824, "sent_at": wall_us}
    later_us = at(first + timedelta(days=7), "13:44")  # clocks were changed
    assert time.moment("sent", later_us)["sent_at"] == wall_us + WEEK_US
    assert time.moved_us(later_us, at_us) == wall_us + WEEK_US


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
