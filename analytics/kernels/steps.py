"""Steps: swings of a band-passed acceleration norm, as far as they are gait.

The norm minus one g is resampled to 25 Hz (linear, looking back only) and filtered to the band
of gait. Its peaks, and how far they rise from the trough before, go to `gait`, which knows
which of them are steps. Nothing needs the samples back, and a step costs the same however
long the walk.

The state runs on the sensor's own clock: samples times nominal period, never the aligned time.
"""

import math
from typing import Final, NamedTuple

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
        ("trough_g", np.float64),  # lowest before it and those it outdid
        ("lowest_g", np.float64),  # lowest before it, between those as well
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
    gait.begin(state)


class Here(NamedTuple):
    """What changes with each point of the grid, as it fits into registers."""

    grid: int
    z00: float
    z01: float
    z10: float
    z11: float
    y1_g: float
    y2_g: float
    low_g: float


@njit(cache=True, nogil=True, error_model="numpy")
def _here(state: Record) -> Here:
    return Here(
        state["grid"],
        state["z00"],
        state["z01"],
        state["z10"],
        state["z11"],
        state["y1_g"],
        state["y2_g"],
        state["low_g"],
    )


@njit(cache=True, nogil=True, error_model="numpy")
def _keep(state: Record, here: Here) -> None:
    state["grid"] = here.grid
    state["z00"], state["z01"] = here.z00, here.z01
    state["z10"], state["z11"] = here.z10, here.z11
    state["y1_g"], state["y2_g"], state["low_g"] = here.y1_g, here.y2_g, here.low_g


@njit(cache=True, nogil=True, error_model="numpy")
def _settle(state: Record) -> tuple[int, float]:
    """Take the peak that none outdid.

    Returns
    -------
    steps : int
        That it makes certain.
    low_g : float
        From where the next peak rises, as far as that lies before this one: a ripple ends no
        trough, nor do the peaks that it outdid.
    """
    state["peak"] = -1
    swing_g = 0.5 * (state["peak_g"] - state["trough_g"])
    if gait.is_swing(state, state["peak_at"], swing_g):
        return gait.weigh(state, state["peak_at"], swing_g), math.inf
    return 0, state["lowest_g"]


@njit(cache=True, nogil=True, error_model="numpy")
def _note_peak(state: Record, here: Here, low_g: float, y_g: float) -> float:
    """Keep the point before `y_g`, a peak, unless one kept is higher; return what is lowest."""
    if state["peak"] < 0:
        state["trough_g"] = state["lowest_g"] = low_g
    elif here.y1_g <= state["peak_g"]:
        return low_g
    state["lowest_g"] = min(state["lowest_g"], low_g)
    aside = 0.5 * (here.y2_g - y_g) / (here.y2_g - 2.0 * here.y1_g + y_g)
    state["peak"] = here.grid - 1
    state["peak_at"] = state["peak"] + aside
    state["peak_g"] = here.y1_g
    return here.y1_g


@njit(cache=True, nogil=True, error_model="numpy")
def _next_point(state: Record, here: Here, x_g: float) -> tuple[Here, int]:
    """Take one point of the grid; return where that leads, and the steps it makes certain."""
    u_g = B00 * x_g + here.z00
    z00, z01 = B01 * x_g - A01 * u_g + here.z01, B02 * x_g - A02 * u_g
    y_g = B10 * u_g + here.z10
    z10, z11 = B11 * u_g - A11 * y_g + here.z11, B12 * u_g - A12 * y_g
    steps, low_g = 0, here.low_g
    if 0 <= state["peak"] < here.grid - REFRACTORY:
        steps, before_g = _settle(state)
        low_g = min(low_g, before_g)
    if here.y1_g > 0.0 and here.y1_g > here.y2_g and here.y1_g >= y_g:
        low_g = _note_peak(state, here, low_g, y_g)
    low_g = min(low_g, y_g)
    return Here(here.grid + 1, z00, z01, z10, z11, y_g, here.y1_g, low_g), steps


@njit(cache=True, nogil=True, error_model="numpy")
def _begin(state: Record, norm_g: float, begin_us: int) -> None:
    reset(state)
    state["n"], state["begin_us"] = 1, begin_us
    state["time_us"], state["norm_g"] = 0.0, norm_g


@njit(cache=True, nogil=True, error_model="numpy")
def _until(state: Record, here: Here, time_us: float, norm_g: float) -> tuple[Here, int]:
    """Take the points of the grid between the last sample and one at `time_us`."""
    steps = 0
    if here.grid * GRID_US >= time_us:
        return here, steps
    slope = (norm_g - state["norm_g"]) / (time_us - state["time_us"])
    while here.grid * GRID_US < time_us:
        since_us = here.grid * GRID_US - state["time_us"]
        here, more = _next_point(state, here, slope * since_us + state["norm_g"])
        steps += more
    return here, steps


@njit(cache=True, nogil=True, error_model="numpy")
def _timed(state: Record, norms_g: np.ndarray, times_us: np.ndarray) -> int:
    """Take samples that have times of their own."""
    steps, here = 0, _here(state)
    for i in range(norms_g.size):
        time_us = float(times_us[i] - state["begin_us"])
        if state["n"] == 0 or time_us - state["time_us"] > GAP_US:
            _begin(state, norms_g[i], times_us[i])
            here = _here(state)
        elif time_us > state["time_us"]:
            here, more = _until(state, here, time_us, norms_g[i])
            steps += more
            state["time_us"], state["norm_g"] = time_us, norms_g[i]
            state["n"] += 1
    _keep(state, here)
    return steps


@njit(cache=True, nogil=True, error_model="numpy")
def _paced(state: Record, norms_g: np.ndarray, period_us: float) -> int:
    """Take samples a period apart: only those about a point of the grid need a look."""
    if period_us > GAP_US or norms_g.size == 0:
        return 0
    if state["n"] == 0:
        reset(state)
    steps, here = 0, _here(state)
    first = state["n"]  # what is before it was fed already
    last = first + norms_g.size
    after = max(first, 1)
    while True:
        point_us = here.grid * GRID_US
        after = max(after, np.int64(point_us / period_us))
        while after * period_us <= point_us:
            after += 1
        if after >= last:
            break
        before_us = (after - 1) * period_us
        before_g = norms_g[after - 1 - first] if after > first else state["norm_g"]
        slope = (norms_g[after - first] - before_g) / (after * period_us - before_us)
        here, more = _next_point(state, here, slope * (point_us - before_us) + before_g)
        steps += more
    _keep(state, here)
    state["n"], state["norm_g"] = last, norms_g[-1]
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
