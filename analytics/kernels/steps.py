"""Steps: swings of a band-passed acceleration norm, as far as they are gait.

The norm minus one g is resampled to 25 Hz (linear, looking back only) and filtered to the band
of gait. Its peaks, and how far they rise from the trough before, go to `gait`, which knows
which of them are steps. Nothing needs the samples back, and a step costs the same however
long the walk.

The state runs on the sensor's own clock: samples times nominal period, never the aligned time.
"""

from typing import Final

import numpy as np
from numba import njit

from analytics.kernels import gait
from analytics.kernels.spans import Record

GRID_US: Final = 40_000.0  # 25 Hz
#: Second-order sections of scipy.signal.butter(2, [0.5, 3.0], "bandpass", fs=25, output="sos"):
#: b0, b1, b2, a1, a2 of each.
B00: Final = 0.0674552738890719
B01: Final = 0.1349105477781438
B02: Final = 0.0674552738890719
A01: Final = -1.1529929193147692
A02: Final = 0.48250509654580265
B10: Final = 1.0
B11: Final = -2.0
B12: Final = 1.0
A11: Final = -1.8372119058933025
A12: Final = 0.8555383166963143

REFRACTORY: Final = 8  # points of the grid; of two peaks nearer than this the higher one counts
GAP_US: Final = 1_000_000.0

#: Where one row's stream stands.
STATE: Final = np.dtype(
    [
        ("n", np.int64),  # samples in this segment
        ("begin_us", np.int64),  # its first, where samples have times of their own
        ("time_us", np.float64),  # the last sample, in the segment
        ("norm_g", np.float64),
        ("grid", np.int64),  # points of the grid so far
        ("z00", np.float64),
        ("z01", np.float64),
        ("z10", np.float64),
        ("z11", np.float64),
        ("y1_g", np.float64),  # filtered, one point ago
        ("y2_g", np.float64),
        ("low_g", np.float64),  # lowest since the last peak
        ("peak", np.int64),  # point of a peak that a higher one may still outdo; -1: none
        ("peak_g", np.float64),
        ("peak_at", np.float64),  # top of the parabola through it and its neighbours
        ("trough_g", np.float64),  # lowest before it
        *gait.FIELDS,
    ],
    align=True,
)


def fresh(rows: int) -> np.ndarray:
    """Return the state of rows that have heard nothing yet."""
    states = np.zeros(rows, STATE)
    states["peak"] = -1
    return states


@njit(cache=True, nogil=True, error_model="numpy")
def reset(state: Record) -> None:
    """Begin a new segment."""
    state["n"] = state["grid"] = 0
    state["z00"] = state["z01"] = state["z10"] = state["z11"] = 0.0
    state["y1_g"] = state["y2_g"] = state["low_g"] = 0.0
    state["peak"] = -1
    gait.forget(state)


@njit(cache=True, nogil=True, error_model="numpy")
def _band_pass(state: Record, x: float) -> float:
    y = B00 * x + state["z00"]
    state["z00"] = B01 * x - A01 * y + state["z01"]
    state["z01"] = B02 * x - A02 * y
    x, y = y, B10 * y + state["z10"]
    state["z10"] = B11 * x - A11 * y + state["z11"]
    state["z11"] = B12 * x - A12 * y
    return y


@njit(cache=True, nogil=True, error_model="numpy")
def _settle(state: Record) -> int:
    """Take the peak that none outdid; return how many steps it makes certain."""
    state["peak"] = -1
    swing_g = 0.5 * (state["peak_g"] - state["trough_g"])
    if gait.is_swing(state, state["peak_at"], swing_g):
        return gait.weigh(state, state["peak_at"], swing_g)
    state["low_g"] = min(state["low_g"], state["trough_g"])
    return 0


@njit(cache=True, nogil=True, error_model="numpy")
def _note_peak(state: Record, y_g: float) -> None:
    """Keep the point before `y_g`, a peak, unless one kept is higher."""
    before_g, top_g = state["y2_g"], state["y1_g"]
    if state["peak"] < 0:
        state["trough_g"] = state["low_g"]
    elif top_g <= state["peak_g"]:
        return
    aside = 0.5 * (before_g - y_g) / (before_g - 2.0 * top_g + y_g)
    state["peak"] = state["grid"] - 1
    state["peak_at"] = state["peak"] + aside
    state["peak_g"] = state["low_g"] = top_g


@njit(cache=True, nogil=True, error_model="numpy")
def _next_point(state: Record, x_g: float) -> int:
    """Take one point of the grid; return how many steps it makes certain."""
    y_g = _band_pass(state, x_g)
    steps = 0
    if state["peak"] >= 0 and state["grid"] - state["peak"] > REFRACTORY:
        steps = _settle(state)
    top_g = state["y1_g"]
    if top_g > 0.0 and top_g > state["y2_g"] and top_g >= y_g:
        _note_peak(state, y_g)
    state["low_g"] = min(state["low_g"], y_g)
    state["y2_g"], state["y1_g"] = top_g, y_g
    state["grid"] += 1
    return steps


@njit(cache=True, nogil=True, error_model="numpy")
def _begin(state: Record, norm_g: float, begin_us: int) -> None:
    reset(state)
    state["n"], state["begin_us"] = 1, begin_us
    state["time_us"], state["norm_g"] = 0.0, norm_g


@njit(cache=True, nogil=True, error_model="numpy")
def _next_sample(state: Record, time_us: float, norm_g: float) -> int:
    steps = 0
    slope = (norm_g - state["norm_g"]) / (time_us - state["time_us"])
    point_us = state["grid"] * GRID_US
    while point_us < time_us:
        steps += _next_point(state, slope * (point_us - state["time_us"]) + state["norm_g"])
        point_us = state["grid"] * GRID_US
    state["time_us"], state["norm_g"] = time_us, norm_g
    state["n"] += 1
    return steps


@njit(cache=True, nogil=True, error_model="numpy")
def _timed(state: Record, norms_g: np.ndarray, times_us: np.ndarray) -> int:
    """Take samples that have times of their own."""
    steps = 0
    for i in range(norms_g.size):
        time_us = float(times_us[i] - state["begin_us"])
        if state["n"] == 0 or time_us - state["time_us"] > GAP_US:
            _begin(state, norms_g[i], times_us[i])
        elif time_us > state["time_us"]:
            steps += _next_sample(state, time_us, norms_g[i])
    return steps


@njit(cache=True, nogil=True, error_model="numpy")
def _paced(state: Record, norms_g: np.ndarray, period_us: float) -> int:
    """Take samples a period apart: only those about a point of the grid need a look."""
    if period_us > GAP_US or norms_g.size == 0:
        return 0
    if state["n"] == 0:
        _begin(state, norms_g[0], 0)
        norms_g = norms_g[1:]
    steps, n = 0, state["n"]
    point_us = state["grid"] * GRID_US
    after = max(n, np.int64(point_us / period_us))
    while True:
        while after * period_us <= point_us:
            after += 1
        if after >= n + norms_g.size:
            break
        before_g = norms_g[after - n - 1] if after > n else state["norm_g"]
        before_us = (after - 1) * period_us
        slope = (norms_g[after - n] - before_g) / (after * period_us - before_us)
        steps += _next_point(state, slope * (point_us - before_us) + before_g)
        point_us = state["grid"] * GRID_US
    if norms_g.size > 0:
        state["norm_g"] = norms_g[norms_g.size - 1]
    state["n"] = n + norms_g.size
    return steps


@njit(cache=True, nogil=True, error_model="numpy")
def walk(state: Record, norms_g: np.ndarray, times_us: np.ndarray, period_us: float) -> int:
    """Take samples that follow those before; return how many steps are certain by them.

    Parameters
    ----------
    state : STATE
        Of this one stream; changed in place.
    norms_g : (n,) float64
        Norm of acceleration minus 1 g, all of them numbers.
    times_us : (n,) int64
        When each was taken; not looked at where there is a period.
    period_us : float
        From one sample to the next; 0: each sample has its own time.
    """
    if period_us > 0.0:
        return _paced(state, norms_g, period_us)
    return _timed(state, norms_g, times_us)
