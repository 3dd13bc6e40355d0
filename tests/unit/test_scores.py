"""The headline score, and what the door answers."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from analytics import coverage, days, epochs, scores
from analytics.days import Body
from analytics.epochs import EPOCH, HOUR_US, MINUTE_US, Flag, Part, State
from analytics.hearing import Heard
from analytics.lookups import Lookups
from analytics.refresh import days_of, refresh
from analytics.tables import metadata
from people import registry
from people.registry import Person, Role
from tests.people_world import memory_db

DAY = date(2024, 5, 6)
DAY_US = 24 * HOUR_US
T0 = int(datetime(2024, 5, 6, tzinfo=UTC).timestamp()) * 1_000_000
EMPTY = days.compute(
    days.Span("ada", DAY, "UTC", T0, T0 + DAY_US), epochs.blank(1440), days.Body()
)


def week(deci_points, steps, valid=7, step_minutes=900):
    return [
        replace(
            EMPTY,
            day=DAY - timedelta(days=n),
            deci_points=deci_points,
            steps=steps,
            step_minutes=step_minutes,
            wear_minutes=900,
            valid=n < valid,
        )
        for n in range(7)
    ]


def score(facts, age_years=40, placement="wrist"):
    return scores.compute("ada", DAY, facts, Body(age_years, placement=placement))


@pytest.mark.parametrize(
    ("mem_minutes", "steps", "expected"),
    [(0, 2000, 8), (75, 4000, 42), (150, 6000, 69), (150, 8000, 77), (300, 8000, 100)],
)
def test_the_worked_examples_hold(mem_minutes, steps, expected):
    # Seven days of equal points only come to whole minutes when one day has them all.
    facts = week(0, steps)
    facts[0] = replace(facts[0], deci_points=10 * mem_minutes)

    assert score(facts).score == expected
    assert score(facts).mem_minutes == mem_minutes
    assert not score(facts).provisional


@pytest.mark.parametrize(
    ("valid", "known", "provisional"), [(3, False, True), (4, True, True), (7, True, False)]
)
def test_few_valid_days_make_no_score_or_a_provisional_one(valid, known, provisional):
    got = score(week(200, 8000, valid))

    assert (got.score is not None, got.provisional, got.valid_days) == (
        known,
        provisional,
        valid,
    )
    assert ("valid_days" in got.missing) is not known


def test_minutes_of_a_week_are_scaled_from_the_valid_days():
    assert score(week(200, 8000, valid=5)).mem_minutes == 140


def test_without_steps_movement_speaks_alone_and_the_score_says_so():
    got = score(week(1000, 0, step_minutes=0))

    assert (got.score, got.mean_steps) == (100, None)
    assert "steps" in got.missing


def test_older_people_have_a_nearer_goal():
    assert score(week(0, 6000), 60).score == 30
    assert score(week(0, 5600), 59).score == 21


def test_a_score_says_what_it_did_not_know():
    facts = [replace(fact, resting_bpm=60) for fact in week(0, 6000)]

    assert score(facts).missing == ()
    assert score(facts, None, None).missing == ("age_years", "placement")
    assert score(week(0, 6000)).missing == ("resting_bpm",)
    assert score([]).missing == ("valid_days", "steps", "resting_bpm")


@pytest.mark.parametrize("steps", [None, 0, 1, 4_999, 8_000, 20_000])
def test_the_score_is_the_formula_rounded_once(steps):
    for mem_minutes in range(320):
        facts = week(0, steps or 0, step_minutes=900 if steps is not None else 0)
        facts[0] = replace(facts[0], deci_points=10 * mem_minutes)
        movement = min(100.0, 100 * (1 - 2 ** (-mem_minutes / 150)) / 0.75)
        volume = 100 * min(1.0, (steps or 0) / 8000)
        exact = movement if steps is None else 0.7 * movement + 0.3 * volume

        assert abs(score(facts).score - exact) <= 0.501


def test_halves_of_a_point_and_of_a_minute_go_up():
    assert score(week(0, 2000)).score == 8  # 7.5
    facts = week(0, 0)
    facts[0] = replace(facts[0], deci_points=15, steps=3)  # 1.5 minutes; 3 / 7 steps
    assert (score(facts).mem_minutes, score(facts).mean_steps) == (2, 0)


@pytest.mark.parametrize(
    ("known", "tier", "percent"),
    [
        ({"zone_1_minutes": 440, "zone_3_minutes": 10}, scores.Tier.HEART_RATE, 50),
        ({"zone_1_minutes": 440}, scores.Tier.CADENCE, 89),
        ({"sampled_minutes": 440}, scores.Tier.DEVICE, 100),
        ({"sampled_minutes": 0, "step_minutes": 300}, scores.Tier.NONE, 0),
    ],
)
def test_a_score_says_what_its_intensity_rests_on(known, tier, percent):
    measured = {"sampled_minutes": 801, "step_minutes": 900} | known
    facts = [replace(fact, **measured) for fact in week(0, 6000)]

    assert (score(facts).tier, score(facts).coverage_percent) == (tier, percent)


@pytest.fixture
def db():
    with memory_db(metadata) as db:
        registry.add_person(db, Person("ada", Role.PARTICIPANT), 0)
        registry.set_zone(db, "ada", "Europe/London", 0)
        registry.assign(db, "glasses-1", "ada", 0)
        yield db


def walked(db, start_us, minutes, steps=100):
    lived = np.zeros(minutes, EPOCH)
    lived["minute_us"] = start_us + MINUTE_US * np.arange(minutes)
    lived["parts"] = Part.ALL
    lived["minute"] = epochs.blank(minutes)
    lived["minute"]["state"], lived["minute"]["flags"] = State.WORN_MOVING, Flag.ACCEL
    lived["minute"]["steps"] = steps
    epochs.keep(db, [("ada", "glasses-1")], lived)
    lookups = Lookups(db)
    keys = days_of(lookups, "ada", lived["minute_us"].tolist())
    return refresh(db, keys, lookups, start_us + minutes * MINUTE_US)


def test_steps_between_are_those_of_minutes_that_begin_there(db):
    walked(db, T0, 30)

    assert scores.steps_between(db, "ada", T0, T0 + 10 * MINUTE_US) == 1000
    assert scores.steps_between(db, "ada", T0 + 1, T0 + 10 * MINUTE_US) == 900
    assert scores.steps_between(db, "ada", T0 + HOUR_US, T0 + 2 * HOUR_US) is None
    assert scores.steps_between(db, "ben", T0, T0 + HOUR_US) is None


def test_a_day_is_the_wearers_own(db):
    """In May London is an hour ahead: its 6th begins at 23:00 UTC on the 5th."""
    facts = walked(db, T0 - 90 * MINUTE_US, 60)

    assert [(fact.day.day, fact.steps) for fact in facts] == [(5, 3000), (6, 3000)]
    assert scores.minutes(db, "ada", T0 - HOUR_US, T0)["steps"].sum() == 3000


def test_days_of_which_nothing_is_known_are_answered_too(db):
    walked(db, T0, 600)
    answered = scores.days(db, "ada", 3, T0 + DAY_US)

    assert [fact.day.day for fact in answered] == [5, 6, 7]
    assert [fact.data_minutes for fact in answered] == [0, 600, 0]
    assert [fact.valid for fact in answered] == [False, True, False]


def test_today_and_its_score(db):
    walked(db, T0, 600)
    today = scores.today(db, "ada", T0 + 11 * HOUR_US)

    assert (today.day, today.fact.steps) == (DAY, 60_000)
    assert today.score == scores.score(db, "ada", DAY)
    assert today.score.valid_days == 1
    assert scores.score(db, "ada", DAY - timedelta(days=1)) is None


def test_the_day_so_far_of_many_is_that_of_each(db):
    walked(db, T0, 600)
    registry.set_zone(db, "ben", "Europe/London", 0)
    now_us = T0 + 11 * HOUR_US

    found = scores.today_of(db, ["ben", "ada"], now_us)

    assert found == {who: scores.today(db, who, now_us) for who in ("ada", "ben")}
    assert (found["ada"].fact.steps, found["ben"].fact.data_minutes) == (60_000, 0)


def test_a_day_that_changes_changes_the_scores_after_it(db):
    for n in range(7):
        walked(db, T0 + n * DAY_US, 600, 10)
    last = DAY + timedelta(days=6)
    before = scores.score(db, "ada", last)

    walked(db, T0, 600, 100)
    after = scores.score(db, "ada", last)
    assert after.mem_minutes - before.mem_minutes == 600


@pytest.mark.parametrize(
    ("heard_ago_min", "received_ago_min", "behind"),
    [(0, 0, False), (9, 8, False), (11, 10, True), (5, 0, True)],
)
def test_catching_up_while_a_device_may_hold_more(db, heard_ago_min, received_ago_min, behind):
    heard_us, received_us = T0 - heard_ago_min * MINUTE_US, T0 - received_ago_min * MINUTE_US
    coverage.note(db, [Heard("ada", "glasses-1", "accel", True, heard_us, received_us)])

    assert scores.catching_up(db, "ada", T0) is behind


def test_what_keeps_nothing_or_is_worn_no_more_has_nothing_to_catch_up(db):
    coverage.note(db, [Heard("ada", "glasses-1", "heart_rate", False, 0, 0)])
    coverage.note(db, [Heard("ada", "glasses-old", "accel", True, 0, 0)])

    assert not scores.catching_up(db, "ada", T0)
