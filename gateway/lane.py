"""One counted stream on its way from a device's memory into the spool."""

from dataclasses import dataclass
from typing import Final

from gateway import wire
from gateway.batches import Stream
from gateway.continuity import Continuity
from gateway.runs import Joiner, Run

_OVERRUN: Final = "missing: its memory was full before a gateway came"


@dataclass(frozen=True, slots=True)
class Kept:
    """How far back a device's memory of a stream reaches, by its own counter."""

    oldest: int
    confirmed: int  # by whichever gateway; it sends nothing below again
    next: int

    @property
    def first_sent(self) -> int:
        """The first row it can still send."""
        return max(self.oldest, self.confirmed)


@dataclass(frozen=True, slots=True)
class Rows:
    """How long a row of a stream is, on the device's two counters."""

    samples: float
    ticks: float


class Lane:
    """Puts rows in order, joins them, and knows how far they are kept and confirmed."""

    def __init__(self, stream: Stream, kept: Kept, rows: Rows, joiner: Joiner) -> None:
        expected = kept.first_sent
        self.stream, self.rows = stream, rows
        self.continuity = Continuity(expected, rows.ticks)
        self.confirmed = self._kept = self._handed_out = expected
        self._joiner = joiner
        self._ready: list[Run] = []
        self._lost: dict[int, wire.Lost] = {}  # by the row that goes on
        if kept.oldest > kept.confirmed:
            self._lost[expected] = wire.Lost(
                samples=kept.oldest - kept.confirmed, reason=_OVERRUN
            )

    def take(self, run: Run) -> None:
        fresh = self.continuity.admit(run)
        if fresh:
            self._ready += self._joiner.add(fresh)

    def ready(self, *, flush: bool) -> list[Run]:
        """Return what is worth a batch; call `keep` once all of it is in the spool."""
        runs = self._ready + (self._joiner.flush() if flush else [])
        self._ready = []
        if runs:
            self._handed_out = runs[-1].end
        return runs

    def keep(self) -> None:
        self._kept = self._handed_out

    @property
    def unconfirmed(self) -> int:
        """How many rows the device may forget but does not know it."""
        return self._kept - self.confirmed

    def confirm(self) -> int:
        """Return the counter below which the device may forget everything."""
        self.confirmed = self._kept
        return self.confirmed

    def skip(self, reason: str) -> int:
        """Go on after a gap for good; return how many rows are missing."""
        before = self.continuity.expected
        runs = self.continuity.skip()
        for run in runs:
            self._ready += self._joiner.add(run)
        goes_on = runs[0].first
        earlier = self._lost.pop(before, None)  # nothing came between: one gap, as it began
        missing = goes_on - before + (earlier.samples if earlier else 0)
        self._lost[goes_on] = wire.Lost(
            samples=missing, reason=earlier.reason if earlier else reason
        )
        return goes_on - before

    def lost(self, run: Run) -> wire.Lost | None:
        """Return what is missing right before a run, and why; once."""
        return self._lost.pop(run.first, None)

    def stands_still(self, kept: Kept) -> bool:
        """Whether the device has rows that have not come."""
        return self.continuity.expected < kept.next
