"""What a night comes to, and to whose day it belongs."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from analytics import epochs, nightly, nights, scores
from analytics.epochs import EPOCH, HOUR_US, MINUTE_US, Flag, Part, State
from analytics.lookups import Lookups
from analytics.tables import metadata, nights_due
from people import registry
from people.registry import Person, Role
from tests.people_world import memory_db

DAY = date(2024, 5, 6)
START_US = int(datetime(2024, 5, 5, 12, tzinfo=UTC).timestamp()) * 1_000_000


def wrist(hours, asleep):
    """Give minutes of a wrist that turns all the time but for some hours of the night."""
    minutes = epochs.blank(60 * hours)
    minutes["state"], minutes["n_accel"] = State.WORN_STILL, 3000
    minutes["flags"] = Flag.ACCEL | Flag.COUNTS
    minutes["sd_g"], minutes["low_g"], minutes["high_g"] = 0.1, -1, 1
    minutes["mean_g"] = 0
    random = np.random.default_rng(0)
    minutes["anglez_cdeg"] = random.integers(-9000, 9000, (60 * hours, 12))
    minutes["counts"] = 1000
    begin, end = (60 * hour for hour in asleep)
    minutes["anglez_cdeg"][begin:end] = 1234
    minutes["counts"][begin:end] = 0
    return minutes


def night(minutes, placement="wrist"):
    end_us = START_US + len(minutes) * MINUTE_US
    return nights.compute("ada", DAY, START_US, end_us, minutes, placement)


def hours_of(found):
    return tuple(
        round((at_us - START_US) / HOUR_US, 1)
        for at_us in (found.sleep_start_us, found.sleep_end_us)
    )


def test_the_window_of_a_night_and_the_minutes_asleep_in_it():
    found = night(wrist(24, (11, 19)))

    assert hours_of(found) == (11.0, 19.0)
    assert found.asleep_minutes == pytest.approx(8 * 60, abs=5)


@pytest.mark.parametrize("placement", ["temple", None])
def test_sleep_is_told_from_waking_at_a_wrist_only(placement):
    found = night(wrist(24, (11, 19)), placement)

    assert (found.asleep_minutes, hours_of(found)) == (None, (11.0, 19.0))


def test_a_day_of_wear_alone_has_no_night():
    minutes = wrist(24, (2, 3))
    minutes[600:1100] = epochs.blank(500)

    assert night(minutes).sleep_start_us is None


def test_a_night_of_which_nothing_was_measured():
    found = night(epochs.blank(1440))

    assert (found.sleep_start_us, found.rmssd_ms, found.odi_3) == (None, None, None)
    assert (found.beats_kept, found.spo2_minutes, found.resting_bpm) == (0, 0, None)


def beating(minutes, at):
    minutes["rr_n"][at], minutes["rr_diff_n"][at] = 60, 59
    minutes["rr_sum_ms"][at], minutes["rr_square_sum_ms2"][at] = 60_000, 60 * 1001.0**2
    minutes["rr_diff_square_sum_ms2"][at] = 59 * 40.0**2
    minutes["hr_n"][at], minutes["hr_sum_bpm"][at] = 60, 60 * 58
    return minutes


def test_the_heart_of_a_night_is_that_of_its_window():
    minutes = beating(wrist(24, (11, 19)), slice(0, 1440))
    minutes["rr_diff_square_sum_ms2"][:660] *= 4
    minutes["hr_sum_bpm"][:660] = 60 * 40
    found = night(minutes)

    assert (found.rmssd_ms, found.resting_bpm) == (40.0, 58)
    assert found.beats_kept == 480 * 60


def test_without_a_window_the_night_is_from_midnight_to_six():
    minutes = beating(epochs.blank(1440), slice(700, 730))

    assert night(minutes).beats_kept == 10 * 60


def test_desaturations_are_an_hour_of_recording():
    minutes = epochs.blank(1440)
    minutes["spo2_n"][720:810], minutes["spo2_sum_percent"][720:810] = 60, 60 * 95
    minutes["spo2_low_percent"][720:810] = 91
    minutes["desaturations_3"][720:810:10], minutes["desaturations_4"][725] = 1, 3
    found = night(minutes)

    assert (found.spo2_minutes, found.mean_spo2_percent) == (90, 95.0)
    assert (found.odi_3, found.odi_4, found.lowest_spo2_percent) == (6.0, 2.0, 91.0)


@pytest.fixture
def db():
    with memory_db(metadata) as db:
        registry.add_person(db, Person("ada", Role.PARTICIPANT), 0)
        registry.set_zone(db, "ada", "Europe/London", 0)
        yield db


def live(db, minutes, start_us):
    lived = np.zeros(len(minutes), EPOCH)
    lived["minute_us"] = start_us + MINUTE_US * np.arange(len(minutes))
    lived["parts"], lived["minute"] = Part.ALL, minutes
    epochs.keep(db, [("ada", "watch-1")], lived)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2024, 3, 31), 23), (date(2024, 10, 27), 25), (date(2024, 5, 6), 24)],
)
def test_a_night_is_from_noon_to_noon_of_its_wearer(db, day, hours):
    lookups = Lookups(db)
    noon_us = lookups.day("ada", day - timedelta(days=1)).end_us - 12 * HOUR_US
    live(db, wrist(hours, (11, hours - 5)), noon_us)
    nightly.mark(db, {("ada", day)}, lookups)

    assert not nightly.refresh(db, lookups, noon_us + hours * HOUR_US - 1)
    (found,) = nightly.refresh(db, lookups, noon_us + hours * HOUR_US)
    assert (found.start_us, found.end_us) == (noon_us, noon_us + hours * HOUR_US)
    assert found.sleep_end_us - found.sleep_start_us == pytest.approx(
        (hours - 16) * HOUR_US, abs=5 * MINUTE_US
    )
    assert scores.night(db, "ada", day) == found
    assert db.execute(nights_due.select()).all() == []


def test_a_day_has_a_part_in_two_nights(db):
    """A minute of an afternoon is of the night that ends the day after."""
    lookups = Lookups(db)
    morning, evening = sorted(nightly.of_days({("ada", DAY)}))

    assert (morning[1], evening[1]) == (DAY, DAY + timedelta(days=1))
    for _, day in (morning, evening):
        nightly.mark(db, {("ada", day)}, lookups)
    (first, second) = nightly.refresh(db, lookups, START_US + 72 * HOUR_US)
    assert first.end_us == second.start_us


def test_a_night_that_is_not_over_or_unheard_is_not_answered(db):
    assert scores.night(db, "ada", DAY) is None
