"""From samples to levels: how strongly an axis moves, thirty times a second, 0 to 128.

Stages one after another over a block that stays in the nearest cache: resample, round,
band-pass, rectify. A sample is four numbers side by side: three axes, and one more that the
filters carry along. The state is that of `counts`.
"""

from typing import Any, Final

import numpy as np
from numba import njit

from analytics.kernels.actigraph_filter import Delays, at_rest, band_pass, low_pass
from analytics.kernels.simd import (
    WIDTH,
    below4,
    down,
    fill4,
    from4,
    greater,
    lesser,
    load3,
    load4,
    near,
    same3,
    size,
    store3,
    store4,
)
from analytics.kernels.spans import Record

Four = Any  # numbers side by side, see `simd`

AXES: Final = 3
#: Levels of the AM7164, the first of these devices, to one g after the band-pass.
LEVELS_PER_G: Final = (3.0 / 4096.0) / (2.6 / 256.0) * 237.5
LOWEST: Final = 4.0  # weaker is stillness
HIGHEST: Final = 128.0

#: A thousandth, as the sum of a number of 33 binary digits and the rest. A whole number of 20
#: times the first is exact, and times the rest too small to be rounded wrongly.
_HIGH: Final = 4398046511 / (1 << 42)
_REST: Final = 2.3646862246096133e-14
_FEW_DIGITS: Final = float(1 << 20)

#: Samples after which the low-pass has forgotten what it began with: 3 % is left after each.
_FORGOTTEN: Final = 20
_WORTH: Final = 24  # samples of the shortest strand that gains anything


@njit(cache=True, nogil=True, error_model="numpy")
def _pick(state: Record, every: int, xyzw_g: np.ndarray, grid: np.ndarray) -> int:
    """Take every n-th sample as it is: at 30, 60 and 90 Hz."""
    n, i, samples = 0, state["skip"], xyzw_g.size // WIDTH
    while i < samples:
        store4(grid, WIDTH * n, load4(xyzw_g, WIDTH * i))
        n += 1
        i += every
    state["skip"] = i - samples
    return n


@njit(cache=True, nogil=True, error_model="numpy")
def _resample(
    y: Four, skip: int, every: int, xyzw_g: np.ndarray, grid: np.ndarray, n: int
) -> tuple[Four, int, int]:
    """Low-pass at three times the rate and take every n-th point."""
    for i in range(0, xyzw_g.size, WIDTH):
        first, second, y = low_pass(y, load4(xyzw_g, i))
        if skip < 3:
            store4(grid, WIDTH * n, first if skip == 0 else second if skip == 1 else y)
            n += 1
            skip += every
        skip -= 3
    return y, skip, n


@njit(cache=True, nogil=True, error_model="numpy")
def _warm(xyzw_g: np.ndarray, end: int) -> Four:
    """Return what the low-pass most likely stands at after `end` samples."""
    y = fill4(0.0)
    for i in range(WIDTH * (end - _FORGOTTEN), WIDTH * end, WIDTH):
        _, _, y = low_pass(y, load4(xyzw_g, i))
    return y


@njit(cache=True, nogil=True, error_model="numpy")
def _resample_strands(
    y: Four, skip: int, every: int, strand: int, xyzw_g: np.ndarray, grid: np.ndarray
) -> tuple[bool, Four]:
    """Low-pass four strands of a block at once; return whether it came out as one by one.

    Each sample waits for the one before, so that one strand leaves the processor idle. All but
    the first begin with what little they need to know of the past, taken from the samples
    before. Where that is what the strand before ended with, to the last bit, nothing differs.
    """
    a, b, c = _warm(xyzw_g, strand), _warm(xyzw_g, 2 * strand), _warm(xyzw_g, 3 * strand)
    begin_a, begin_b, begin_c = a, b, c
    n, apart, step = 0, WIDTH * strand, WIDTH * (3 * strand // every)
    for i in range(0, apart, WIDTH):
        y0, y1, y = low_pass(y, load4(xyzw_g, i))
        a0, a1, a = low_pass(a, load4(xyzw_g, i + apart))
        b0, b1, b = low_pass(b, load4(xyzw_g, i + 2 * apart))
        c0, c1, c = low_pass(c, load4(xyzw_g, i + 3 * apart))
        if skip < 3:
            first, second = skip == 0, skip == 1
            store4(grid, n, y0 if first else y1 if second else y)
            store4(grid, n + step, a0 if first else a1 if second else a)
            store4(grid, n + 2 * step, b0 if first else b1 if second else b)
            store4(grid, n + 3 * step, c0 if first else c1 if second else c)
            n += WIDTH
            skip += every
        skip -= 3
    return same3(y, begin_a) and same3(a, begin_b) and same3(b, begin_c), c


@njit(cache=True, nogil=True, error_model="numpy")
def _resample_block(state: Record, every: int, xyzw_g: np.ndarray, grid: np.ndarray) -> int:
    """Low-pass and resample: at all rates that are no multiple of 30 Hz."""
    y, n, skip, done = load3(state["low_g"], 0), 0, state["skip"], 0
    strand = xyzw_g.size // WIDTH // 4 // every * every  # after it `skip` is as before
    if strand >= _WORTH:
        good, last = _resample_strands(y, skip, every, strand, xyzw_g, grid)
        if good:
            y, n, done = last, 4 * (3 * strand // every), 4 * strand
    y, skip, n = _resample(y, skip, every, xyzw_g[WIDTH * done :], grid, n)
    store3(state["low_g"], 0, y)
    state["skip"] = skip
    return n


@njit(cache=True, nogil=True, error_model="numpy")
def to_30_hz(state: Record, rate: int, xyzw_g: np.ndarray, grid: np.ndarray) -> int:
    """Write the points at 30 Hz that samples give; return how many."""
    if rate % 30 == 0:
        return _pick(state, rate // 30, xyzw_g, grid)
    return _resample_block(state, rate // 10, xyzw_g, grid)


@njit(cache=True, nogil=True, error_model="numpy")
def thousandths(x: Four) -> Four:
    """Round to a thousandth of g: times 1000, to the nearest whole, by 1000.

    A division is slow. Two products give the same bits up to a thousand g.
    """
    whole = near(x * 1000.0)
    if below4(size(whole), _FEW_DIGITS):
        return whole * _HIGH + whole * _REST
    return whole / 1000.0


@njit(cache=True, nogil=True, error_model="numpy")
def rectify(y: Four, weak_too: float) -> Four:
    """Return filtered acceleration as whole levels from 0 to the highest."""
    strength = size(LEVELS_PER_G * y)
    level = down(lesser(strength, fill4(HIGHEST)))
    weak = greater(level - 1.0, fill4(0.0)) * weak_too
    return from4(level, LOWEST, level, weak)


@njit(cache=True, nogil=True, error_model="numpy")
def _delays(delays_g: np.ndarray) -> Delays:
    return (
        load3(delays_g, 0),
        load3(delays_g, AXES),
        load3(delays_g, 2 * AXES),
        load3(delays_g, 3 * AXES),
        load3(delays_g, 4 * AXES),
        load3(delays_g, 5 * AXES),
        load3(delays_g, 6 * AXES),
    )


@njit(cache=True, nogil=True, error_model="numpy")
def add_levels(state: Record, points_g: np.ndarray, lfe: bool, total: np.ndarray) -> int:
    """Turn points at 30 Hz into levels, three of those into a tenth, and add these up.

    Parameters
    ----------
    state : counts.STATE
        Changed in place.
    points_g : (4 n,) float64
        At least one point.
    lfe : bool
        With the low-frequency extension.
    total : (4,) float64
        Filled with the sum of the tenths that became full.

    Returns
    -------
    int
        How many tenths of a second became full.
    """
    delays_g, thirds, tenths = state["delays_g"], state["thirds"], 0
    z, weak_too = _delays(delays_g), 1.0 if lfe else 0.0
    if state["started"] == 0:
        state["started"] = 1
        z = at_rest(thousandths(load4(points_g, 0)))
    third, sums = load3(state["third_sum"], 0), fill4(0.0)
    for i in range(0, points_g.size, WIDTH):
        y, z = band_pass(z, thousandths(load4(points_g, i)))
        third += rectify(y, weak_too)
        thirds += 1
        if thirds == 3:
            sums += down(third / 3.0)
            third, thirds = fill4(0.0), 0
            tenths += 1
    for tap, delay in enumerate(z):
        store3(delays_g, AXES * tap, delay)
    store3(state["third_sum"], 0, third)
    store4(total, 0, sums)
    state["thirds"] = thirds
    return tenths
