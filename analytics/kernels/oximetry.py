"""Saturation of the blood with oxygen: its sums, and how often it drops.

A desaturation is a drop by 3 % or more, and by 4 % or more, below the mean of the 120 s before,
that lasts 10 s. It is over when the saturation is back within 1 % of that mean, or after 120 s,
when the mean has followed it. One reading a second is looked at, the first; whole hundredths
of a percent add up exactly, so no cut changes what is found.
"""

from typing import Final

import numpy as np
from numba import njit

from analytics.kernels.spans import NOT_WORN, USE, Record, time_us

SECOND_US: Final = 1_000_000
LOWEST_PERCENT: Final = 50.0
HIGHEST_PERCENT: Final = 100.0
DEPTHS: Final = (300, 400)  # hundredths of a percent
BASELINE_S: Final = 120
FEWEST: Final = 10  # readings that make a baseline
LASTS_S: Final = 10  # also the longest silence within a desaturation
RECOVERED: Final = 100  # hundredths of a percent below the baseline

STATE: Final = np.dtype(
    [
        ("second", np.int64),  # of the last reading looked at
        ("readings", np.int16, (BASELINE_S,)),  # by second, hundredths of a percent; 0: none
        ("total", np.int64),  # of readings
        ("n", np.int64),
        (
            "baseline",
            np.float64,
            (len(DEPTHS),),
        ),  # of a desaturation that goes on; 0: none does
        ("began", np.int64, (len(DEPTHS),)),  # its first second
        ("counted", np.uint8, (len(DEPTHS),)),  # it lasted long enough
    ],
    align=True,
)


def fresh(rows: int) -> np.ndarray:
    """Return the states of rows that have heard nothing."""
    states = np.zeros(rows, STATE)
    states["second"] = -1
    return states


@njit(cache=True, nogil=True, error_model="numpy")
def _forget(state: Record) -> None:
    state["second"] = -1
    state["readings"][:] = 0
    state["total"] = state["n"] = 0
    state["baseline"][:] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _put(state: Record, second: int, reading: int) -> None:
    """Let a reading take the place of the one 120 s before; 0: nothing."""
    place = second % BASELINE_S
    old = state["readings"][place]
    state["total"] += reading - old
    state["n"] += (reading > 0) - (old > 0)
    state["readings"][place] = reading


@njit(cache=True, nogil=True, error_model="numpy")
def _go_on(state: Record, depth: int, second: int, reading: int) -> bool:
    """Follow a desaturation; return whether it has now lasted long enough to count."""
    baseline, lasted_s = state["baseline"][depth], second - state["began"][depth]
    if state["counted"][depth]:
        if reading >= baseline - RECOVERED or lasted_s >= BASELINE_S:
            state["baseline"][depth] = 0.0
        return False
    if reading > baseline - DEPTHS[depth]:
        state["baseline"][depth] = 0.0
        return False
    state["counted"][depth] = lasted_s >= LASTS_S
    return lasted_s >= LASTS_S


@njit(cache=True, nogil=True, error_model="numpy")
def _begin(state: Record, depth: int, second: int, reading: int) -> None:
    if state["n"] < FEWEST:
        return
    mean = state["total"] / state["n"]
    if reading <= mean - DEPTHS[depth]:
        state["baseline"][depth], state["began"][depth] = mean, second
        state["counted"][depth] = 0


@njit(cache=True, nogil=True, error_model="numpy")
def _look(state: Record, second: int, reading: int, epoch: Record) -> None:
    if second - state["second"] > LASTS_S:
        state["baseline"][:] = 0.0
    for silent in range(max(state["second"] + 1, second - BASELINE_S), second):
        _put(state, silent, 0)
    for depth in range(len(DEPTHS)):
        if state["baseline"][depth] > 0.0:
            epoch["desaturations"][depth] += _go_on(state, depth, second, reading)
        else:
            _begin(state, depth, second, reading)
    _put(state, second, reading)
    state["second"] = second


@njit(cache=True, nogil=True, error_model="numpy")
def _set_aside(state: Record, span: Record, epoch: Record) -> None:
    _forget(state)
    if span["use"] == NOT_WORN:
        epoch["n_not_worn"] += span["size"]
    else:
        epoch["n_refused"] += span["size"]


@njit(cache=True, nogil=True, error_model="numpy")
def add(
    states: np.ndarray,
    spans: np.ndarray,
    values: np.ndarray,
    times_us: np.ndarray,
    sums: np.ndarray,
) -> None:
    """Add saturations to the sums of their epochs, and count the drops.

    Parameters
    ----------
    states : (rows,) STATE
        Changed in place. A segment begins without a baseline.
    spans : (s,) SPAN
    values : (readings, 1) int16, int32 or float64
        Times the span's scale in percent. What lies outside 50 to 100 % is refused and counted.
    times_us : (readings,) int64
        Of spans without a period.
    sums : (m,) SUM
        `total` and `lowest`, in hundredths of a percent, `desaturations`, `n_valid`,
        `n_not_worn` and `n_refused`. A desaturation counts in the second it has lasted 10 s.

    Notes
    -----
    Range as in the toolbox of Levy et al., npj Digital Medicine 2021;4:1; the end of a
    desaturation as point C of Jung et al. 2018, cited there. No public standard defines either.
    """
    for k in range(spans.size):
        span = spans[k]
        state, epoch = states[span["row"]], sums[span["slot"]]
        if span["fresh"]:
            _forget(state)
        if span["use"] != USE:
            _set_aside(state, span, epoch)
            continue
        for i in range(span["size"]):
            percent = values[span["offset"] + i, 0] * span["scale"]
            if not LOWEST_PERCENT <= percent <= HIGHEST_PERCENT:
                epoch["n_refused"] += 1
                continue
            reading: Record = np.int64(np.rint(percent * 100.0))
            epoch["total"] += reading
            epoch["lowest"] = min(epoch["lowest"], reading) if epoch["n_valid"] else reading
            epoch["n_valid"] += 1
            second = time_us(span, i, times_us) // SECOND_US
            if second > state["second"]:
                _look(state, second, reading, epoch)
