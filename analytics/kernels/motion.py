"""All that is taken from acceleration, in one pass: ENMO, MAD, axes, counts and steps.

Samples are brought to g and their norms taken once, a block at a time that stays in the
nearest cache; every measure reads it there.

ENMO is the norm minus one g, negative values as zero (van Hees et al. 2013, "Separating
movement and gravity components in an acceleration signal and implications for the assessment
of human daily physical activity", PLoS ONE 8:e61691). Sums are sequential, so that they come
out the same however the stream was cut; numpy's pairwise mean does not.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from analytics.kernels import counts, pieces, steps
from analytics.kernels.counts import BLOCK
from analytics.kernels.pieces import LANES, MOST
from analytics.kernels.spans import FAULT, NOT_WORN, USE, Record


class States(NamedTuple):
    """Where the streams of all rows stand; changed in place."""

    counts: np.ndarray  # (rows,) counts.STATE
    pieces: np.ndarray  # (rows,) pieces.STATE
    excess_g: np.ndarray  # (rows, m) float64: norms minus 1 g of the open pieces
    steps: np.ndarray  # (rows,) steps.STATE


def fresh(rows: int, norms: int) -> States:
    """Return the states of rows that have heard nothing yet."""
    excess_g = np.empty((rows, norms))
    return States(counts.fresh(rows), pieces.fresh(rows), excess_g, steps.fresh(rows))


def grown(states: States, more: int) -> States:
    """Return states with more rows."""
    new = fresh(more, states.excess_g.shape[1])
    return States(*(np.append(a, b, axis=0) for a, b in zip(states, new, strict=True)))


def widened(states: States, norms: int) -> States:
    """Return states with room for more norms in each row."""
    excess_g = np.empty((len(states.counts), norms))
    excess_g[:, : states.excess_g.shape[1]] = states.excess_g
    return states._replace(excess_g=excess_g)


class Room(NamedTuple):
    """What a block is worked on in."""

    xyz_g: np.ndarray  # (BLOCK, 3)
    excess_g: np.ndarray  # (BLOCK,)
    grid: np.ndarray  # (BLOCK, 3)
    sums: np.ndarray  # (LANES,)


@njit(cache=True, nogil=True, error_model="numpy")
def _load(values: np.ndarray, scale: float, xyz_g: np.ndarray) -> None:
    for i in range(len(values)):
        for axis in range(3):
            xyz_g[i, axis] = values[i, axis] * scale


@njit(cache=True, nogil=True, error_model="numpy")
def _norm(xyz_g: np.ndarray, excess_g: np.ndarray) -> int:
    """Write norms minus 1 g; return how many are numbers."""
    valid = 0
    for i in range(len(xyz_g)):
        x, y, z = xyz_g[i, 0], xyz_g[i, 1], xyz_g[i, 2]
        excess_g[i] = math.sqrt(x * x + y * y + z * z) - 1.0
        valid += excess_g[i] < math.inf  # neither inf nor nan
    return valid


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
def _add_axes(xyz_g: np.ndarray, piece: Record, epoch: Record) -> None:
    for axis in range(3):
        total_g, squares_g2 = piece["axis_sum_g"][axis], epoch["axis_square_sum_g2"][axis]
        low_g, high_g = epoch["axis_low_g"][axis], epoch["axis_high_g"][axis]
        for i in range(len(xyz_g)):
            value_g = xyz_g[i, axis]
            total_g += value_g
            squares_g2 += value_g * value_g
            low_g = min(low_g, value_g)
            high_g = max(high_g, value_g)
        piece["axis_sum_g"][axis], epoch["axis_square_sum_g2"][axis] = total_g, squares_g2
        epoch["axis_low_g"][axis], epoch["axis_high_g"][axis] = low_g, high_g


@njit(cache=True, nogil=True, error_model="numpy")
def _add_norms(excess_g: np.ndarray, held_g: np.ndarray, epoch: Record) -> None:
    total_g = epoch["enmo_sum_g"]
    for i in range(len(excess_g)):
        held_g[i] = excess_g[i]
        total_g += max(excess_g[i], 0.0)
    epoch["enmo_sum_g"] = total_g


@njit(cache=True, nogil=True, error_model="numpy")
def _add_to_pieces(
    states: States, row: int, begin: int, end: int, epoch: Record, room: Room
) -> None:
    piece, held_g = states.pieces[row], states.excess_g[row]
    while begin < end:
        if piece["n"] == MOST:
            pieces.close(piece, held_g, epoch, room.sums)
        n, until = piece["n"], min(end, begin + MOST - piece["n"])
        _add_norms(room.excess_g[begin:until], held_g[n:], epoch)
        _add_axes(room.xyz_g[begin:until], piece, epoch)
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
    row, period_us = span["row"], span["period_us"]
    xyz_g, excess_g = room.xyz_g[begin:end], room.excess_g[begin:end]
    own_us = times_us[begin:end]
    if epoch["n_valid"] == 0:
        _open(epoch)
    epoch["n_valid"] += end - begin
    _add_to_pieces(states, row, begin, end, epoch, room)
    counts.count(states.counts[row], xyz_g, own_us, period_us, lfe, room.grid, epoch)
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
        _load(values[at : at + size], span["scale"], room.xyz_g)
        valid = _norm(room.xyz_g[:size], room.excess_g)
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
    """
    xyz_g, grid = np.empty((BLOCK, 3)), np.empty((BLOCK, 3))
    room = Room(xyz_g, np.empty(BLOCK), grid, np.empty(LANES))
    for k in range(spans.size):
        span = spans[k]
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
