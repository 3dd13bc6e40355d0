"""Which clock a file runs on: its rate, its gaps, and where it has none of either."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.files.clock import Clock
from analytics.files.errors import BadRecording
from analytics.kernels.actigraph_filter import RATES_HZ


def pieces(times_us, rate_hz=None, cuts=()):
    times_us = np.asarray(times_us, np.int64)
    clock, values = Clock(rate_hz, "a.csv"), np.arange(len(times_us))
    found = []
    for part in np.split(values, sorted(cuts)):
        found += clock.add(times_us[part], part)
    return [*found, *clock.end()]


def told(found):
    """Give (segment, time) of each sample."""
    times = []
    for piece in found:
        index = np.arange(len(piece.values))
        if piece.period_us is None:
            times += [(piece.segment, int(time)) for time in piece.times_us]
        else:
            due = piece.start_us + np.rint((piece.base + index) * piece.period_us)
            times += [(piece.segment, int(time)) for time in due]
    return times


def rates(found):
    return {piece.period_us and round(1e6 / piece.period_us, 2) for piece in found}


@pytest.mark.parametrize("digits", [3, 6])
@pytest.mark.parametrize("rate_hz", [*RATES_HZ, 12.5, 25, 32, 64, 128, 256])
def test_a_rounded_clock_ticks_at_its_rate(rate_hz, digits):
    index = np.arange(30_000) + 7
    found = pieces(np.rint(np.round(index / rate_hz, digits) * 1e6))

    assert rates(found) == {rate_hz}
    exact = np.rint(index * 1e6 / rate_hz)
    assert [segment for segment, _ in told(found)] == [1] * 30_000
    assert np.abs(np.array(told(found))[:, 1] - exact).max() <= 1


def test_jitter_and_drift_are_no_gap_and_never_run_away():
    rng = np.random.default_rng(1)
    true_us = np.arange(200_000) * 20_000 * 1.0005 + rng.uniform(-1_000, 1_000, 200_000)
    found = pieces(np.rint(true_us))

    assert rates(found) == {50}
    assert {segment for segment, _ in told(found)} == {1}
    assert np.abs(np.array(told(found))[:, 1] - true_us).max() < 20_000


@pytest.mark.parametrize("missing", [1, 2, 500, 100_000])
def test_missing_samples_are_a_gap_and_no_new_rate(missing):
    index = np.r_[0:5_000, 5_000 + missing : 9_000 + missing]
    found = pieces(index * 10_000)

    assert rates(found) == {100}
    assert told(found) == [(1 + (n >= 5_000), 10_000 * i) for n, i in enumerate(index)]


def test_another_rate_is_another_segment():
    found = pieces(np.r_[np.arange(3_000) * 20_000, 60_000_000 + np.arange(3_000) * 10_000])

    assert [piece.segment for piece in found] == sorted(piece.segment for piece in found)
    assert rates(found) == {50, 100}
    assert {segment for segment, _ in told(found)} == {1, 2}


def test_a_clock_without_a_rate_keeps_each_time():
    times_us = np.cumsum(np.random.default_rng(2).integers(3_000, 17_000, 5_000))
    times_us[3_000:] += 1_200_000
    found = pieces(times_us)

    assert rates(found) == {None}
    assert told(found) == [(1 + (n >= 3_000), int(time)) for n, time in enumerate(times_us)]


def test_a_rate_that_was_asked_for_must_fit():
    times_us = np.arange(3_000) * 20_000

    assert rates(pieces(times_us, 50)) == {50}
    with pytest.raises(BadRecording, match=r"a.csv, column time: 50 Hz, not 25"):
        pieces(times_us, 25)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.sampled_from([20_000, 20_000, 20_000, 40_000, 7_000, 5_000_000]), max_size=20),
    st.sets(st.integers(1, 6_000), max_size=5),
)
def test_how_it_is_read_does_not_matter(odd_us, cuts):
    apart_us = np.full(6_000, 20_000)
    apart_us[np.arange(len(odd_us)) * 290] = odd_us
    times_us = np.cumsum(apart_us)

    assert told(pieces(times_us, cuts=cuts)) == told(pieces(times_us))
