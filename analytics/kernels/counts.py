"""ActiGraph counts: how much acceleration varies at the pace of the body, per axis.

To 30 Hz and rounded to a thousandth of g, band-passed, rectified, cut off below and above,
averaged in threes, added up for an epoch (Neishabouri 2022). What published software does to a
whole file happens here piece by piece, and comes out the same to the last count however the
stream was cut. The state runs on the sensor's own clock; a tenth of a second counts in the
epoch of the sample that completes it, which for epochs of whole seconds is that of its number.

The low-frequency extension keeps weaker movement. The paper names no such variant; it is
defined by the software its authors published.
"""

import math
from typing import Final

import numpy as np
from numba import njit

from analytics.kernels import linear_30_hz
from analytics.kernels.actigraph_filter import rate_hz
from analytics.kernels.actigraph_levels import AXES, filter_to_levels, to_30_hz
from analytics.kernels.spans import Record

BLOCK: Final = 512  # samples, and points at 30 Hz, at a time; they stay in the nearest cache

#: Where one row's stream stands.
STATE: Final = np.dtype(
    [
        ("started", np.int64),  # the band-pass has heard something
        ("skip", np.int64),  # points until the next of the 30 Hz
        ("thirds", np.int64),  # points in the open tenth of a second
        ("low_g", np.float64, (AXES,)),  # last output of the low-pass, or the last sample
        ("delays_g", np.float64, (AXES, 7)),  # of the band-pass
        ("third_sum", np.float64, (AXES,)),
        # Of the line at other rates:
        ("n", np.int64),  # samples in this segment
        ("begin_us", np.int64),  # its first, where samples have times of their own
        ("time_us", np.float64),  # the last sample, in the segment
        ("points", np.int64),  # at 30 Hz so far
    ],
    align=True,
)


def fresh(rows: int) -> np.ndarray:
    """Return the state of rows that have heard nothing yet."""
    return np.zeros(rows, STATE)


@njit(cache=True, nogil=True, error_model="numpy")
def reset(state: Record) -> None:
    """Begin a new segment."""
    state["started"] = state["skip"] = state["thirds"] = state["n"] = 0
    for axis in range(AXES):
        state["low_g"][axis] = state["third_sum"][axis] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _sum(state: Record, levels: np.ndarray, epoch: Record) -> int:
    """Add levels to tenths of a second, those to the epoch; return how many were full."""
    sums, counts = state["third_sum"], epoch["counts"]
    thirds, tenths = state["thirds"], 0
    for i in range(len(levels)):
        for axis in range(AXES):
            sums[axis] += levels[i, axis]
        thirds += 1
        if thirds == 3:
            thirds = 0
            tenths += 1
            for axis in range(AXES):
                counts[axis] += np.int64(math.floor(sums[axis] / 3.0))
                sums[axis] = 0.0
    state["thirds"] = thirds
    epoch["n_tenths"] += tenths
    return tenths


@njit(cache=True, nogil=True, error_model="numpy")
def _count_points(state: Record, grid: np.ndarray, lfe: bool, epoch: Record) -> int:
    if not len(grid):
        return 0
    filter_to_levels(state, grid, lfe)
    return _sum(state, grid, epoch)


@njit(cache=True, nogil=True, error_model="numpy")
def _count_resampled(
    state: Record,
    xyz_g: np.ndarray,
    times_us: np.ndarray,
    period_us: float,
    lfe: bool,
    grid: np.ndarray,
    epoch: Record,
) -> None:
    i = 0
    while i < len(xyz_g):
        if linear_30_hz.begins(state, i, times_us, period_us):
            reset(state)
            linear_30_hz.begin(state, i, xyz_g, times_us)
            i += 1
        n, i = linear_30_hz.advance(state, i, xyz_g, times_us, period_us, grid)
        epoch["n_resampled"] += _count_points(state, grid[:n], lfe, epoch)


@njit(cache=True, nogil=True, error_model="numpy")
def count(
    state: Record,
    xyz_g: np.ndarray,
    times_us: np.ndarray,
    period_us: float,
    lfe: bool,
    grid: np.ndarray,
    epoch: Record,
) -> None:
    """Count the movement of samples that follow those before.

    Parameters
    ----------
    state : STATE
        Of this one stream; changed in place.
    xyz_g : (n, 3) float64
        At most `BLOCK` of them, all of them numbers.
    times_us : (n,) int64
        When each was taken; may be empty where there is a period.
    period_us : float
        From one sample to the next; 0: each sample has its own time.
    lfe : bool
        With the low-frequency extension.
    grid : (BLOCK, 3) float64
        Worked in.
    epoch : SUM
        `counts`, `n_tenths` and `n_resampled` grow.
    """
    rate = rate_hz(period_us)
    if rate == 0:
        _count_resampled(state, xyz_g, times_us, period_us, lfe, grid, epoch)
        return
    n = to_30_hz(state, rate, xyz_g, grid)
    _count_points(state, grid[:n], lfe, epoch)
