"""Rates that are a power of two: ActiGraph's own files, and its software's."""

import numpy as np
import pytest
from numba import njit

from analytics.gathered import Piece, gather
from analytics.kernels import actigraph_256_hz, counts
from analytics.kernels.actigraph_filter import POWERS_HZ
from analytics.kernels.simd import WIDTH
from analytics.minutes import Flag
from analytics.rows import Rows
from tests import recordings
from tests.counting import minutes, pieces
from tests.streams import accel


@njit
def advance(state, rate, xyzw_g, past_g, line_g, grid):
    return actigraph_256_hz.advance(state[0], rate, xyzw_g, past_g, line_g, grid)


def to_30_hz(xyz_g, rate_hz, cuts=()):
    """Give the points at 30 Hz of a stream that came in pieces."""
    state, past_g = counts.fresh(1), np.zeros(WIDTH * actigraph_256_hz.MOST_PAST)
    room, points = counts.make_room(), []
    for a, b in pieces(len(xyz_g), [*cuts, *range(0, len(xyz_g), counts.BLOCK)]):
        xyzw_g = np.pad(xyz_g[a:b], ((0, 0), (0, 1))).reshape(-1)
        n = advance(state, rate_hz, xyzw_g, past_g, room.line_g, room.grid)
        points.append(room.grid[: WIDTH * n].reshape(-1, WIDTH)[:, :3].copy())
    return np.concatenate(points)


def motion(rate_hz, seconds=20):
    random, size = np.random.default_rng(rate_hz), seconds * rate_hz
    swing = np.sin(np.arange(size)[:, None] * 11 / rate_hz + np.arange(3))
    return swing + random.normal(0, 0.1, (size, 3))


def test_resamples_as_actigraph_s_own_file():
    given = np.loadtxt(recordings.path("agcounts_32Hz_input.csv"))
    golden = np.loadtxt(recordings.path("agcounts_30Hz_output.csv"))

    points = to_30_hz(given[:, None].repeat(3, axis=1), 32)[:, 0]
    whole = len(points) - 1  # the file's last half second sees zeros ahead
    assert whole > len(golden) - 20
    np.testing.assert_allclose(points[:whole], golden[:whole], rtol=0, atol=1e-12)
    np.testing.assert_array_equal(np.round(points[:whole], 3), np.round(golden[:whole], 3))


@pytest.mark.parametrize("rate_hz", POWERS_HZ)
def test_resamples_as_agcounts_does(rate_hz):
    reference = pytest.importorskip("agcounts.pow2", reason="agcounts is not installed")
    xyz_g = motion(rate_hz)

    points, expected = to_30_hz(xyz_g, rate_hz), reference.resample_to_30hz(xyz_g, rate_hz)
    assert len(expected) - len(points) <= 16
    np.testing.assert_allclose(points, expected[: len(points)], rtol=0, atol=1e-12)


@pytest.mark.parametrize("rate_hz", POWERS_HZ)
def test_how_the_stream_was_cut_does_not_matter(rate_hz):
    xyz_g = motion(rate_hz, 6)
    cuts = np.random.default_rng(0).integers(0, len(xyz_g), 40)

    np.testing.assert_array_equal(to_30_hz(xyz_g, rate_hz, cuts), to_30_hz(xyz_g, rate_hz))
    whole, cut = (minutes(xyz_g, rate_hz, cuts=some).tobytes() for some in ((), cuts))
    assert cut == whole


def by_seconds(xyz_g, rate_hz):
    """Give the counts of ten tenths of a second each, as soon as samples complete them."""
    rows = Rows(1 << 50)
    row, found = rows.add(), []
    for n in range(len(xyz_g)):
        sample = accel(xyz_g[n : n + 1], round(n * 1e6 / rate_hz), 1e6 / rate_hz, 1.0)
        rows.feed("accel", gather([Piece(row, sample, fresh=False)]))
        (sums,) = rows.opened([row])
        if sums["n_tenths"] == 10 * (len(found) + 1):
            found.append(sums["counts"].copy())
    return np.diff(found, axis=0, prepend=0)


@pytest.mark.parametrize("rate_hz", POWERS_HZ)
def test_counts_are_those_of_agcounts_tenth_by_tenth(rate_hz):
    extract = pytest.importorskip("agcounts.extract", reason="agcounts is not installed")
    xyz_g = motion(rate_hz, 6)

    expected = extract.get_counts(xyz_g, rate_hz, 1)
    np.testing.assert_array_equal(by_seconds(xyz_g, rate_hz), expected[:5])
    told = minutes(xyz_g, rate_hz, epoch_s=60)
    assert told["flags"][0] & Flag.COUNTS


def test_filter_is_that_of_the_reference():
    reference = pytest.importorskip("agcounts.pow2", reason="agcounts is not installed")
    impulse = np.zeros((64, 1))
    impulse[32] = 1.0

    answer = reference.upsample_to_256hz(impulse, 32)[:, 0] / 8
    np.testing.assert_allclose(answer[256 - 127 : 256 + 128], actigraph_256_hz.TAPS, atol=1e-17)
