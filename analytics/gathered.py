"""Batches whose turn it is, side by side: what a kernel is fed at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analytics.frames import Frame
from analytics.kernels.spans import BATCH, FAULT, NOT_WORN, REFUSE, USE
from gateway.wire import Quality

NO_TIMES: Final = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A frame whose turn it is."""

    row: int
    frame: Frame
    fresh: bool  # does not follow what its row was fed before


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """Batches in the order of each row's stream, with their samples."""

    batches: NDArray[np.void]  # (n,) BATCH
    values: NDArray[Any]  # (samples, channels)
    times_us: NDArray[np.int64]  # (samples,) of batches without a period; or none


def gather(pieces: Sequence[Piece]) -> Gathered:
    """Put frames side by side."""
    frames = [piece.frame for piece in pieces]
    values = np.ascontiguousarray(np.concatenate([frame.values for frame in frames]))
    return Gathered(_table(pieces), values, _times_us(frames))


def use(quality: int) -> int:
    """Return what samples of a quality are good for."""
    if quality == 0:  # nearly always
        return USE
    if quality & Quality.FAULT:
        return FAULT
    if quality & Quality.NOT_WORN:
        return NOT_WORN
    return REFUSE if quality & Quality.SPECIAL else USE


def is_saturated(quality: int) -> bool:
    """Return whether samples are at the end of their range."""
    return quality != 0 and quality & Quality.SATURATED != 0


def _table(pieces: Sequence[Piece]) -> NDArray[np.void]:
    offset, rows = 0, list[tuple[float, ...]]()
    for piece in pieces:
        frame = piece.frame
        rows.append(
            (
                piece.row,
                offset,
                frame.size,
                frame.start_us,
                frame.base,
                frame.period_us or 0.0,
                frame.day_end_us,
                frame.scale,
                use(frame.quality),
                is_saturated(frame.quality),
                piece.fresh,
            )
        )
        offset += frame.size
    return np.array(rows, BATCH)


def _times_us(frames: Sequence[Frame]) -> NDArray[np.int64]:
    if all(frame.times_us is None for frame in frames):
        return NO_TIMES
    return np.concatenate(
        [np.zeros(f.size, np.int64) if f.times_us is None else f.times_us for f in frames]
    )
