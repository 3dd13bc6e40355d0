"""Counts of one stream by our shard, and by agcounts from the whole of it."""

import itertools

import numpy as np
import pytest

from analytics.shard import Shard
from tests.streams import accel

NEVER_US = 1 << 62


def pieces(size, cuts):
    """Give the begin and end of each piece that is not empty."""
    edges = [0, *sorted(min(cut, size) for cut in cuts), size]
    return [(a, b) for a, b in itertools.pairwise(edges) if a < b]


def epochs(calls, epoch_s, *, lfe=False):
    """Give the last word on each epoch of a stream whose frames came in some calls."""
    shard = Shard(epoch_s * 1_000_000, lfe=lfe)
    told = [shard.feed(frames) for frames in calls]
    told = np.concatenate([outputs.epochs for outputs in (*told, shard.close_idle(NEVER_US))])
    assert np.unique(told["minute_us"]).size == told.size
    return told["minute"]


def minutes(
    values, rate_hz, scale=1.0, *, cuts=(), epoch_s=1, lfe=False, one_call=False, **fields
):
    """Give the epochs of a stream that came in pieces."""
    whole = accel(values, scale=scale, **{"period_us": 1e6 / rate_hz} | fields)
    frames = [whole.piece(a, b) for a, b in pieces(len(values), cuts)]
    return epochs([frames] if one_call else [[frame] for frame in frames], epoch_s, lfe=lfe)


def count(values, rate_hz, scale=1.0, *, epoch_s=1, **asked):
    """Give the counts of each epoch with all its tenths, of a stream that came in pieces."""
    told = minutes(values, rate_hz, scale, epoch_s=epoch_s, **asked)
    return told["counts"][: points(len(values), rate_hz) // (30 * epoch_s)].astype(np.int64)


def points(size, rate_hz):
    """Give how many points at 30 Hz samples of a published rate give."""
    return -(-size * 30 // rate_hz)


def agcounts(values, rate_hz, scale=1.0, *, epoch_s=1, lfe=False):
    """Give what agcounts makes of the whole stream."""
    if points(len(values), rate_hz) < 30:
        return np.zeros((0, 3), np.int64)  # it stumbles over less than a tenth
    return sum_tenths(tenths(values, rate_hz, scale, lfe=lfe), epoch_s)


def tenths(values, rate_hz, scale=1.0, *, lfe=False):
    """Give agcounts' tenths of a second.

    Its own low-frequency extension fails on more than one axis, so that step is spelt out.
    """
    stages = pytest.importorskip("agcounts.extract", reason="agcounts is not installed")
    filtered = stages._bpf_filter(stages._resample(values * scale, rate_hz))
    levels = extended(np.abs(filtered)) if lfe else stages._trim_data(filtered, False)
    return stages._resample_10hz(levels)


def sum_tenths(tenths, epoch_s):
    """Give agcounts' epochs."""
    stages = pytest.importorskip("agcounts.extract", reason="agcounts is not installed")
    return stages._sum_counts(tenths, epoch_s).T.astype(np.int64)


def extended(strength):
    weak = np.where(strength < 1, 0, np.floor(strength) - 1)
    return np.where(strength < 4, weak, np.minimum(np.floor(strength), 128))
