"""ENMO: its naive twin, and that no cut and no epoch boundary changes a bit."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from analytics.epochs import MINUTE_US
from analytics.kernels import enmo
from analytics.kernels.spans import SPAN, SUM
from tests import naive
from tests.streams import accel, feed, integers

SCALE = 1 / 4096
starts_us = st.integers(0, 3 * MINUTE_US)


def by_minute(sums):
    return {int(s["minute"]): (float(s["enmo_sum_g"]), int(s["n_valid"])) for s in sums}


@given(integers, starts_us, st.sampled_from([20_000.0, 1e6 / 30, 1_000_000.0, 7_000_000.0]))
def test_agrees_with_its_naive_twin(samples, start_us, period_us):
    sums = feed([accel(samples, start_us, period_us)])

    times_us = start_us + np.array([round(n * period_us) for n in range(len(samples))])
    assert by_minute(sums) == naive.enmo_by_minute(samples, SCALE, times_us)


@given(integers, starts_us, st.data())
def test_how_the_stream_was_cut_does_not_matter(samples, start_us, data):
    whole = accel(samples, start_us, 1_000_000.0)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(samples)), max_size=6)))
    edges = [0, *cuts, len(samples)]

    pieces = [whole.piece(a, b) for a, b in itertools.pairwise(edges) if a < b]
    assert (
        by_minute(feed([whole]))
        == by_minute(feed(pieces))
        == by_minute(feed(pieces, one_call=True))
    )


@given(integers)
def test_how_wide_the_integers_were_does_not_matter(samples):
    sums = [feed([accel(samples.astype(kind), 0, 20_000.0)]) for kind in ("i2", "i4", "f8")]

    assert by_minute(sums[0]) == by_minute(sums[1]) == by_minute(sums[2])


reals = hnp.arrays(
    np.float64,
    st.tuples(st.integers(1, 80), st.just(3)),
    elements=st.floats(-4, 4) | st.sampled_from([np.nan, np.inf, -np.inf]),
)


@given(reals)
def test_refuses_and_counts_what_is_no_number(samples):
    (epoch,) = feed([accel(samples, 0, 20_000.0, scale=1.0)])

    total, valid = naive.enmo(samples, 1.0)
    assert (epoch["enmo_sum_g"], epoch["n_valid"]) == (total, valid)
    assert epoch["n_valid"] + epoch["n_refused"] == len(samples)


def test_time_that_runs_back_counts_in_the_open_minute():
    samples = np.full((10, 3), 4096, np.int16)
    frames = [
        accel(samples, MINUTE_US, 20_000.0),
        accel(samples, MINUTE_US - 100_000, 20_000.0),
    ]

    (epoch,) = feed(frames)
    assert (epoch["minute"], epoch["n_valid"]) == (1, 20)


@given(reals | integers, st.integers(0, 3))
def test_enmo_alone_is_that_of_all_measures(samples, seed):
    values = np.concatenate([samples] * (seed + 1))
    (epoch,) = feed([accel(values, 0, 20_000.0)])
    span, alone = np.zeros(1, SPAN), np.zeros(1, SUM)
    span["size"], span["scale"] = len(values), SCALE

    enmo.add(span, values, alone)
    assert alone["enmo_sum_g"] == epoch["enmo_sum_g"]
    assert alone["n_valid"] == epoch["n_valid"]
