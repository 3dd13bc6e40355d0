"""Who believes a device that lies still: only where it has no word of its own."""

import numpy as np
import pytest

from analytics import epochs, wear
from analytics.epochs import Flag, State


def lying(count=120):
    minutes = epochs.blank(count)
    minutes["state"], minutes["flags"], minutes["n_accel"] = State.WORN_STILL, Flag.ACCEL, 3000
    minutes["mean_g"], minutes["sd_g"] = [0, 0, 1], 0.002
    minutes["low_g"], minutes["high_g"] = [-0.01, -0.01, 0.99], [0.01, 0.01, 1.01]
    return minutes


def states(minutes):
    return np.bincount(wear.judged(minutes)["state"], minlength=5).tolist()


def test_a_device_on_a_table_was_not_worn():
    found = wear.judged(lying())

    assert (found["state"] == State.NOT_WORN).all()
    assert (found["flags"] & Flag.JUDGED_NOT_WORN != 0).all()


def test_what_was_stored_stays_as_it_was():
    minutes = lying()
    wear.judged(minutes)

    assert (minutes["state"] == State.WORN_STILL).all()


@pytest.mark.parametrize(
    ("field", "value"),
    [("device_steps", 0), ("state", State.NOT_WORN)],
)
def test_a_device_with_a_word_of_its_own_is_believed(field, value):
    minutes = lying()
    minutes[field][5] = value

    assert (wear.judged(minutes)["state"] == minutes["state"]).all()


@pytest.mark.parametrize("field", ["hr_n", "rr_n", "spo2_n"])
def test_a_heart_is_worn(field):
    minutes = lying()
    minutes[field][60:] = 50

    assert states(minutes) == [0, 60, 0, 60, 0]


def test_what_moves_is_worn():
    minutes = lying()
    minutes["state"][30:90] = State.WORN_MOVING

    assert states(minutes) == [0, 0, 60, 60, 0]


def test_broken_or_silent_minutes_are_not_judged():
    minutes = lying()
    minutes["state"][:5] = State.FAULT
    minutes["state"][5:10], minutes["n_accel"][5:10] = State.NO_DATA, 0

    assert states(minutes) == [5, 0, 0, 110, 5]


@pytest.mark.parametrize("heard", [44, 45, 60, 76, 105])
def test_an_hour_beyond_the_last_minute_is_all_that_matters(heard):
    day = np.concatenate([lying(heard), epochs.blank(1440 - heard)])
    enough = -(-heard // 60) * 60 + 60

    assert (wear.judged(day)["state"][:enough] == wear.judged(day[:enough])["state"]).all()
    assert (wear.judged(day)["state"] == State.NOT_WORN).any() == (heard >= 45)
