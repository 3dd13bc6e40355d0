"""Batches cut into spans: samples in a row that belong to one epoch and one use.

What comes after has no clock in it: a kernel adds a span's samples to the sum its slot names.
Epochs are anchored to time, never to a number of samples. Within a row time never runs back:
a sample timed before the open epoch counts in it.
"""

from typing import Any, Final

import numpy as np
from numba import njit

Record = Any  # one row of a structured array, as a kernel sees it

#: A batch that starts further than this from where it was due begins a new segment, us. Where
#: each sample has its own time, it is due at the last one's.
JUMP_US: Final = 1_000_000.0
#: Longer than any epoch, which then is one piece.
WHOLE_US: Final = 1 << 60

# What samples are good for.
USE: Final = 0
NOT_WORN: Final = 1
FAULT: Final = 2
REFUSE: Final = 3

BATCH: Final = np.dtype(
    [
        ("row", np.int64),
        ("offset", np.int64),  # first sample in the values that come along
        ("size", np.int64),
        ("start_us", np.int64),
        ("base", np.int64),  # samples between start_us and the first here
        ("period_us", np.float64),  # 0: each sample has its own time
        ("day_end_us", np.int64),  # a new day begins a new segment
        ("scale", np.float64),
        ("use", np.uint8),
        ("saturated", np.uint8),
        ("fresh", np.uint8),  # does not follow the batch before
    ],
    align=True,
)
#: Where a row's stream stands.
CURSOR: Final = np.dtype(
    [
        ("minute", np.int64),  # the open epoch's number; -1 before the first
        ("due_us", np.float64),
        ("period_us", np.float64),  # -1 before the first batch
        ("day_end_us", np.int64),
        ("slot", np.int64),  # of the open epoch within a call; -1 between calls
        ("piece", np.int64),  # of the open epoch
    ],
    align=True,
)
SPAN: Final = np.dtype(
    [
        ("row", np.int64),
        ("slot", np.int64),
        ("slot_before", np.int64),  # of the span before it in the row
        ("piece", np.int64),  # of the epoch
        ("offset", np.int64),
        ("size", np.int64),
        ("start_us", np.int64),  # its batch's, and the samples between there and the first here
        ("base", np.int64),
        ("period_us", np.float64),
        ("scale", np.float64),
        ("use", np.uint8),
        ("saturated", np.uint8),
        ("fresh", np.uint8),  # begins a segment
        ("new_piece", np.uint8),  # is not of the piece of the span before it
    ],
    align=True,
)
#: What samples of one epoch came to.
SUM: Final = np.dtype(
    [
        ("row", np.int64),
        ("minute", np.int64),
        ("enmo_sum_g", np.float64),
        ("mad_sum_g", np.float64),  # deviations of all samples in closed pieces
        ("n_mad", np.int64),  # those samples
        ("counts", np.int64, (3,)),
        ("n_tenths", np.int64),  # tenths of a second in the counts
        ("n_resampled", np.int64),  # of them, those at a rate that ActiGraph does not know
        ("axis_sum_g", np.float64, (3,)),
        ("axis_square_sum_g2", np.float64, (3,)),
        ("axis_low_g", np.float64, (3,)),
        ("axis_high_g", np.float64, (3,)),
        ("angle_sum_deg", np.float64),  # of pieces
        ("n_angles", np.int64),
        ("anglez_cdeg", np.int16, (12,)),  # of the first twelve pieces
        ("steps", np.int64),
        (
            "total",
            np.int64,
        ),  # of integers: bpm, the device's own steps, hundredths of a percent
        ("lowest", np.int64),  # of the same, where n_valid is not 0
        ("desaturations", np.int64, (2,)),  # by 3 % and by 4 %
        ("rr_diff_n", np.int64),
        ("rr_sum_ms", np.float64),
        ("rr_square_sum_ms2", np.float64),
        ("rr_diff_square_sum_ms2", np.float64),
        ("n_valid", np.int64),
        ("n_not_worn", np.int64),
        ("n_fault", np.int64),
        ("n_refused", np.int64),
        ("n_saturated", np.int64),
    ],
    align=True,
)


def fresh_cursors(rows: int) -> np.ndarray:
    """Return the cursors of rows that have heard nothing yet."""
    cursors = np.zeros(rows, CURSOR)
    cursors["minute"] = cursors["slot"] = -1
    cursors["period_us"] = -1.0
    return cursors


def fresh_sums(rows: int) -> np.ndarray:
    """Return sums of nothing, each in the row of its own number."""
    sums = np.zeros(rows, SUM)
    sums["row"] = np.arange(rows)
    sums["minute"] = -1
    return sums


@njit(cache=True, nogil=True, error_model="numpy")
def time_us(batch: Record, index: int, times_us: np.ndarray) -> Record:
    """Return when a sample of a batch or a span was measured."""
    if batch["period_us"] > 0.0:
        since_us = np.rint((batch["base"] + index) * batch["period_us"])
        return batch["start_us"] + np.int64(since_us)
    return times_us[batch["offset"] + index]


@njit(cache=True, nogil=True, error_model="numpy")
def _end_of_epoch(batch: Record, index: int, times_us: np.ndarray, end_us: int) -> int:
    """Return the first sample from `index` on that is not before `end_us`."""
    if batch["period_us"] > 0.0:
        guess = np.int64((end_us - batch["start_us"]) / batch["period_us"]) - batch["base"]
        index = max(index, min(guess - 1, batch["size"]))
    while index < batch["size"] and time_us(batch, index, times_us) < end_us:
        index += 1
    return index


@njit(cache=True, nogil=True, error_model="numpy")
def _begins_segment(
    cursor: Record, batch: Record, times_us: np.ndarray, jump_us: float
) -> bool:
    moved_us = abs(time_us(batch, 0, times_us) - cursor["due_us"])
    return (
        batch["fresh"] != 0
        or batch["period_us"] != cursor["period_us"]
        or batch["day_end_us"] != cursor["day_end_us"]
        or moved_us > jump_us
    )


@njit(cache=True, nogil=True, error_model="numpy")
def _note(cursor: Record, batch: Record, times_us: np.ndarray) -> None:
    regular = batch["period_us"] > 0.0
    last = batch["size"] - (0 if regular else 1)
    cursor["due_us"] = float(time_us(batch, last, times_us))
    cursor["period_us"] = batch["period_us"]
    cursor["day_end_us"] = batch["day_end_us"]


@njit(cache=True, nogil=True, error_model="numpy")
def _place(
    cursor: Record, at_us: int, epoch_us: int, piece_us: int
) -> tuple[Record, Record, Record]:
    """Return the epoch of an instant, its piece of it, and where that ends."""
    minute = max(at_us // epoch_us, cursor["minute"])
    open_piece = cursor["piece"] if minute == cursor["minute"] else 0
    begin_us = minute * epoch_us
    piece = max((at_us - begin_us) // piece_us, open_piece)
    return minute, piece, begin_us + min((piece + 1) * piece_us, epoch_us)


@njit(cache=True, nogil=True, error_model="numpy")
def _slot(
    cursor: Record, row: int, minute: int, sums: np.ndarray, n_sums: int
) -> tuple[int, int]:
    """Return the slot of an epoch, and how many slots are taken."""
    if cursor["minute"] == minute:
        return cursor["slot"], n_sums
    cursor["minute"] = minute
    if sums[cursor["slot"]]["minute"] >= 0:
        sums[n_sums]["row"] = row
        cursor["slot"] = n_sums
        n_sums += 1
    sums[cursor["slot"]]["minute"] = minute
    return cursor["slot"], n_sums


@njit(cache=True, nogil=True, error_model="numpy")
def _copy(span: Record, batch: Record, begin: int, end: int) -> None:
    """Let a span be some of a batch's samples."""
    span["row"], span["offset"] = batch["row"], batch["offset"] + begin
    span["size"], span["base"] = end - begin, batch["base"] + begin
    span["start_us"], span["period_us"] = batch["start_us"], batch["period_us"]
    span["scale"], span["use"] = batch["scale"], batch["use"]
    span["saturated"] = batch["saturated"]


@njit(cache=True, nogil=True, error_model="numpy")
def cut(
    cursors: np.ndarray,
    batches: np.ndarray,
    times_us: np.ndarray,
    epoch_us: int,
    opened: np.ndarray,
    spans: np.ndarray,
    sums: np.ndarray,
    jump_us: float = JUMP_US,
    piece_us: int = WHOLE_US,
) -> tuple[int, int]:
    """Cut batches into spans and open the sums they add to.

    Parameters
    ----------
    cursors : (rows,) CURSOR
        Changed in place. Afterwards `slot` is the open epoch's in each row that was touched.
    batches : (n,) BATCH
        In the order of each row's stream; none of them empty.
    times_us : (samples,) int64
        Of batches without a period; may be empty when there are none.
    epoch_us : int
        How long an epoch is.
    opened : (rows,) SUM
        The open epoch of each row so far.
    spans : (s,) SPAN
        Filled; room for each epoch and each piece that each batch touches.
    sums : (m,) SUM
        Filled from `opened`, then with one for each new epoch; zeros before.
    jump_us : float
        How far from where it was due a batch may start and go on with its segment.
    piece_us : int
        How long a piece of an epoch is; the last one may be shorter.

    Returns
    -------
    tuple of int
        How many spans and sums were filled.
    """
    n_spans, n_sums = 0, 0
    for k in range(batches.size):
        batch = batches[k]
        row = batch["row"]
        cursor = cursors[row]
        if cursor["slot"] < 0:
            sums[n_sums] = opened[row]
            cursor["slot"] = n_sums
            n_sums += 1
        fresh = _begins_segment(cursor, batch, times_us, jump_us)
        index = 0
        while index < batch["size"]:
            at_us = time_us(batch, index, times_us)
            minute, piece, end_us = _place(cursor, at_us, epoch_us, piece_us)
            end = _end_of_epoch(batch, index, times_us, end_us)
            span = spans[n_spans]
            span["slot_before"] = cursor["slot"]
            span["new_piece"] = minute != cursor["minute"] or piece != cursor["piece"]
            slot, n_sums = _slot(cursor, row, minute, sums, n_sums)
            cursor["piece"] = piece
            span["slot"], span["piece"], span["fresh"] = slot, piece, fresh
            _copy(span, batch, index, end)
            n_spans += 1
            fresh = False
            index = end
        _note(cursor, batch, times_us)
    return n_spans, n_sums


def room(batches: np.ndarray, times_us: np.ndarray, epoch_us: int) -> int:
    """Return how many epochs, or pieces of epochs, batches may touch at most."""
    lasts_us = batches["size"] * batches["period_us"]
    for k in np.flatnonzero(batches["period_us"] == 0.0):
        begin, size = batches["offset"][k], batches["size"][k]
        lasts_us[k] = np.ptp(times_us[begin : begin + size])
    return int(np.minimum(batches["size"], lasts_us // epoch_us + 2).sum())
