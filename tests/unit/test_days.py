"""What a day comes to: wear, steps, intensity, rest."""

from datetime import date

import numpy as np
import pytest

from analytics import days, epochs
from analytics.days import Body, Span
from analytics.epochs import HOUR_US, MINUTE_US, Flag, State

NOBODY = Body()
SPAN = Span("ada", date(2024, 5, 6), "UTC", 0, 24 * HOUR_US)


def still(count):
    minutes = epochs.blank(count)
    minutes["state"], minutes["flags"], minutes["n_accel"] = State.WORN_STILL, Flag.ACCEL, 3000
    return minutes


def walking(count, cadence):
    minutes = still(count)
    minutes["state"], minutes["steps"] = State.WORN_MOVING, cadence
    return minutes


def beating(count, bpm):
    minutes = still(count)
    minutes["hr_n"], minutes["hr_sum_bpm"] = 60, 60 * np.asarray(bpm)
    return minutes


def day(*stretches, body=NOBODY):
    minutes = np.concatenate([*stretches, epochs.blank(0)])
    rest = epochs.blank(max(0, 1440 - minutes.size))
    return days.compute(SPAN, np.concatenate([minutes, rest]), body)


def test_a_day_without_a_word():
    fact = day()

    assert (fact.data_minutes, fact.step_minutes, fact.wear_minutes) == (0, 0, 0)
    assert fact.last_minute_us is None
    assert not fact.valid


@pytest.mark.parametrize(("worn", "valid"), [(599, False), (600, True)])
def test_ten_hours_of_wear_make_a_day_valid(worn, valid):
    assert day(still(worn)).valid is valid


def test_no_data_not_worn_fault_and_still_are_four_things():
    off, broken = still(20), still(30)
    off["state"], broken["state"] = State.NOT_WORN, State.FAULT
    fact = day(still(10), off, broken)

    assert (fact.wear_minutes, fact.not_worn_minutes, fact.fault_minutes) == (10, 20, 30)
    assert fact.data_minutes == 60
    assert fact.last_minute_us == 59 * MINUTE_US


@pytest.mark.parametrize(
    ("cadence", "moderate", "vigorous"), [(99, 0, 0), (100, 5, 0), (129, 5, 0), (130, 0, 5)]
)
def test_cadence_says_how_hard_it_was(cadence, moderate, vigorous):
    fact = day(walking(5, cadence))

    assert (fact.moderate_minutes, fact.vigorous_minutes) == (moderate, vigorous)
    assert fact.deci_points == 10 * moderate + 20 * vigorous
    assert fact.steps == 5 * cadence


@pytest.mark.parametrize(
    ("bpm", "moderate", "vigorous"), [(107, 0, 0), (108, 5, 0), (131, 5, 0), (132, 0, 5)]
)
def test_the_reserve_says_it_better_where_it_is_known(bpm, moderate, vigorous):
    # 40 years: 180 bpm at the limit; resting 60: moderate from 108, vigorous from 132.
    fact = day(beating(5, bpm), body=Body(40, 60))

    assert (fact.moderate_minutes, fact.vigorous_minutes) == (moderate, vigorous)


def test_heart_rate_outvotes_cadence_only_in_its_own_minutes():
    quiet_walk = walking(5, 120)
    quiet_walk["hr_n"], quiet_walk["hr_sum_bpm"] = 60, 60 * 80
    fact = day(quiet_walk, walking(3, 120), body=Body(40, 60))

    assert fact.moderate_minutes == 3


@pytest.mark.parametrize("body", [Body(), Body(40, None), Body(None, 60)])
def test_without_age_or_rest_there_is_no_reserve(body):
    fact = day(beating(5, 170), body=body)

    assert fact.moderate_minutes == fact.vigorous_minutes == 0
    assert fact.heart_minutes == 5


def test_zones_and_impulse_of_a_day():
    # 40 years, resting 60: the reserve is 120 bpm.
    heart = beating(50, np.repeat([60, 96, 108, 132, 168], 10))
    fact = day(heart, body=Body(40, 60, "female"))

    assert [getattr(fact, f"zone_{n}_minutes") for n in range(1, 6)] == [10] * 5
    assert (fact.moderate_minutes, fact.vigorous_minutes) == (10, 20)
    share = np.array([0.3, 0.4, 0.6, 0.9])
    assert fact.trimp == pytest.approx(10 * (share * 0.86 * np.exp(1.67 * share)).sum())


@pytest.mark.parametrize(
    ("body", "zoned", "weighed"),
    [
        (Body(40, 60, None), True, False),
        (Body(None, 60, "male"), False, False),
        (Body(40, None, "male"), False, False),
    ],
)
def test_what_is_not_known_of_a_body_is_not_made_up(body, zoned, weighed):
    fact = day(beating(5, 150), body=body)

    assert (fact.zone_4_minutes == 5, fact.zone_1_minutes is None) == (zoned, not zoned)
    assert (fact.trimp is not None) is weighed


def test_without_a_heart_rate_the_zones_are_empty():
    fact = day(still(60), body=Body(40, 60, "male"))

    assert (fact.zone_1_minutes, fact.heart_minutes, fact.trimp) == (0, 0, 0.0)


def test_a_day_on_the_table_is_not_valid():
    table = still(900)
    table["state"], table["flags"] = State.NOT_WORN, Flag.ACCEL | Flag.JUDGED_NOT_WORN
    fact = day(table, still(100))

    assert (fact.valid, fact.wear_minutes) == (False, 100)
    assert (fact.not_worn_minutes, fact.judged_not_worn_minutes) == (900, 900)


def test_rest_is_a_low_quantile_of_enough_minutes():
    beats = beating(300, np.r_[np.full(30, 52), np.full(270, 75)])

    assert day(beats).resting_bpm == 52
    assert day(beating(200, 52)).resting_bpm is None
    assert day(beats, body=Body(40, 61)).resting_bpm == 61


def test_the_devices_own_count_stands_in_where_no_samples_came():
    summary = epochs.blank(10)
    summary["state"], summary["device_steps"] = State.WORN_MOVING, 70
    fact = day(summary, walking(10, 80))

    assert (fact.steps, fact.step_minutes, fact.wear_minutes) == (1500, 20, 20)


@pytest.mark.parametrize("hours", [23, 25])
def test_days_may_be_shorter_and_longer(hours):
    assert days.compute(SPAN, still(60 * hours), Body()).wear_minutes == 60 * hours


def test_many_days_at_once_are_the_days_alone():
    alone = [days.compute(SPAN, walking(1440, 90 + n), Body()) for n in range(30)]
    table = np.stack([walking(1440, 90 + n) for n in range(30)])

    assert days.compute_all([SPAN] * 30, table, [Body()] * 30) == alone
