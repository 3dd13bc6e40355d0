"""A device on a table is not worn; a quiet sleeper's is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import epochs
from analytics.kernels import nonwear
from tests import naive

RATE = 1  # Hz of made-up signals; minutes do not know


def minutes_of(samples_g):
    """Give whole minutes of a signal as the minutes it would be."""
    by_minute = samples_g.reshape(-1, 60 * RATE, 3)
    minutes = epochs.blank(len(by_minute))
    minutes["n_accel"] = by_minute.shape[1]
    minutes["mean_g"], minutes["sd_g"] = by_minute.mean(axis=1), by_minute.std(axis=1)
    minutes["low_g"], minutes["high_g"] = by_minute.min(axis=1), by_minute.max(axis=1)
    return minutes


def signal(*stretches, seed=0):
    """Give stretches of (minutes, sd in g) around the same attitude."""
    random = np.random.default_rng(seed)
    parts = [random.uniform(-1.7, 1.7, (60 * RATE * n, 3)) * sd for n, sd in stretches]
    return np.concatenate(parts) + np.array([0.1, -0.2, 0.95])


TABLE, BODY = 0.003, 0.05


@pytest.mark.parametrize(
    ("stretches", "marked"),
    [
        ([(240, TABLE)], [(0, 240)]),
        ([(240, BODY)], []),
        ([(120, BODY), (120, TABLE), (120, BODY)], [(120, 240)]),
        ([(125, BODY), (120, TABLE), (115, BODY)], [(135, 240)]),  # whole quarters of an hour
        ([(120, BODY), (59, TABLE), (120, BODY)], []),
    ],
)
def test_an_hour_on_a_table_is_not_worn(stretches, marked):
    found = nonwear.van_hees(minutes_of(signal(*stretches)))

    assert list(zip(*map(list, nonwear.runs(found)), strict=True)) == marked


def test_one_moving_axis_does_not_make_a_body():
    still = signal((60, TABLE))
    still[:, 0] += np.sin(np.arange(len(still)))
    assert nonwear.van_hees(minutes_of(still)).all()

    still[:, 1] += np.sin(np.arange(len(still)))
    assert not nonwear.van_hees(minutes_of(still)).any()


def test_a_single_turn_in_an_hour_is_a_sleeper():
    asleep = signal((60, TABLE))
    asleep[30 * 60 * RATE :] += [0.04, 0.04, 0.0]

    assert not nonwear.van_hees(minutes_of(asleep)).any()


def test_too_few_minutes_are_not_judged():
    minutes = minutes_of(signal((60, TABLE)))
    minutes["n_accel"][:16] = 0
    assert not nonwear.van_hees(minutes).any()

    minutes["n_accel"][15] = 60 * RATE
    found = nonwear.van_hees(minutes)
    assert not found[:15].any()
    assert found[15:].all()


@given(
    st.lists(st.tuples(st.integers(1, 90), st.sampled_from([TABLE, 0.011, BODY])), max_size=5)
)
def test_agrees_with_its_naive_twin_on_the_samples(stretches):
    samples = signal((1, BODY), *stretches)

    found = nonwear.van_hees(minutes_of(samples))
    assert found.tolist() == naive.not_worn(samples, 60 * RATE)


@pytest.mark.parametrize(
    ("counts", "marked"),
    [
        ([0] * 89, []),
        ([0] * 90, [(0, 90)]),
        ([0] * 45 + [5, 5] + [0] * 45, [(0, 92)]),
        ([0] * 45 + [5, 5, 5] + [0] * 90, [(48, 138)]),
        ([0] * 29 + [5] + [0] * 90, [(30, 120)]),  # too little before
        ([0] * 60 + [5] + [0] * 29, []),  # too little after
        ([0] * 60 + [5] + [0] + [5] + [0] * 60, []),  # two interruptions side by side
        ([5] + [0] * 90 + [5], [(1, 91)]),
    ],
)
def test_an_hour_and_a_half_of_zeros(counts, marked):
    found = nonwear.choi(np.array(counts), np.ones(len(counts), bool))

    assert list(zip(*map(list, nonwear.runs(found)), strict=True)) == marked


def test_minutes_without_counts_are_no_zeros():
    known = np.ones(120, bool)
    known[60] = False

    assert not nonwear.choi(np.zeros(120, int), known).any()


runs = st.lists(
    st.tuples(st.sampled_from([0, 0, 7]), st.sampled_from([1, 2, 3, 29, 30, 60, 95]))
)


@given(runs)
def test_choi_agrees_with_its_naive_twin(stretches):
    counts = [value for value, lasts in stretches for _ in range(lasts)]

    found = nonwear.choi(np.array(counts, int), np.ones(len(counts), bool))
    assert found.tolist() == naive.zeros_not_worn(counts)
