"""MAD, angle and axes: their naive twins, and that no cut changes a bit."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.kernels.pieces import MOST, NO_ANGLE
from analytics.shard import Shard
from tests import naive
from tests.counting import NEVER_US, minutes
from tests.streams import accel, feed

SCALE = 1 / 4096
seconds = st.sampled_from([1, 5, 7, 60, 90])
periods_us = st.sampled_from([10_000.0, 20_000.0, 1e6 / 30, 700_000.0, 7_000_000.0])
starts_us = st.integers(0, 130_000_000)


@st.composite
def motions(draw):
    """Give int16 whose size and spread vary, or real numbers with some that are none."""
    random = np.random.default_rng(draw(st.integers(0, 9_999)))
    size = draw(st.integers(1, 2_500))
    values = random.normal(random.normal(0, 3_000, 3), random.choice([2, 900]), (size, 3))
    if draw(st.booleans()):
        return np.clip(np.rint(values), -32_768, 32_767).astype(np.int16)
    values[random.random(size) < random.choice([0, 0.01, 0.7])] = np.nan
    return values


def times_us(size, start_us, period_us):
    return start_us + np.rint(np.arange(size) * period_us).astype(np.int64)


def cut(frame, cuts):
    edges = [0, *sorted(min(cut, frame.size) for cut in cuts), frame.size]
    return [frame.piece(a, b) for a, b in itertools.pairwise(edges) if a < b]


@settings(max_examples=60)
@given(motions(), starts_us, periods_us, seconds)
def test_agrees_with_its_naive_twin(values, start_us, period_us, epoch_s):
    epoch_us = epoch_s * 1_000_000
    measured_us = times_us(len(values), start_us, period_us)
    expected = naive.pieces_of(values, measured_us, epoch_us)

    minutes = minutes_of(accel(values, start_us, period_us, SCALE), epoch_us)
    for (minute_us,), minute in minutes:
        pieces = [np.array(piece) for piece in expected[minute_us // epoch_us].values()]
        if not pieces:
            assert math.isnan(minute["mad_g"])
            continue
        size = sum(map(len, pieces))
        assert minute["mad_g"] == naive.mad(pieces, SCALE) / size
        xyz_g = np.concatenate(pieces) * SCALE
        assert minute["mean_g"] == pytest.approx(xyz_g.mean(axis=0), abs=1e-6)
        assert minute["sd_g"] == pytest.approx(xyz_g.std(axis=0), abs=1e-4)
        assert minute["low_g"].tolist() == xyz_g.min(axis=0).astype(np.float32).tolist()
        assert minute["high_g"].tolist() == xyz_g.max(axis=0).astype(np.float32).tolist()


def minutes_of(frame, epoch_us):
    shard = Shard(epoch_us)
    told = [shard.feed([frame]).epochs, shard.close_idle(NEVER_US).epochs]
    told = np.concatenate(told)
    return zip(told[["minute_us"]].tolist(), told["minute"], strict=True)


@settings(max_examples=60)
@given(motions(), starts_us, periods_us, st.lists(st.integers(0, 2_500), max_size=6), seconds)
def test_how_the_stream_was_cut_does_not_matter(values, start_us, period_us, cuts, epoch_s):
    whole = accel(values, start_us, period_us, SCALE)
    epoch_us = epoch_s * 1_000_000

    at_once, *others = (
        feed(frames, one_call=one_call, epoch_us=epoch_us).tobytes()
        for frames, one_call in (
            ([whole], True),
            (cut(whole, cuts), True),
            (cut(whole, cuts), False),
        )
    )
    assert others == [at_once, at_once]


@given(st.integers(0, 9_999))
def test_angle_of_each_piece_is_that_of_its_mean(seed):
    random = np.random.default_rng(seed)
    pieces = random.normal(0, 1, (12, 1, 3)) + random.normal(0, 0.1, (12, 250, 3))

    (minute,) = minutes(pieces.reshape(-1, 3), 50, epoch_s=60)
    x, y, z = pieces.mean(axis=1).T
    expected = np.degrees(np.arctan(z / np.sqrt(x**2 + y**2)))
    np.testing.assert_allclose(minute["anglez_cdeg"] / 100, expected, atol=0.0051)


def test_a_piece_without_samples_has_no_angle():
    frames = [accel(np.ones((250, 3)), start_us, scale=1.0) for start_us in (0, 20_000_000)]

    shard = Shard()
    shard.feed([frames[0]])
    shard.feed([frames[1]], now_us=NEVER_US)
    (minute,) = shard.close_idle(NEVER_US).epochs["minute"]
    known = minute["anglez_cdeg"] != NO_ANGLE
    assert np.flatnonzero(known).tolist() == [0, 4]


def test_what_is_told_early_does_not_change_what_is_told_later():
    values = np.random.default_rng(0).normal(0, 1, (1_000, 3))
    first, second = cut(accel(values, scale=1.0), [333])
    shard = Shard()
    shard.feed([first])
    (early,) = shard.close_idle(NEVER_US).epochs["minute"]
    shard.feed([second])
    (late,) = shard.close_idle(NEVER_US).epochs["minute"]

    assert early["mad_g"] == minutes(values[:333], 50, epoch_s=60)["mad_g"][0]
    assert late.tobytes() == minutes(values, 50, epoch_s=60).tobytes()


def test_a_piece_that_holds_too_much_begins_another():
    values = np.random.default_rng(0).normal(0, 1, (5_000, 3))

    (minute,) = minutes(values, 1_000, epoch_s=5)
    pieces = np.split(values, range(MOST, 5_000, MOST))
    assert minute["mad_g"] == naive.mad(pieces, 1.0) / 5_000


def test_agrees_with_scikit_digital_health():
    metrics = pytest.importorskip("skdh.activity.metrics", reason="needs scikit-digital-health")
    values = np.random.default_rng(0).normal(0.5, 0.3, (6_000, 3))

    told = minutes(values, 50, epoch_s=5)
    np.testing.assert_allclose(told["mad_g"], metrics.metric_mad(values, wlen=250), atol=1e-9)
    np.testing.assert_allclose(told["enmo_g"], metrics.metric_enmo(values, wlen=250), atol=1e-9)
