"""Intervals between heart beats: which are believed, and the sums that variability is made of.

An interval is kept when it is 300 to 2000 ms long and differs from the last kept one by no more
than 20 % of that one. A dropped interval changes nothing that the next is held against, except
that the third in a row of dropped ones that agree among themselves by the same rule is kept:
the heart, or the first interval, had been another. A difference is taken only between two kept
intervals with nothing between them.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from analytics.kernels.spans import NOT_WORN, SPAN, SUM, USE, Record

LOWEST_MS: Final = 300.0
HIGHEST_MS: Final = 2000.0
CHANGE: Final = 0.2  # of the last kept interval
AGREEING: Final = 3  # dropped intervals in a row that make a new reference

STATE: Final = np.dtype(
    [
        ("kept_ms", np.float64),  # the last kept interval; 0: none in this segment
        ("dropped_ms", np.float64),  # the one before, if dropped for its change; else 0
        ("agreeing", np.int64),  # such in a row that agree
        ("follows", np.int64),  # 1: the one before was kept
    ],
    align=True,
)


@dataclass(frozen=True, slots=True)
class Variability:
    """What a series of intervals came to."""

    rmssd_ms: float | None  # None without two neighbours that were kept
    sdnn_ms: float | None  # None with fewer than two kept
    beats_kept: int
    beats_dropped: int


def fresh(rows: int) -> np.ndarray:
    """Return the states of rows that have heard nothing."""
    return np.zeros(rows, STATE)


@njit(cache=True, nogil=True, error_model="numpy")
def _judge(
    rr_ms: float, kept_ms: float, dropped_ms: float, agreeing: int
) -> tuple[bool, float, float, int]:
    """Return whether an interval is kept, and the three that the next is judged by."""
    if not LOWEST_MS <= rr_ms <= HIGHEST_MS:
        return False, kept_ms if math.isfinite(rr_ms) else 0.0, 0.0, 0
    if kept_ms == 0.0 or abs(rr_ms - kept_ms) <= CHANGE * kept_ms:
        return True, rr_ms, 0.0, 0
    agreeing = agreeing + 1 if abs(rr_ms - dropped_ms) <= CHANGE * dropped_ms else 1
    if agreeing == AGREEING:
        return True, rr_ms, 0.0, 0
    return False, kept_ms, rr_ms, agreeing


@njit(cache=True, nogil=True, error_model="numpy")
def _follow(state: Record, span: Record, values: np.ndarray, epoch: Record) -> None:
    kept_ms, dropped_ms = state["kept_ms"], state["dropped_ms"]
    agreeing, follows = state["agreeing"], state["follows"] != 0
    sum_ms, square_ms2 = epoch["rr_sum_ms"], epoch["rr_square_sum_ms2"]
    diff_square_ms2 = epoch["rr_diff_square_sum_ms2"]
    kept, diffs = 0, 0
    for i in range(span["offset"], span["offset"] + span["size"]):
        rr_ms = values[i, 0] * span["scale"]
        before_ms, before = kept_ms, follows
        follows, kept_ms, dropped_ms, agreeing = _judge(rr_ms, kept_ms, dropped_ms, agreeing)
        if follows:
            kept += 1
            sum_ms += rr_ms
            square_ms2 += rr_ms * rr_ms
            if before:
                diffs += 1
                diff_square_ms2 += (rr_ms - before_ms) * (rr_ms - before_ms)
    epoch["rr_sum_ms"], epoch["rr_square_sum_ms2"] = sum_ms, square_ms2
    epoch["rr_diff_square_sum_ms2"] = diff_square_ms2
    epoch["n_valid"] += kept
    epoch["n_refused"] += span["size"] - kept
    epoch["rr_diff_n"] += diffs
    state["kept_ms"], state["dropped_ms"] = kept_ms, dropped_ms
    state["agreeing"], state["follows"] = agreeing, follows


@njit(cache=True, nogil=True, error_model="numpy")
def _forget(state: Record) -> None:
    state["kept_ms"] = state["dropped_ms"] = 0.0
    state["agreeing"] = state["follows"] = 0


@njit(cache=True, nogil=True, error_model="numpy")
def add(states: np.ndarray, spans: np.ndarray, values: np.ndarray, sums: np.ndarray) -> None:
    """Add intervals between beats to the sums of their epochs.

    Parameters
    ----------
    states : (rows,) STATE
        Changed in place. A segment begins with nothing to be held against.
    spans : (s,) SPAN
    values : (beats, 1) int16, int32 or float64
        Times the span's scale in ms. What is no number is dropped, and begins a segment.
    sums : (m,) SUM
        The sums of intervals, of their squares and of the squares of differences grow, and
        `n_valid`, `rr_diff_n`, `n_not_worn` and `n_refused`. A difference counts with the
        later of its intervals.
    """
    for k in range(spans.size):
        span = spans[k]
        state, epoch = states[span["row"]], sums[span["slot"]]
        if span["fresh"] or span["use"] != USE:
            _forget(state)
        if span["use"] == USE:
            _follow(state, span, values, epoch)
        elif span["use"] == NOT_WORN:
            epoch["n_not_worn"] += span["size"]
        else:
            epoch["n_refused"] += span["size"]


def rmssd_ms(diff_n: ArrayLike, diff_square_sum_ms2: ArrayLike) -> NDArray[np.float64]:
    """Return the root mean square of successive differences, ms; nan without any."""
    with np.errstate(invalid="ignore"):
        return np.sqrt(np.divide(diff_square_sum_ms2, diff_n))


def sdnn_ms(n: ArrayLike, sum_ms: ArrayLike, square_sum_ms2: ArrayLike) -> NDArray[np.float64]:
    """Return the standard deviation of intervals by n - 1, ms; nan with fewer than two."""
    beats = np.where(np.asarray(n) > 1, n, np.nan)
    total_ms = np.asarray(sum_ms)
    spread_ms2 = np.asarray(square_sum_ms2) - total_ms / beats * total_ms
    return np.sqrt(np.maximum(spread_ms2, 0.0) / (beats - 1.0))


def analyse(rr_ms: ArrayLike) -> Variability:
    """Return what one series of intervals comes to.

    Parameters
    ----------
    rr_ms : (beats,) array_like, ms
        One after the other. What is no number is dropped, and is a gap: the next interval is
        held against nothing before it.

    Notes
    -----
    RMSSD and SDNN as by the Task Force of the ESC and the NASPE, Circulation 1996;93:1043, SDNN
    with n - 1. The Task Force names the rule of 20 % and warns to rely on it alone.
    """
    values = np.ascontiguousarray(rr_ms, np.float64).reshape(-1, 1)
    span, total = np.zeros(1, SPAN), np.zeros(1, SUM)
    span["size"], span["scale"] = len(values), 1.0
    add(fresh(1), span, values, total)
    kept = int(total["n_valid"][0])
    return Variability(
        rmssd_ms=_known(rmssd_ms(total["rr_diff_n"], total["rr_diff_square_sum_ms2"])),
        sdnn_ms=_known(
            sdnn_ms(total["n_valid"], total["rr_sum_ms"], total["rr_square_sum_ms2"])
        ),
        beats_kept=kept,
        beats_dropped=len(values) - kept,
    )


def _known(value: NDArray[np.float64]) -> float | None:
    return None if np.isnan(value[0]) else float(value[0])
