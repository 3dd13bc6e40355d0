"""Steps: the naive twin, cuts, gaps, and walks whose steps a foot switch counted."""

import itertools

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analytics.kernels import steps
from tests import motions, naive, recordings
from tests.streams import accel, feed, frame

PERIOD_US = 20_000.0


def gait(seconds, cadence_hz, amplitude_g, seed=0, uneven=0.0, ripple=0.0, rate_hz=50):
    """A norm that swings with each step, more or less evenly, with ripples and some noise."""
    random = np.random.default_rng(seed)
    t = np.arange(int(seconds * rate_hz)) / rate_hz
    turns = np.cumsum(cadence_hz / rate_hz + random.normal(0, uneven, t.size))
    swings = np.sin(2 * np.pi * turns) + ripple * np.sin(4 * np.pi * turns + 4.5)
    norm = 1 + amplitude_g * swings + random.normal(0, 0.01, t.size)
    samples = np.zeros((t.size, 3))
    samples[:, 2] = norm
    return np.rint(samples * 4096).astype(np.int16)


def count(sums):
    return int(sums["steps"].sum())


stretches = st.builds(
    gait,
    st.floats(0.2, 40),
    st.floats(0.5, 4),
    st.floats(0, 0.6) | st.floats(0, 0.04),
    st.integers(0, 99),
    st.floats(0, 0.02),
    st.floats(0, 1),
)
walks = st.lists(stretches, min_size=1, max_size=3).map(np.concatenate)


@settings(max_examples=60)
@given(walks, st.sampled_from([10_000.0, PERIOD_US, 1e6 / 30, 60_000.0]))
def test_agrees_with_its_naive_twin(samples, period_us):
    clock_us = np.arange(len(samples)) * period_us

    assert count(feed([accel(samples, 0, period_us)])) == naive.steps(
        samples, 1 / 4096, clock_us
    )


@settings(max_examples=60)
@given(walks)
@example(gait(2.0, 3.0, 0.02734375, 1, 0.015625))  # a peak as soon as one before is settled
@example(np.concatenate([gait(1.0, 1.0, 0.0), gait(2.0, 4.0, 0.03125)]))  # a swing after a
@example(np.concatenate([gait(1.0, 1.0, 0.0), gait(2.0, 4.0, 0.0625)]))  # ripple of two peaks
def test_sees_the_swings_that_its_twin_sees(samples):
    norms_g = naive.norms(samples, 1 / 4096)
    (state,) = steps.fresh(1)
    steps.walk(state, norms_g, np.zeros(0, np.int64), PERIOD_US)

    runs = naive.swings(naive.band_passed(norms_g, np.arange(len(samples)) * PERIOD_US))
    last = runs[-1][-4:] if runs else []
    seen = list(zip(state["at"].tolist(), state["swing_g"].tolist(), strict=True))
    assert state["swings"] == len(last)
    assert seen[4 - len(last) :] == last


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
    six = gait(3, 2.0, 0.4)

    assert count(feed([accel(np.concatenate([six, six]))])) > 10
    assert count(feed([accel(six), accel(six, 20_000_000)])) == 0


def test_who_just_walked_is_believed_sooner():
    walk, few, pause = gait(20, 2.0, 0.4), gait(10, 1.2, 0.2), gait(10, 1.0, 0.0)

    assert count(feed([accel(np.concatenate([few, pause]))])) == 0
    again = count(feed([accel(np.concatenate([walk, pause, few]))]))
    assert again == pytest.approx(40 + 12, abs=3)


def test_who_walks_soon_after_was_walking_before():
    walk, few, pause = gait(20, 2.0, 0.4), gait(10, 1.2, 0.2), gait(10, 1.0, 0.0)

    soon = count(feed([accel(np.concatenate([few, pause, walk, pause]))]))
    assert soon == pytest.approx(12 + 40, abs=3)
    later = count(feed([accel(np.concatenate([few, pause, pause, pause, walk, pause]))]))
    assert later == pytest.approx(40, abs=2)


def test_the_step_that_ends_a_walk_counts():
    walk, pause = gait(20, 2.0, 0.4), gait(10, 1.0, 0.0)
    last = gait(0.7, 1.4, 0.3)  # slower and softer

    counted = count(feed([accel(np.concatenate([walk, pause]))]))
    assert count(feed([accel(np.concatenate([walk, last, pause]))])) == counted + 1


def test_ten_steps_of_somebody_who_walks_as_most_do_are_a_walk():
    pause = gait(10, 1.0, 0.0)

    for cadence_hz in (1.5, 1.8, 2.3):
        ten = gait(10 / cadence_hz, cadence_hz, 0.25)
        counted = count(feed([accel(np.concatenate([pause, ten, pause]))]))
        assert counted == pytest.approx(10, abs=1)


def test_what_is_too_fast_to_move_so_little_is_no_gait():
    brushing, running = gait(60, 2.9, 0.15), gait(60, 2.9, 0.6)

    assert count(feed([accel(brushing)])) == 0
    assert count(feed([accel(running)])) == pytest.approx(60 * 2.9, abs=3)


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


def off_by(counted, truth):
    return abs(counted - truth) / truth


@pytest.mark.parametrize("rate_hz", [30.0, 50.0, 100.0])
def test_counts_what_foot_switches_counted(rate_hz):
    off, off_closures = [], []
    for name in recordings.WALKS:
        samples, scale = recordings.walk_as_sensed(name, rate_hz)
        closures = recordings.walk(name)[2]
        counted = count(feed([accel(samples, period_us=1e6 / rate_hz, scale=scale)]))
        off.append(off_by(counted, recordings.strikes(closures)))
        off_closures.append(off_by(counted, len(closures)))

    assert np.mean(off_closures) < 0.016
    assert np.mean(off) < 0.01
    assert max(off) < 0.015


@pytest.mark.parametrize("name", recordings.WALKS)
def test_a_walk_on_its_own_clock_is_the_same_walk(name):
    t, acc_g, strikes_s = recordings.walk(name)
    times_us = np.rint(t * 1e6).astype(np.int64)
    later = np.concatenate([[True], np.diff(np.maximum.accumulate(times_us)) > 0])
    whole = frame(acc_g[later], 0, times_us=times_us[later])

    counted = count(feed([whole]))
    assert counted == naive.steps(whole.values, 1.0, whole.times_us - whole.times_us[0])
    assert off_by(counted, recordings.strikes(strikes_s)) < 0.015


def test_exercises_of_the_arm_are_no_steps():
    t, xyz_g = recordings.watch(count=140)
    samples = np.rint(xyz_g * 2048).astype(np.int16)

    counted = count(feed([accel(samples, scale=1 / 2048)]))
    assert counted == naive.steps(samples, 1 / 2048, np.arange(len(t)) * PERIOD_US)
    assert counted <= 25 * t[-1] / 3600


def steps_per_hour(name, seconds=1800):
    xyz_g = motions.no_walk(name, seed=0, seconds=seconds)
    return count(feed([accel(xyz_g, scale=1.0)])) * 3600 / seconds


def test_hands_and_cars_make_hardly_a_step():
    told = {name: steps_per_hour(name) for name in motions.NO_WALKS}

    alike = "wiping"  # at the pace of walking, as evenly, and as far
    assert max(rate for name, rate in told.items() if name != alike) <= 25
    assert np.mean(list(told.values())) <= 25


@pytest.mark.parametrize("cadence_spm", [50, 55, 60])
def test_hears_most_of_slow_uneven_soft_steps(cadence_spm):
    walks = [motions.slow_walk(seed, 120, cadence_spm, 0.06) for seed in range(10)]

    shares = [count(feed([accel(xyz_g, scale=1.0)])) / (2 * cadence_spm) for xyz_g in walks]
    assert 0.7 < np.mean(shares) < 1.1


@pytest.mark.parametrize("cadence_spm", [45, 50, 55, 60])
@pytest.mark.parametrize("amplitude_g", [0.03, 0.06])
def test_hears_slow_and_soft_steps(cadence_spm, amplitude_g):
    walk = gait(120, cadence_spm / 60, amplitude_g)

    assert count(feed([accel(walk)])) == pytest.approx(2 * cadence_spm, abs=2)
