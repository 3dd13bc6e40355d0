"""ActiGraph counts: how much acceleration varies at the pace of the body, per axis.

To 30 Hz and rounded to a thousandth of g, band-passed, rectified, cut off below and above,
averaged in threes, added up for an epoch (Neishabouri 2022). What published software does to a
whole file happens here piece by piece, and comes out the same to the last count however the
stream was cut. The state runs on the sensor's own clock: an epoch is a number of samples.

The low-frequency extension keeps weaker movement. The paper names no such variant; it is
defined by the software its authors published.
"""

import math
from typing import Final

import numpy as np
from numba import njit

from analytics.kernels.actigraph_filter import rate_hz
from analytics.kernels.actigraph_levels import AXES, filter_to_levels, to_30_hz
from analytics.kernels.spans import USE, Record

TENTHS: Final = 10  # averages of three a second
_BLOCK: Final = 512  # points at 30 Hz worked on at once; they stay in the nearest cache

#: Where one row's stream stands.
STATE: Final = np.dtype(
    [
        ("started", np.int64),
        ("skip", np.int64),  # points until the next of the 30 Hz
        ("thirds", np.int64),  # points in the open tenth of a second
        ("tenths", np.int64),  # tenths in the open epoch
        ("epochs", np.int64),  # closed in this segment
        ("low_g", np.float64, (AXES,)),  # last output of the low-pass
        ("delays_g", np.float64, (AXES, 7)),  # of the band-pass
        ("third_sum", np.float64, (AXES,)),
        ("counts", np.float64, (AXES,)),  # of the open epoch
    ],
    align=True,
)
#: A closed epoch.
EPOCH: Final = np.dtype(
    [
        ("row", np.int64),
        ("epoch", np.int64),  # its number within the segment
        ("counts", np.int64, (AXES,)),
    ],
    align=True,
)


def fresh(rows: int) -> np.ndarray:
    """Return the state of rows that have heard nothing yet."""
    return np.zeros(rows, STATE)


def room(spans: np.ndarray, epoch_s: int) -> int:
    """Return how many epochs `add` may close at most."""
    lasts_s = spans["size"] * spans["period_us"] / 1e6 * 1.001  # a period may be rounded down
    return int((lasts_s // epoch_s + 1).sum())


@njit(cache=True, nogil=True, error_model="numpy")
def _reset(state: Record) -> None:
    state["started"] = state["skip"] = state["epochs"] = 0
    state["thirds"] = state["tenths"] = 0
    for axis in range(AXES):
        state["low_g"][axis] = state["third_sum"][axis] = state["counts"][axis] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _close(state: Record, row: int, epoch: Record) -> None:
    epoch["row"], epoch["epoch"] = row, state["epochs"]
    for axis in range(AXES):
        epoch["counts"][axis] = np.int64(state["counts"][axis])
        state["counts"][axis] = 0.0
    state["epochs"] += 1
    state["tenths"] = 0


@njit(cache=True, nogil=True, error_model="numpy")
def _sum(
    state: Record, row: int, levels: np.ndarray, tenths: int, epochs: np.ndarray, closed: int
) -> int:
    """Add levels to tenths of a second, those to epochs; return how many are closed now."""
    sums, counts = state["third_sum"], state["counts"]
    for i in range(len(levels)):
        for axis in range(AXES):
            sums[axis] += levels[i, axis]
        state["thirds"] += 1
        if state["thirds"] < 3:
            continue
        state["thirds"] = 0
        for axis in range(AXES):
            counts[axis] += math.floor(sums[axis] / 3.0)
            sums[axis] = 0.0
        state["tenths"] += 1
        if state["tenths"] == tenths:
            _close(state, row, epochs[closed])
            closed += 1
    return closed


@njit(cache=True, nogil=True, error_model="numpy")
def add(
    states: np.ndarray,
    spans: np.ndarray,
    values: np.ndarray,
    epoch_s: int,
    lfe: bool,
    epochs: np.ndarray,
) -> int:
    """Count the movement of spans; write the epochs they close.

    Parameters
    ----------
    states : (rows,) STATE
        Changed in place. Each row's stream keeps to one `epoch_s` and one `lfe`.
    spans : (s,) SPAN
        In the order of each row's stream. A fresh one, and any that is not to be used, begins
        a new segment and with it an epoch; what is not full by then is never written. A rate
        that has no counts is left out.
    values : (samples, 3) int16, int32 or float64
        Times the span's scale in g. All are numbers: NaN or an infinity would stay in the
        filter for good, so the caller makes a gap of it, refused and the next span fresh.
    epoch_s : int
        How long an epoch is.
    lfe : bool
        With the low-frequency extension.
    epochs : (m,) EPOCH
        Filled; `room` says how many there may be.

    Returns
    -------
    int
        How many epochs were filled.
    """
    grid = np.empty((_BLOCK, AXES))
    closed = 0
    for k in range(spans.size):
        span = spans[k]
        row = span["row"]
        state = states[row]
        rate = rate_hz(span["period_us"])
        if span["fresh"] or span["use"] != USE or rate == 0:
            _reset(state)
        if span["use"] != USE or rate == 0:
            continue
        begin, last = span["offset"], span["offset"] + span["size"]
        for at in range(begin, last, _BLOCK):
            samples = values[at : min(at + _BLOCK, last)]
            n = to_30_hz(state, rate, samples, span["scale"], grid)
            if n > 0:
                filter_to_levels(state, grid[:n], lfe)
                closed = _sum(state, row, grid[:n], epoch_s * TENTHS, epochs, closed)
    return closed
