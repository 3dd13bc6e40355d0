"""Acceleration at 32, 64, 128 and 256 Hz to 30 Hz, as ActiGraph's published software does.

To 256 Hz by zeros put between and a symmetric filter, through one pole, and along a line to the
points of 30 Hz. The filter looks 127 points of 256 Hz ahead: half a second.

The software prints the filter's 255 coefficients; they are those of a sinc under a Kaiser
window of 90 dB, to six digits, which is how they stand here. It adds their products in no
declared order, so that the last bits of a point may differ from its own; rounded to a
thousandth of g, as counts take it, they do not.
"""

from typing import Any, Final

import numpy as np
from numba import njit

from analytics.kernels.simd import WIDTH, fill4, load3, load4, store3, store4
from analytics.kernels.spans import Record

Four = Any  # numbers side by side, see `simd`

FAST_HZ: Final = 256
AHEAD: Final = 127
_AT: Final = np.arange(-AHEAD, AHEAD + 1)
_KAISER_BETA: Final = 0.1102 * (90.0 - 8.7)
TAPS: Final = np.round(np.sinc(_AT / 8) / 8 * np.kaiser(_AT.size, _KAISER_BETA), 6)
#: Samples that a row keeps at most: at 128 Hz every second point is one.
MOST_PAST: Final = AHEAD

_NEW: Final = 0.307990357416655
_BACK: Final = 1.0 - _NEW
_AT_REST: Final = _BACK * _BACK / (1.0 - _BACK)
_POINT: Final = FAST_HZ / 30


@njit(cache=True, nogil=True, error_model="numpy")
def past(rate: int) -> int:
    """Return how many samples are kept for the filter."""
    return 2 * AHEAD // (FAST_HZ // rate) if rate < FAST_HZ else 0


@njit(cache=True, nogil=True, error_model="numpy")
def _between(line_g: np.ndarray, newest: int, phase: int, step: int) -> Four:
    """Return the filtered point that a sample makes known, the first or one after."""
    total_g = fill4(0.0)
    for tap in range(phase, TAPS.size, step):
        total_g += load4(line_g, WIDTH * newest) * (TAPS[tap] * step)
        newest -= 1
    return total_g


@njit(cache=True, nogil=True, error_model="numpy")
def _draw(
    before_g: Four, after_g: Four, index: int, points: int, n: int, grid: np.ndarray
) -> int:
    """Write the point at 30 Hz between two at 256 Hz, if there is one; return how many are."""
    at = _POINT * (points + n + 1)
    if int(at) != index:
        return n
    slope = after_g - before_g
    store4(grid, WIDTH * n, slope * at + (before_g - slope * float(index)))
    return n + 1


@njit(cache=True, nogil=True, error_model="numpy")
def advance(
    state: Record,
    rate: int,
    xyzw_g: np.ndarray,
    past_g: np.ndarray,
    line_g: np.ndarray,
    grid: np.ndarray,
) -> int:
    """Write the points at 30 Hz that samples make known; return how many.

    Parameters
    ----------
    state : counts.STATE
        Of this one stream; changed in place.
    rate : int
        32, 64, 128 or 256.
    xyzw_g : (4 n,) float64
        Three axes and a fourth number of each sample.
    past_g : (4 m,) float64
        The samples before, `past` of them; changed in place.
    line_g, grid : (4 (n + m),) and (4 n,) float64
        The first is worked in, the second filled.
    """
    step, kept = FAST_HZ // rate, WIDTH * past(rate)
    if state["n"] == 0:
        past_g[:kept] = 0.0
    line_g[:kept] = past_g[:kept]
    line_g[kept : kept + xyzw_g.size] = xyzw_g
    index: Any = state["n"] * step - (AHEAD if step > 1 else 0)
    y, n = load3(state["low_g"], 0), 0
    for sample in range(xyzw_g.size // WIDTH):
        newest = sample + past(rate)
        for phase in range(step):
            if index >= 0:
                x = (
                    _between(line_g, newest, phase, step)
                    if step > 1
                    else load4(line_g, WIDTH * newest)
                )
                share = x * _NEW / _BACK
                before = y
                y = (y * _BACK if index > 0 else share * _AT_REST) + share * _BACK
                n = _draw(before, y, index, state["points"], n, grid)
            index += 1
    past_g[:kept] = line_g[xyzw_g.size : xyzw_g.size + kept]
    store3(state["low_g"], 0, y)
    state["n"] += xyzw_g.size // WIDTH
    state["points"] += n
    return n
