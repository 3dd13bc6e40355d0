"""Counts: to the last one those of agcounts from the whole, however the stream was cut."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from analytics.kernels import actigraph_filter
from analytics.kernels.actigraph_filter import RATES_HZ
from analytics.shard import Shard
from gateway.wire import Quality
from tests.counting import NEVER_US, agcounts, count, epochs, minutes, pieces
from tests.streams import accel

SCALE = 1 / 4096
LSB = 32767

rates = st.sampled_from(RATES_HZ)
seeds = st.integers(0, 9_999)
cuts = st.lists(st.integers(0, 1_200), max_size=12)


def noise(random, size):
    return random.normal(0, random.choice([20, 500, 4_000, 40_000]), (size, 3))


def swing(random, size):
    """A limb that swings: gravity, a few slow tones, a drift."""
    phase = np.arange(size)[:, None] * random.uniform(0.01, 0.3, 3) + random.uniform(0, 6, 3)
    drift = random.normal(0, 30, (size, 3)).cumsum(axis=0)
    return random.uniform(0, 6_000) * np.sin(phase) + drift + random.normal(0, 4_096, 3)


def bursts(random, size):
    """Stillness, and now and then all the sensor can say."""
    return np.where(random.random((size, 1)) < 0.03, random.choice([-1, 1], (size, 3)) * 1e6, 0)


@st.composite
def motions(draw):
    """Give int16 of up to 12 s, clipped where the sensor saturates."""
    random = np.random.default_rng(draw(seeds))
    kind = draw(st.sampled_from([noise, swing, bursts]))
    values = kind(random, draw(st.integers(1, 1_200)))
    return np.clip(np.rint(values), -LSB - 1, LSB).astype(np.int16)


@settings(max_examples=150)
@given(motions(), rates, st.booleans(), st.sampled_from([1, 2, 5]), cuts)
def test_counts_what_agcounts_counts_from_the_whole(values, rate_hz, lfe, epoch_s, cuts):
    asked = {"epoch_s": epoch_s, "lfe": lfe}
    expected = agcounts(values, rate_hz, SCALE, **asked)

    whole = count(values, rate_hz, SCALE, **asked)
    pieces = count(values, rate_hz, SCALE, cuts=cuts, **asked)
    at_once = count(values, rate_hz, SCALE, cuts=cuts, one_call=True, **asked)

    np.testing.assert_array_equal(whole, expected)
    np.testing.assert_array_equal(pieces, expected)
    np.testing.assert_array_equal(at_once, expected)


@settings(max_examples=60)
@given(seeds, rates, st.booleans(), cuts)
def test_counts_real_numbers_too(seed, rate_hz, lfe, cuts):
    random = np.random.default_rng(seed)
    xyz_g = random.normal(0, random.uniform(0.001, 3), (600, 3)) + random.normal(0, 1, 3)

    counted = count(xyz_g, rate_hz, cuts=cuts, lfe=lfe)
    np.testing.assert_array_equal(counted, agcounts(xyz_g, rate_hz, lfe=lfe))


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_stream_of_single_samples_is_the_same_stream(rate_hz):
    values = np.clip(swing(np.random.default_rng(rate_hz), 700), -LSB, LSB).astype(np.int16)

    singly = count(values, rate_hz, SCALE, cuts=range(700))
    np.testing.assert_array_equal(singly, agcounts(values, rate_hz, SCALE))
    assert singly.sum() > 0


@settings(max_examples=30)
@given(motions(), rates)
def test_how_wide_the_integers_were_does_not_matter(values, rate_hz):
    widths = [count(values.astype(kind), rate_hz, SCALE) for kind in ("i2", "i4", "f8")]

    np.testing.assert_array_equal(widths[0], widths[1])
    np.testing.assert_array_equal(widths[0], widths[2])


@settings(max_examples=30)
@given(st.lists(motions(), min_size=2, max_size=4), st.lists(rates, min_size=4))
def test_streams_in_one_call_do_not_touch_each_other(streams, rates_hz):
    frames = [
        accel(values, period_us=1e6 / rate_hz, scale=SCALE, participant=f"p{number}")
        for number, (values, rate_hz) in enumerate(zip(streams, rates_hz, strict=False))
    ]
    shard = Shard(1_000_000)
    told = [shard.feed(frames), shard.close_idle(NEVER_US)]

    for number, values in enumerate(streams):
        key = (f"p{number}", "glasses-1")
        mine = [
            outputs.epochs[outputs.epochs["lane"] == outputs.lanes.index(key)]
            for outputs in told
            if key in outputs.lanes
        ]
        counted = np.concatenate(mine)["minute"]["counts"]
        alone = minutes(values, rates_hz[number], SCALE)["counts"]
        np.testing.assert_array_equal(counted, alone)


@settings(max_examples=30)
@given(motions(), rates, st.integers(0, 1_200))
def test_a_state_put_down_and_taken_up_goes_on(values, rate_hz, cut):
    whole = accel(values, period_us=1e6 / rate_hz, scale=SCALE)
    shard, told = Shard(1_000_000), []
    for a, b in pieces(len(values), [cut]):
        told.append(shard.feed([whole.piece(a, b)]))
        rows, shard = shard.dump(), Shard(1_000_000)
        shard.load(rows)
    told.append(shard.close_idle(NEVER_US))

    counted = np.concatenate([outputs.epochs for outputs in told])["minute"]["counts"]
    np.testing.assert_array_equal(counted, minutes(values, rate_hz, SCALE)["counts"])


def not_worn(frame):
    return replace(frame, quality=Quality.NOT_WORN)


def broken(frame):
    return replace(frame, quality=Quality.FAULT)


def no_number(frame):
    return replace(frame, values=np.full(frame.values.shape, np.inf))


@given(st.integers(1, 400), st.sampled_from([not_worn, broken, no_number]))
def test_a_gap_begins_a_segment_of_its_own(size, gap):
    values = swing(np.random.default_rng(size), size + 401) * SCALE
    whole = accel(values, scale=1.0)
    edges = ((0, size), (size, size + 1), (size + 1, size + 401))
    before, between, after = (whole.piece(a, b) for a, b in edges)

    together = epochs([[before, gap(between), after]], 60)["counts"].sum(axis=0)
    apart = [epochs([[replace(frame, first=0)]], 60)["counts"] for frame in (before, after)]
    np.testing.assert_array_equal(together, np.concatenate(apart).sum(axis=0))


def test_a_period_in_whole_microseconds_is_the_rate_it_means():
    for rate_hz in RATES_HZ:
        assert actigraph_filter.rate_hz(float(round(1e6 / rate_hz))) == rate_hz


def test_band_pass_begins_at_rest():
    b, a = ([*map(Fraction, values)] for values in (actigraph_filter.B, actigraph_filter.A))
    out, delays = sum(b) / sum(a), [Fraction(0)]
    for k in range(7, 0, -1):
        delays.insert(0, delays[0] + b[k] - a[k] * out)

    assert [*map(float, delays[:-1])] == [*actigraph_filter.AT_REST]


def test_band_pass_is_that_of_the_reference():
    legacy = pytest.importorskip("agcounts.legacy", reason="agcounts is not installed")

    np.testing.assert_array_equal([*actigraph_filter.B, 0], legacy.INPUT_COEFFICIENTS[0])
    np.testing.assert_array_equal([*actigraph_filter.A, 0], legacy.OUTPUT_COEFFICIENTS[0])


@pytest.mark.parametrize("rate_hz", [30, 50, 100])
def test_extension_is_that_of_the_reference_axis_by_axis(rate_hz):
    legacy = pytest.importorskip("agcounts.legacy", reason="agcounts is not installed")
    xyz_g = np.random.default_rng(rate_hz).normal(0, 0.04, (10 * rate_hz, 3))

    axes = [legacy._extract_slow(xyz_g[:, [i]], rate_hz, True, 1)[0] for i in range(3)]
    np.testing.assert_array_equal(count(xyz_g, rate_hz, lfe=True), np.transpose(axes))
