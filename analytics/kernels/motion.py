"""All that is taken from acceleration, in one pass: ENMO, MAD, axes, counts and steps.

Samples are brought to g and their norms taken once, a block at a time (`block`); every measure
reads it there.

ENMO is the norm minus one g, negative values as zero (van Hees et al. 2013, "Separating
movement and gravity components in an acceleration signal and implications for the assessment
of human daily physical activity", PLoS ONE 8:e61691). Sums are sequential, so that they come
out the same however the stream was cut; numpy's pairwise mean does not.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from analytics.kernels import block, counts, pieces, steps
from analytics.kernels.block import Room
from analytics.kernels.counts import BLOCK
from analytics.kernels.pieces import MOST
from analytics.kernels.simd import WIDTH, four, greater, lane4, lesser, load4
from analytics.kernels.spans import FAULT, NOT_WORN, USE, Record

Four = Any  # numbers side by side, see `simd`


class States(NamedTuple):
    """Where the streams of all rows stand; changed in place."""

    counts: np.ndarray  # (rows,) counts.STATE
    pieces: np.ndarray  # (rows,) pieces.STATE
    excess_g: np.ndarray  # (rows, m) float64: norms minus 1 g of the open pieces
    past_g: np.ndarray  # (rows, k) float64: samples before, where counts need them
    steps: np.ndarray  # (rows,) steps.STATE


def fresh(rows: int, norms: int, past: int = 0) -> States:
    """Return the states of rows that have heard nothing yet."""
    kept = np.zeros((rows, norms)), np.zeros((rows, past))
    return States(counts.fresh(rows), pieces.fresh(rows), *kept, steps.fresh(rows))


def grown(states: States, more: int) -> States:
    """Return states with more rows."""
    new = fresh(more, states.excess_g.shape[1], states.past_g.shape[1])
    return States(*(np.append(a, b, axis=0) for a, b in zip(states, new, strict=True)))


def widened(states: States, norms: int, past: int) -> States:
    """Return states with room for so many norms and numbers of the past in each row."""
    return states._replace(
        excess_g=_widened(states.excess_g, norms), past_g=_widened(states.past_g, past)
    )


def _widened(kept: np.ndarray, width: int) -> np.ndarray:
    if width <= kept.shape[1]:
        return kept
    wider = np.zeros((len(kept), width))
    wider[:, : kept.shape[1]] = kept
    return wider


@njit(cache=True, nogil=True, error_model="numpy")
def _set_aside(span: Record, epoch: Record) -> None:
    if span["use"] == NOT_WORN:
        epoch["n_not_worn"] += span["size"]
    elif span["use"] == FAULT:
        epoch["n_fault"] += span["size"]
    else:
        epoch["n_refused"] += span["size"]


@njit(cache=True, nogil=True, error_model="numpy")
def _reset(states: States, row: int) -> None:
    counts.reset(states.counts[row])
    steps.reset(states.steps[row])


@njit(cache=True, nogil=True, error_model="numpy")
def _open(epoch: Record) -> None:
    """Prepare an epoch for its first valid sample."""
    for axis in range(3):
        epoch["axis_low_g"][axis] = math.inf
        epoch["axis_high_g"][axis] = -math.inf
    epoch["anglez_cdeg"][:] = pieces.NO_ANGLE


@njit(cache=True, nogil=True, error_model="numpy")
def _with(axes: np.ndarray, other: float) -> Four:
    return four(axes[0], axes[1], axes[2], other)


@njit(cache=True, nogil=True, error_model="numpy")
def _put(axes: np.ndarray, value: Four) -> None:
    for axis in range(3):
        axes[axis] = lane4(value, axis)


@njit(cache=True, nogil=True, error_model="numpy")
def _add_axes(xyzw_g: np.ndarray, piece: Record, epoch: Record) -> None:
    """Add samples to the sums of axes, and beside those to that of ENMO."""
    total_g = _with(piece["axis_sum_g"], epoch["enmo_sum_g"])
    squares_g2 = _with(epoch["axis_square_sum_g2"], 0.0)
    low_g = _with(epoch["axis_low_g"], 0.0)
    high_g = _with(epoch["axis_high_g"], 0.0)
    for i in range(0, xyzw_g.size, WIDTH):
        sample_g = load4(xyzw_g, i)
        total_g += sample_g
        squares_g2 += sample_g * sample_g
        low_g = lesser(sample_g, low_g)
        high_g = greater(sample_g, high_g)
    _put(piece["axis_sum_g"], total_g)
    epoch["enmo_sum_g"] = lane4(total_g, 3)
    _put(epoch["axis_square_sum_g2"], squares_g2)
    _put(epoch["axis_low_g"], low_g)
    _put(epoch["axis_high_g"], high_g)


@njit(cache=True, nogil=True, error_model="numpy")
def add_to_pieces(
    states: States, row: int, begin: int, end: int, epoch: Record, room: Room
) -> None:
    """Add samples of a block to the open piece, and to others where it is full."""
    piece, held_g = states.pieces[row], states.excess_g[row]
    while begin < end:
        if piece["n"] == MOST:
            pieces.close(piece, held_g, epoch, room.sums)
        n, until = piece["n"], min(end, begin + MOST - piece["n"])
        held_g[n : n + until - begin] = room.excess_g[begin:until]
        _add_axes(room.xyzw_g[WIDTH * begin : WIDTH * until], piece, epoch)
        piece["n"] += until - begin
        begin = until


@njit(cache=True, nogil=True, error_model="numpy")
def _add_run(
    states: States,
    span: Record,
    begin: int,
    end: int,
    times_us: np.ndarray,
    lfe: bool,
    epoch: Record,
    room: Room,
) -> None:
    """Add samples of a block that follow each other, all of them numbers."""
    row, period_us, own_us = span["row"], span["period_us"], times_us[begin:end]
    if epoch["n_valid"] == 0:
        _open(epoch)
    epoch["n_valid"] += end - begin
    add_to_pieces(states, row, begin, end, epoch, room)
    xyzw_g, past_g = room.xyzw_g[WIDTH * begin : WIDTH * end], states.past_g[row]
    counts.count(states.counts[row], xyzw_g, own_us, period_us, lfe, past_g, room.counts, epoch)
    excess_g = room.excess_g[begin:end]
    epoch["steps"] += steps.walk(states.steps[row], excess_g, own_us, period_us)


@njit(cache=True, nogil=True, error_model="numpy")
def _add_between(
    states: States,
    span: Record,
    size: int,
    times_us: np.ndarray,
    lfe: bool,
    epoch: Record,
    room: Room,
) -> None:
    """Add what lies between samples that are no numbers; each of them ends a segment."""
    begin = 0
    for end in range(size + 1):
        if end < size and room.excess_g[end] < math.inf:
            continue
        if begin < end:
            _add_run(states, span, begin, end, times_us, lfe, epoch, room)
        if end < size:
            _reset(states, span["row"])
        begin = end + 1


@njit(cache=True, nogil=True, error_model="numpy")
def _add_span(
    states: States,
    span: Record,
    values: np.ndarray,
    times_us: np.ndarray,
    lfe: bool,
    epoch: Record,
    room: Room,
) -> None:
    states.pieces[span["row"]]["piece"] = span["piece"]
    last = span["offset"] + span["size"]
    for at in range(span["offset"], last, BLOCK):
        size = min(BLOCK, last - at)
        own_us = times_us[at : at + size]
        valid = block.load(values, at, size, span["scale"], room)
        if valid == size:
            _add_run(states, span, 0, size, own_us, lfe, epoch, room)
        else:
            epoch["n_refused"] += size - valid
            _add_between(states, span, size, own_us, lfe, epoch, room)
    epoch["n_saturated"] += span["saturated"] * span["size"]


@njit(cache=True, nogil=True, error_model="numpy")
def add(
    states: States,
    spans: np.ndarray,
    values: np.ndarray,
    times_us: np.ndarray,
    lfe: bool,
    sums: np.ndarray,
    begin: int,
    end: int,
) -> None:
    """Add spans of acceleration to the sums of their epochs.

    Parameters
    ----------
    states : States
        Changed in place; as much room for norms as `pieces.room` says.
    spans : (s,) SPAN
        In the order of each row's stream.
    values : (samples, 3) int16, int32 or float64
        Times the span's scale in g. What is no number is refused, counted, and ends a segment.
    times_us : (samples,) int64
        Of spans without a period; may be empty when there are none.
    lfe : bool
        Counts with the low-frequency extension.
    sums : (m,) SUM
        All but `total` grows.
    begin, end : int
        The first row whose spans are added, and the one after the last.
    """
    room = block.make_room()
    for k in range(spans.size):
        span = spans[k]
        if not begin <= span["row"] < end:
            continue
        row, epoch = span["row"], sums[span["slot"]]
        if span["new_piece"]:
            before = sums[span["slot_before"]]
            pieces.close(states.pieces[row], states.excess_g[row], before, room.sums)
        if span["fresh"] or span["use"] != USE:
            _reset(states, row)
        if span["use"] == USE:
            _add_span(states, span, values, times_us, lfe, epoch, room)
        else:
            _set_aside(span, epoch)
