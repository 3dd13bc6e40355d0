"""Intervals between beats: their naive twin, and that no cut changes a bit."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.kernels import rr
from analytics.kernels.spans import FAULT, NOT_WORN, SPAN, SUM
from tests import naive

FIELDS = ["n_valid", "rr_sum_ms", "rr_square_sum_ms2", "rr_diff_n", "rr_diff_square_sum_ms2"]

calm = st.integers(780, 840).map(float)
wild = st.floats(200, 2200) | st.sampled_from([300.0, 2000.0, math.nan, math.inf])
beats = st.lists(calm | calm | wild, max_size=120)


def spans_of(cuts, size):
    edges = [0, *sorted(cuts), size]
    spans = np.zeros(len(edges) - 1, SPAN)
    spans["offset"], spans["size"], spans["scale"] = edges[:-1], np.diff(edges), 1.0
    return spans


def feed(spans, rr_ms, calls=1):
    states, total = rr.fresh(1), np.zeros(1, SUM)
    values = np.array(rr_ms, float).reshape(-1, 1)
    for some in np.array_split(spans, calls):
        rr.add(states, some, values, total)
    return total[0]


@given(beats)
def test_agrees_with_its_naive_twin(rr_ms):
    total = feed(spans_of([], len(rr_ms)), rr_ms)

    assert tuple(total[FIELDS]) == naive.intervals(rr_ms)
    assert total["n_valid"] + total["n_refused"] == len(rr_ms)


@given(beats, st.data())
def test_how_the_stream_was_cut_does_not_matter(rr_ms, data):
    cuts = data.draw(st.lists(st.integers(0, len(rr_ms)), max_size=8))
    spans = spans_of(cuts, len(rr_ms))

    whole = feed(spans_of([], len(rr_ms)), rr_ms).tobytes()
    assert feed(spans, rr_ms).tobytes() == whole
    assert feed(spans, rr_ms, calls=len(spans)).tobytes() == whole


@given(beats, beats, st.sampled_from([NOT_WORN, FAULT, None]))
def test_nothing_is_bridged_across_a_gap(before, after, use):
    joined = [*before, *after]
    spans = spans_of([len(before)], len(joined))
    if use is None:
        spans["fresh"][1] = 1
    else:
        spans = np.insert(spans, 1, np.zeros(1, SPAN))
        spans["use"][1], spans["size"][1] = use, 0
    total = feed(spans, joined)

    first, second = naive.intervals(before), naive.intervals(after)
    assert total["rr_diff_n"] == first[3] + second[3]
    assert total["n_valid"] == first[0] + second[0]


def test_people_do_not_touch_each_other():
    values = np.array([800.0, 1600.0, 810.0, 1590.0]).reshape(-1, 1)
    spans = spans_of([1, 2, 3], 4)
    spans["row"] = spans["slot"] = [0, 1, 0, 1]
    sums = np.zeros(2, SUM)
    rr.add(rr.fresh(2), spans, values, sums)

    assert sums["rr_diff_square_sum_ms2"].tolist() == [100.0, 100.0]
