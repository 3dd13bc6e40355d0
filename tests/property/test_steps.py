"""Steps: the naive twin, cuts, gaps, and walks whose steps a foot switch counted."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.kernels import steps
from tests import naive, recordings
from tests.streams import accel, feed, frame

PERIOD_US = 20_000.0


def gait(seconds, cadence_hz, amplitude_g, seed=0, rate_hz=50):
    """A norm that swings with each step, and some noise."""
    random = np.random.default_rng(seed)
    t = np.arange(int(seconds * rate_hz)) / rate_hz
    norm = 1 + amplitude_g * np.sin(2 * np.pi * cadence_hz * t) + random.normal(0, 0.03, t.size)
    samples = np.zeros((t.size, 3))
    samples[:, 2] = norm
    return np.rint(samples * 4096).astype(np.int16)


def count(sums):
    return int(sums["steps"].sum())


walks = st.builds(
    gait, st.floats(0.2, 40), st.floats(0.5, 4), st.floats(0, 0.6), st.integers(0, 99)
)


@settings(max_examples=60)
@given(walks, st.sampled_from([10_000.0, PERIOD_US, 1e6 / 30, 60_000.0]))
def test_agrees_with_its_naive_twin(samples, period_us):
    clock_us = np.arange(len(samples)) * period_us

    assert count(feed([accel(samples, 0, period_us)])) == naive.steps(
        samples, 1 / 4096, clock_us
    )


@settings(max_examples=60)
@given(walks, st.data())
def test_how_the_stream_was_cut_does_not_matter(samples, data):
    whole = accel(samples)
    cuts = data.draw(st.lists(st.integers(0, len(samples)), max_size=8))
    edges = [0, *sorted(cuts), len(samples)]
    pieces = [whole.piece(a, b) for a, b in itertools.pairwise(edges) if a < b]

    expected = feed([whole])["steps"].tolist()
    assert feed(pieces)["steps"].tolist() == expected
    assert feed(pieces, one_call=True)["steps"].tolist() == expected


@settings(max_examples=40)
@given(walks, st.data())
def test_times_of_their_own_may_be_irregular(samples, data):
    seed = data.draw(st.integers(0, 99))
    gaps_us = np.random.default_rng(seed).integers(1_000, 40_000, len(samples))
    times_us = 5_000_000 + np.cumsum(gaps_us)
    cut = data.draw(st.integers(1, len(samples)))
    whole = frame(samples, int(times_us[0]), times_us=times_us, scale=1 / 4096)
    pieces = [whole.piece(0, cut), whole.piece(cut, len(samples))]

    expected = naive.steps(samples, 1 / 4096, times_us - times_us[0])
    assert count(feed([whole])) == expected
    assert count(feed([piece for piece in pieces if piece.size])) == expected


@settings(max_examples=40)
@given(walks, st.lists(st.integers(0, 1999), max_size=4))
def test_what_is_no_number_is_a_gap(samples, holes):
    reals = samples / 4096
    reals[[hole for hole in holes if hole < len(reals)]] = np.nan
    clock_us = np.arange(len(reals)) * PERIOD_US

    got = count(feed([accel(reals, scale=1.0)]))
    assert got == naive.steps_with_gaps(reals, 1.0, clock_us)


def test_a_run_never_bridges_a_gap():
    seven = gait(7 / 2, 2.0, 0.4)

    away_us = 10_000_000
    assert count(feed([accel(seven), accel(seven, away_us)])) == 0


def test_a_new_day_begins_a_segment():
    walk = gait(40, 2.0, 0.4)
    whole = accel(walk, day_end_us=20_000_000)
    parts = [whole.piece(0, 1000), accel(walk[1000:], 20_000_000, day_end_us=1 << 50)]

    alone = [
        naive.steps(half, 1 / 4096, np.arange(1000) * PERIOD_US)
        for half in (walk[:1000], walk[1000:])
    ]
    assert count(feed(parts)) == sum(alone)


def test_filter_is_the_one_that_is_cited():
    ours = [
        [steps.B00, steps.B01, steps.B02, 1.0, steps.A01, steps.A02],
        [steps.B10, steps.B11, steps.B12, 1.0, steps.A11, steps.A12],
    ]
    np.testing.assert_array_equal(ours, naive.SOS)


@pytest.mark.parametrize("name", recordings.WALKS)
def test_counts_what_a_foot_switch_counted(name):
    _, _, strikes_s = recordings.walk(name)
    samples, scale = recordings.walk_as_sensed(name)

    counted = count(feed([accel(samples, scale=scale)]))
    assert counted == pytest.approx(recordings.strikes(strikes_s), rel=0.05)


@pytest.mark.parametrize("name", recordings.WALKS)
def test_a_walk_on_its_own_clock_is_the_same_walk(name):
    t, acc_g, strikes_s = recordings.walk(name)
    times_us = np.rint(t * 1e6).astype(np.int64)
    later = np.concatenate([[True], np.diff(np.maximum.accumulate(times_us)) > 0])
    whole = frame(acc_g[later], 0, times_us=times_us[later])

    assert count(feed([whole])) == naive.steps(
        whole.values, 1.0, whole.times_us - whole.times_us[0]
    )
    assert count(feed([whole])) == pytest.approx(recordings.strikes(strikes_s), rel=0.05)


def test_agrees_with_its_twin_on_real_wrist_motion():
    t, xyz_g = recordings.watch()
    samples = np.rint(xyz_g * 2048).astype(np.int16)
    clock_us = np.arange(len(t)) * PERIOD_US

    counted = count(feed([accel(samples, scale=1 / 2048)]))
    assert counted == naive.steps(samples, 1 / 2048, clock_us)
    assert counted > 0  # exercises of the arm, which a step counter takes for steps
