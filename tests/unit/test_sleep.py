"""The window of a night, and the minutes asleep in it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from analytics.kernels import sleep

HOUR = 720  # pieces of 5 s


def angles(*stretches, seed=0):
    """Give stretches of (hours, change from piece to piece in degrees)."""
    random = np.random.default_rng(seed)
    steps = [random.normal(0, deg / 0.6745, round(HOUR * hours)) for hours, deg in stretches]
    return np.cumsum(np.concatenate(steps))


def found(angle_deg, worn=None):
    worn = np.ones(angle_deg.size, bool) if worn is None else worn
    window = sleep.window(angle_deg, worn)
    return window and tuple(round(at / HOUR, 1) for at in window)


AWAKE, ASLEEP = 5.0, 0.01


@pytest.mark.parametrize(
    ("night", "window"),
    [
        ([(10, AWAKE), (8, ASLEEP), (6, AWAKE)], (10.0, 18.0)),
        ([(10, AWAKE), (3, ASLEEP), (0.8, AWAKE), (4, ASLEEP), (6.2, AWAKE)], (10.0, 17.8)),
        ([(10, AWAKE), (2, ASLEEP), (1.3, AWAKE), (4, ASLEEP), (6.7, AWAKE)], (13.3, 17.3)),
        ([(10, AWAKE), (0.4, ASLEEP), (13.6, AWAKE)], None),  # a nap of less than half an hour
        ([(24, AWAKE)], None),
        ([(0.01, AWAKE)], None),
    ],
)
def test_the_longest_rest_is_the_night(night, window):
    assert found(angles(*night)) == window


def test_restless_people_have_a_wider_limit_and_none_a_limit_beyond_reason():
    quiet = angles((10, AWAKE), (8, 0.02), (6, AWAKE))
    restless = angles((10, AWAKE), (8, 0.3), (6, AWAKE))
    tossing = angles((10, AWAKE), (8, 0.8), (6, AWAKE))

    assert found(quiet) == found(restless) == (10.0, 18.0)
    assert found(tossing) is None


def test_a_watch_on_the_table_does_not_sleep():
    night = angles((10, AWAKE), (8, ASLEEP), (6, AWAKE))
    worn = np.ones(night.size, bool)
    worn[10 * HOUR : 18 * HOUR] = False

    assert found(night, worn) is None


def test_what_is_not_known_is_not_rest():
    night = angles((10, AWAKE), (8, ASLEEP), (6, AWAKE))
    night[12 * HOUR : 14 * HOUR] = np.nan

    assert found(night) == (14.0, 18.0)
    assert found(np.full(HOUR, np.nan)) is None


@given(hnp.arrays(float, st.integers(60, 200), elements=st.floats(-90, 90) | st.just(np.nan)))
def test_the_change_around_a_piece_is_the_median(angle_deg):
    change = np.abs(np.diff(angle_deg))
    change[np.isnan(change)] = np.inf
    whole = np.full(angle_deg.size, np.inf)
    for n in range(len(change) - 58):
        whole[n + 29] = np.sort(change[n : n + 59])[29]

    found = sleep.rolling_change_deg(angle_deg)
    np.testing.assert_array_equal(found, whole)


def test_cole_kripke_by_hand():
    counts = np.zeros(9, int)
    counts[4] = 430  # 4.3: alone it weighs 0.989, and at its weakest 0.232
    assert sleep.cole_kripke(counts).all()

    counts[4] = 435  # 1.0005 in its own minute
    assert sleep.cole_kripke(counts).tolist() == [True] * 4 + [False] + [True] * 4

    counts[4] = 1000_00  # held to 300: a minute of any weight is awake
    assert sleep.cole_kripke(counts).tolist() == [True] * 2 + [False] * 7


def test_sadeh_by_hand():
    counts = np.zeros(30, int)
    assert sleep.sadeh(counts).all()

    # One minute of 60: mean 5.45, one from 50 to 100, spread 24.49, ln 61: 1.915.
    counts[15] = 6000
    index = 7.601 - 0.065 * 60 / 11 - 1.08 - 0.056 * 60 / np.sqrt(6) - 0.703 * np.log(61)
    assert index == pytest.approx(1.905, abs=0.001)
    assert sleep.sadeh(counts).all()

    counts[10:21] = 6000  # eleven of them
    assert not sleep.sadeh(counts)[15]
