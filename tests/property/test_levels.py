"""The filters' shortcuts: what is done at once is what would be done one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from analytics.kernels import counts
from analytics.kernels.actigraph_filter import LOW_BACK, LOW_IN
from analytics.kernels.actigraph_levels import thousandths, to_30_hz
from analytics.kernels.simd import load4, store4


@njit
def rounded(values, out):
    for i in range(0, values.size, 4):
        store4(out, i, thousandths(load4(values, i)))


@pytest.mark.parametrize("sign", [-1, 1])
def test_two_products_round_as_the_division_does(sign):
    thousandths_g = sign * np.arange((1 << 20) + 4_096, dtype=float)
    values, out = thousandths_g / 1000.0, np.empty(thousandths_g.size)

    rounded(values, out)
    np.testing.assert_array_equal(out, np.rint(values * 1000.0) / 1000.0)


@given(st.lists(st.floats(-1e300, 1e300), min_size=4, max_size=4))
def test_rounds_any_number_as_numpy_does(values):
    out = np.empty(4)

    rounded(np.array(values), out)
    np.testing.assert_array_equal(out, np.rint(np.array(values) * 1000.0) / 1000.0)


@njit
def resampled(state, rate, xyzw_g, grid):
    return to_30_hz(state[0], rate, xyzw_g, grid)


def one_by_one(xyzw_g, every):
    y, points = np.zeros(4), []
    for sample in xyzw_g:
        for share in (LOW_IN * sample, LOW_IN * sample, 0.0 * sample):
            y = share + LOW_BACK * y
            points.append(y)
    return np.array(points[::every])


@settings(max_examples=60)
@given(
    st.integers(0, 9_999),
    st.sampled_from([40, 50, 70, 80, 100]),
    st.integers(1, 512),
    st.booleans(),
)
def test_strands_of_a_block_are_the_one_stream(seed, rate_hz, size, still):
    """Also where a strand cannot know its past: in stillness to the last bit."""
    random = np.random.default_rng(seed)
    xyzw_g = random.normal(0, 1, (size, 4))
    if still:
        xyzw_g[random.integers(0, size) :] = 0.0
    grid = np.empty(4 * 512)

    n = resampled(counts.fresh(1), rate_hz, xyzw_g.reshape(-1), grid)
    expected = one_by_one(xyzw_g, rate_hz // 10)
    np.testing.assert_array_equal(grid[: 4 * n].reshape(-1, 4)[:, :3], expected[:, :3])
