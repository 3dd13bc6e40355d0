"""Counts of one stream by our kernel, and by agcounts from the whole of it."""

import itertools

import numpy as np
import pytest

from analytics.kernels import counts
from analytics.kernels.spans import SPAN, USE


def span(size, rate_hz, scale=1.0, **fields):
    made = np.zeros((), SPAN)
    made["size"], made["period_us"], made["scale"] = size, 1e6 / rate_hz, scale
    for name, value in fields.items():
        made[name] = value
    return made


def call(states, spans, values, epoch_s, *, lfe=False):
    """Give the epochs that one call closes."""
    spans = np.array(spans, SPAN)
    epochs = np.zeros(counts.room(spans, epoch_s), counts.EPOCH)
    return epochs[: counts.add(states, spans, values, epoch_s, lfe, epochs)]


def pieces(size, cuts):
    """Give the begin and end of each piece that is not empty."""
    edges = [0, *sorted(min(cut, size) for cut in cuts), size]
    return [(a, b) for a, b in itertools.pairwise(edges) if a < b]


def count(values, rate_hz, scale=1.0, *, cuts=(), epoch_s=1, lfe=False, one_call=False):
    """Give the counts of a stream that came in pieces."""
    spans = [
        span(b - a, rate_hz, scale, offset=a, use=USE, fresh=a == 0)
        for a, b in pieces(len(values), cuts)
    ]
    states = counts.fresh(1)
    calls = [spans] if one_call else [[piece] for piece in spans]
    closed = [call(states, some, values, epoch_s, lfe=lfe)["counts"] for some in calls]
    return np.concatenate([np.zeros((0, 3), np.int64), *closed])


def agcounts(values, rate_hz, scale=1.0, *, epoch_s=1, lfe=False):
    """Give what agcounts makes of the whole stream.

    Its own low-frequency extension fails on more than one axis, so that step is spelt out.
    """
    stages = pytest.importorskip("agcounts.extract", reason="agcounts is not installed")
    if len(values) < rate_hz:
        return np.zeros((0, 3), np.int64)  # it stumbles over less than a tenth
    filtered = stages._bpf_filter(stages._resample(values * scale, rate_hz))
    levels = extended(np.abs(filtered)) if lfe else stages._trim_data(filtered, False)
    return stages._sum_counts(stages._resample_10hz(levels), epoch_s).T.astype(np.int64)


def extended(strength):
    weak = np.where(strength < 1, 0, np.floor(strength) - 1)
    return np.where(strength < 4, weak, np.minimum(np.floor(strength), 128))
