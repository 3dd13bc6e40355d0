"""One raw signal: frames stamped by a sensor's clock, joined into evenly spaced batches."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from gateway import wire
from gateway.batches import Batches, Stream
from gateway.clock import Clock

Row: TypeAlias = tuple[int, ...]  # one number a channel

_ENOUGH_ROWS: Final = 1000  # for a batch, whatever is to come
_UNHEARD: Final = "missing: it was sent and not heard, and is kept nowhere"
_SLACK_ROWS: Final = 2  # a sensor's rate is not quite what it says,
_SLACK_SHARE: Final = 20  # nor is a frame as long as its rows


@dataclass(slots=True)
class Piece:
    """Rows without a gap; times in us of the sensor's clock."""

    first_us: float
    missing: int = 0  # rows before the first
    last_us: float = 0.0
    rows: list[Row] = field(default_factory=list[Row])


class Signal:
    """What one sensor measures without end."""

    def __init__(self, stream: Stream, period_us: float) -> None:
        self.stream, self.period_us = stream, period_us
        self.heard_us: int | None = None  # when the last row was measured
        self.handed_out_us = 0.0  # ... the last one in a batch
        self._open: Piece | None = None
        self._complete: list[Piece] = []

    def take(self, last_us: int, rows: Sequence[Row]) -> int:
        """Add a frame by the time of its last row; return how many rows are missing before."""
        first_us, missing = self._place(last_us, len(rows))
        if missing:
            self._close()
        if self._open is None:
            self._open = Piece(first_us, missing)
        self._open.last_us = self.heard_us = last_us
        self._open.rows += rows
        if len(self._open.rows) >= _ENOUGH_ROWS:
            self._close()
        return missing

    def batches(self, clock: Clock, batches: Batches, *, flush: bool) -> list[wire.Batch]:
        """Return what is worth a batch, placed by the sensor's clock."""
        if flush:
            self._close()
        ready, self._complete = self._complete, []
        return [self._batch(piece, clock, batches) for piece in ready]

    def _batch(self, piece: Piece, clock: Clock, batches: Batches) -> wire.Batch:
        first_us, self.handed_out_us = round(piece.first_us), piece.last_us
        start = clock.at(first_us, first_us)
        error_us = start.error_us + round(self._stretch_us(piece))
        return batches.even(
            self.stream, start.at_us, piece.rows, error_us=error_us, lost=_lost(piece)
        )

    def _stretch_us(self, piece: Piece) -> float:
        """Return how far the last row is from where evenly spaced rows would put it."""
        even_us = (len(piece.rows) - 1) * self.period_us
        return abs(piece.last_us - piece.first_us - even_us)

    def _place(self, last_us: int, size: int) -> tuple[float, int]:
        """Return when a frame begins, and what is missing before it."""
        if self.heard_us is not None:
            elapsed_us = last_us - self.heard_us
            missing = round(elapsed_us / self.period_us) - size
            if missing <= _SLACK_ROWS + size // _SLACK_SHARE:
                return self.heard_us + elapsed_us / size, 0
            return last_us - (size - 1) * self.period_us, missing
        return last_us - (size - 1) * self.period_us, 0

    def _close(self) -> None:
        if self._open is not None:
            self._complete.append(self._open)
        self._open = None


def _lost(piece: Piece) -> wire.Lost | None:
    return wire.Lost(samples=piece.missing, reason=_UNHEARD) if piece.missing else None
