"""Steps: peaks of a band-passed acceleration norm that come in a run.

The norm minus one g is resampled to 25 Hz (linear, looking back only), filtered to the band
of gait, and its peaks above a threshold are counted once enough of them came one after another
at the pace of walking. Windowed peak detection with a confirmed run: nothing needs the samples
back, and a step costs the same however long the walk.

The state runs on the sensor's own clock: samples times nominal period, never the aligned time.
"""

import math
from typing import Final

import numpy as np
from numba import njit

from analytics.kernels.spans import USE, Record

GRID_US: Final = 40_000.0  # 25 Hz
#: Second-order sections of scipy.signal.butter(2, [0.7, 3.0], "bandpass", fs=25, output="sos"):
#: b0, b1, b2, a1, a2 of each.
B00: Final = 0.0585966342914409
B01: Final = 0.1171932685828818
B02: Final = 0.0585966342914409
A01: Final = -1.203232776403508
A02: Final = 0.5367034738698802
B10: Final = 1.0
B11: Final = -2.0
B12: Final = 1.0
A11: Final = -1.7885184938977408
A12: Final = 0.8247154026749532

PEAK_G: Final = 0.05
REFRACTORY: Final = 8  # points of the grid; of two peaks nearer than this the higher one counts
SLOWEST: Final = 25  # points between two steps of one run
RUN: Final = 8  # steps in a row before any of them counts
GAP_US: Final = 1_000_000.0
BLOCK: Final = 1024  # norms at a time

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
        ("peak", np.int64),  # point of the last peak
        ("peak_g", np.float64),
        ("run", np.int64),  # peaks in a row
    ],
    align=True,
)


def fresh(rows: int) -> np.ndarray:
    """Return the state of rows that have heard nothing yet."""
    return np.zeros(rows, STATE)


@njit(cache=True, nogil=True, error_model="numpy")
def reset(state: Record) -> None:
    """Begin a new segment."""
    state["n"] = state["grid"] = state["run"] = 0
    state["z00"] = state["z01"] = state["z10"] = state["z11"] = 0.0
    state["y1_g"] = state["y2_g"] = 0.0


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
def _confirmed(state: Record, point: int) -> int:
    """Return how many steps a peak at a point of the grid confirms."""
    height_g = state["y1_g"]
    apart = point - state["peak"]
    if state["run"] > 0 and apart < REFRACTORY:
        if height_g > state["peak_g"]:
            state["peak"], state["peak_g"] = point, height_g
        return 0
    state["run"] = state["run"] + 1 if state["run"] > 0 and apart <= SLOWEST else 1
    state["peak"], state["peak_g"] = point, height_g
    if state["run"] == RUN:
        return RUN
    return 1 if state["run"] > RUN else 0


@njit(cache=True, nogil=True, error_model="numpy")
def _next_point(state: Record, x: float) -> int:
    """Take one point of the grid; return how many steps it confirms."""
    y = _band_pass(state, x)
    middle_g = state["y1_g"]
    steps = 0
    if middle_g > PEAK_G and middle_g > state["y2_g"] and middle_g >= y:
        steps = _confirmed(state, state["grid"] - 1)
    state["grid"] += 1
    state["y2_g"], state["y1_g"] = middle_g, y
    return steps


@njit(cache=True, nogil=True, error_model="numpy")
def _next_sample(state: Record, time_us: float, norm_g: float) -> int:
    """Take one sample; return how many steps it confirms."""
    steps = 0
    since_us = time_us - state["time_us"]
    slope = (norm_g - state["norm_g"]) / since_us
    point_us = state["grid"] * GRID_US
    while point_us < time_us:
        steps += _next_point(state, slope * (point_us - state["time_us"]) + state["norm_g"])
        point_us = state["grid"] * GRID_US
    state["time_us"], state["norm_g"] = time_us, norm_g
    return steps


@njit(cache=True, nogil=True, error_model="numpy")
def walk(state: Record, norms_g: np.ndarray, times_us: np.ndarray, period_us: float) -> int:
    """Take samples that follow those before; return how many steps they confirm.

    Parameters
    ----------
    state : STATE
        Of this one stream; changed in place.
    norms_g : (n,) float64
        Norm of acceleration minus 1 g. What is no number begins a new segment.
    times_us : (n,) int64
        When each was taken; not looked at where there is a period.
    period_us : float
        From one sample to the next; 0: each sample has its own time.
    """
    steps = 0
    for i in range(norms_g.size):
        norm_g = norms_g[i]
        if not norm_g < math.inf:
            reset(state)
            continue
        if period_us > 0.0:
            time_us = state["n"] * period_us
        else:
            time_us = float(times_us[i] - state["begin_us"])
        if state["n"] > 0 and time_us - state["time_us"] > GAP_US:
            reset(state)
        if state["n"] == 0:
            state["begin_us"] = times_us[i] if period_us == 0.0 else 0
            state["time_us"], state["norm_g"] = 0.0, norm_g
            state["n"] = 1
        elif time_us > state["time_us"]:
            steps += _next_sample(state, time_us, norm_g)
            state["n"] += 1
    return steps


@njit(cache=True, nogil=True, error_model="numpy")
def _walk_span(
    state: Record, span: Record, values: np.ndarray, times_us: np.ndarray, norms_g: np.ndarray
) -> int:
    steps, scale = 0, span["scale"]
    end = span["offset"] + span["size"]
    for begin in range(span["offset"], end, norms_g.size):
        size = min(norms_g.size, end - begin)
        for i in range(size):
            x = values[begin + i, 0] * scale
            y = values[begin + i, 1] * scale
            z = values[begin + i, 2] * scale
            norms_g[i] = math.sqrt(x * x + y * y + z * z) - 1.0
        own_us = times_us[begin : begin + size]
        steps += walk(state, norms_g[:size], own_us, span["period_us"])
    return steps


@njit(cache=True, nogil=True, error_model="numpy")
def add(
    states: np.ndarray,
    spans: np.ndarray,
    values: np.ndarray,
    times_us: np.ndarray,
    sums: np.ndarray,
) -> None:
    """Add the steps of spans to the sums of the epochs that confirm them.

    Parameters
    ----------
    states : (rows,) STATE
        Changed in place.
    spans : (s,) SPAN
        In the order of each row's stream.
    values : (samples, 3) int16, int32 or float64
        Times the span's scale in g. What is no number begins a new segment.
    times_us : (samples,) int64
        Of spans without a period; may be empty when there are none.
    sums : (m,) SUM
        `steps` grows.
    """
    norms_g = np.empty(BLOCK)
    for k in range(spans.size):
        span = spans[k]
        state = states[span["row"]]
        if span["fresh"] or span["use"] != USE:
            reset(state)
        if span["use"] == USE:
            sums[span["slot"]]["steps"] += _walk_span(state, span, values, times_us, norms_g)
