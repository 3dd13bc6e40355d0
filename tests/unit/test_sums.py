"""What a minute of acceleration is: states, and flags that are not one of them."""

import numpy as np
import pytest

from analytics.minutes import MINUTE_US, Flag, Part, State
from analytics.sums import as_epochs
from gateway.wire import Quality
from tests.streams import accel, feed

NOISE_G = np.random.default_rng(0).normal(0, 0.004, (3000, 3))
STILL_G = NOISE_G + np.array([0.0, 0.0, 1.0])
SIGNS = Flag.FLAT | Flag.UNIT


def told(values, **fields):
    """Give the one minute that acceleration in g came to."""
    sums = feed([accel(values, scale=1.0, **fields)])
    (epoch,) = as_epochs(sums, Part.ACCEL, [0] * len(sums), MINUTE_US)
    return epoch["minute"]


@pytest.mark.parametrize(
    ("values", "quality", "state"),
    [
        (STILL_G, 0, State.WORN_STILL),
        (STILL_G + 20 * np.abs(NOISE_G), 0, State.WORN_MOVING),
        (STILL_G, Quality.NOT_WORN, State.NOT_WORN),
        (STILL_G, Quality.FAULT, State.FAULT),
        (np.full((3000, 3), np.nan), 0, State.FAULT),
    ],
)
def test_still_not_worn_and_broken_are_different_things(values, quality, state):
    minute = told(values, quality=int(quality))

    assert minute["state"] == state
    assert minute["flags"] & SIGNS == 0


@pytest.mark.parametrize(
    ("values", "signs"),
    [
        (STILL_G, 0),
        (np.tile([0.0, 0.6, 0.8], (3000, 1)), Flag.FLAT),
        (np.tile([0.0, 0.0, 0.0], (3000, 1)), Flag.FLAT),
        (STILL_G[:1], 0),  # one sample cannot change
        (9.80665 * STILL_G, Flag.UNIT),
        (np.tile([0.0, 0.0, 9.80665], (3000, 1)), SIGNS),
        (0.5 * STILL_G, Flag.UNIT),
        (9.80665 * STILL_G + 400 * NOISE_G, 0),  # not at rest, so nothing is known
    ],
)
def test_a_sensor_that_stands_or_is_not_at_1_g_at_rest_is_flagged(values, signs):
    assert told(values)["flags"] & SIGNS == signs


def test_a_fault_outweighs_no_flag_of_the_samples_that_were_good():
    flat = np.tile([0.0, 0.0, 1.0], (1000, 1))
    broken = accel(STILL_G[:2000], 20_000_000, scale=1.0, quality=int(Quality.FAULT))
    sums = feed([accel(flat, scale=1.0), broken])
    (epoch,) = as_epochs(sums, Part.ACCEL, [0], MINUTE_US)

    assert epoch["minute"]["state"] == State.FAULT
    assert epoch["minute"]["flags"] & SIGNS == Flag.FLAT
