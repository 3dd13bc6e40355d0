"""Acceleration at any rate, or none, to 30 Hz: a line from each sample to the next.

For rates that ActiGraph's resampling was never published for; what is counted after it is
labelled so. It looks back only: a point is known once a later sample is. There is no filter
before it: the band that counts lies far below, and little of what a body does folds into it.
"""

from typing import Any, Final

import numpy as np
from numba import njit

from analytics.kernels.simd import WIDTH, load3, load4, store3, store4
from analytics.kernels.spans import Record

Four = Any  # numbers side by side, see `simd`

POINT_US: Final = 1e6 / 30.0
GAP_US: Final = 1_000_000.0  # over more than this no line is drawn
_MOST: Final = 31  # points between two samples


@njit(cache=True, nogil=True, error_model="numpy")
def _clock_us(state: Record, i: int, times_us: np.ndarray, period_us: float) -> float:
    """Return when the next sample, number `i`, was measured, since the segment began."""
    if period_us > 0.0:
        return state["n"] * period_us
    return float(times_us[i] - state["begin_us"])


@njit(cache=True, nogil=True, error_model="numpy")
def begins(state: Record, i: int, times_us: np.ndarray, period_us: float) -> bool:
    """Return whether a sample is the first of a segment, or too far from the one before."""
    if state["n"] == 0:
        return True
    return _clock_us(state, i, times_us, period_us) - state["time_us"] > GAP_US


@njit(cache=True, nogil=True, error_model="numpy")
def begin(state: Record, i: int, xyzw_g: np.ndarray, times_us: np.ndarray) -> None:
    """Take the first sample of a segment."""
    state["n"], state["points"], state["time_us"] = 1, 0, 0.0
    state["begin_us"] = times_us[i] if times_us.size else 0
    store3(state["low_g"], 0, load4(xyzw_g, WIDTH * i))


@njit(cache=True, nogil=True, error_model="numpy")
def _draw(state: Record, time_us: float, sample_g: Four, grid: np.ndarray, n: int) -> int:
    """Write the points between the last sample and this one; return how many are there."""
    last_g = load3(state["low_g"], 0)
    slope = (sample_g - last_g) / (time_us - state["time_us"])
    point_us = state["points"] * POINT_US
    while point_us < time_us:
        store4(grid, WIDTH * n, slope * (point_us - state["time_us"]) + last_g)
        n += 1
        state["points"] += 1
        point_us = state["points"] * POINT_US
    state["time_us"] = time_us
    store3(state["low_g"], 0, sample_g)
    return n


@njit(cache=True, nogil=True, error_model="numpy")
def advance(
    state: Record,
    i: int,
    xyzw_g: np.ndarray,
    times_us: np.ndarray,
    period_us: float,
    grid: np.ndarray,
) -> tuple[int, int]:
    """Take samples from `i` on up to a gap, or until the grid is full.

    Returns
    -------
    tuple of int
        How many points were written, and the sample that is next.
    """
    n = 0
    while WIDTH * i < xyzw_g.size and WIDTH * (n + _MOST) <= grid.size:
        if begins(state, i, times_us, period_us):
            break
        time_us = _clock_us(state, i, times_us, period_us)
        if time_us > state["time_us"]:  # a sample that time did not move on for is left out
            n = _draw(state, time_us, load4(xyzw_g, WIDTH * i), grid, n)
            state["n"] += 1
        i += 1
    return n, i
