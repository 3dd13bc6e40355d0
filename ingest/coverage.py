"""Which of a device's own sample counters are stored, as few spans as there are gaps."""

from bisect import bisect_right
from operator import attrgetter

import msgspec

from gateway.wire import Lost


class Span(msgspec.Struct, array_like=True):
    """Counters from `start` up to but without `end`, and when those were measured."""

    start: int
    end: int
    start_us: int
    end_us: int


class Loss(msgspec.Struct, frozen=True, array_like=True):
    """Counters of which a gateway said that they will not come from it, and why."""

    start: int
    end: int
    reason: str


class Gap(msgspec.Struct, frozen=True):
    """Samples that are missing between two that are stored."""

    start_us: int
    end_us: int
    missing: int | None  # None: nobody can tell how many
    reasons: tuple[str, ...] = ()  # none: nobody has given them up


_start = attrgetter("start")


class Coverage:
    """The counters of one stream during one boot of its device."""

    def __init__(
        self, spans: list[Span] | None = None, losses: list[Loss] | None = None
    ) -> None:
        self.spans = spans or []
        self.losses = losses or []

    def lacks(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the parts of [start, end) that are not stored yet."""
        if not self.spans or start >= self.spans[-1].end:
            return [(start, end)]  # as nearly always
        lacking: list[tuple[int, int]] = []
        for span in self.spans[max(0, self._after(start) - 1) :]:
            if span.start >= end:
                break
            if span.start > start:
                lacking.append((start, span.start))
            start = max(start, span.end)
        if start < end:
            lacking.append((start, end))
        return lacking

    def add(self, new: Span) -> None:
        """Note a span of which nothing was stored before."""
        at = self._after(new.start)
        if at < len(self.spans) and self.spans[at].start <= new.end:
            following = self.spans.pop(at)
            new = Span(new.start, following.end, new.start_us, following.end_us)
        if at and self.spans[at - 1].end >= new.start:
            before = self.spans[at - 1]
            before.end, before.end_us = new.end, new.end_us
        else:
            self.spans.insert(at, new)

    def gaps(self) -> list[Gap]:
        """Return what is missing between the first and the last counter stored."""
        return [
            Gap(
                before.end_us,
                after.start_us,
                after.start - before.end,
                self._reasons(before.end, after.start),
            )
            for before, after in zip(self.spans, self.spans[1:], strict=False)
        ]

    def lose(self, below: int, lost: Lost) -> None:
        """Note why what is missing right below a counter will not come."""
        gone = Loss(max(0, below - lost.samples), below, lost.reason)
        if gone.start < gone.end and gone not in self.losses:
            self.losses.append(gone)

    def _reasons(self, start: int, end: int) -> tuple[str, ...]:
        said = (gone for gone in self.losses if gone.start < end and gone.end > start)
        return tuple(dict.fromkeys(gone.reason for gone in said))

    def _after(self, counter: int) -> int:
        if self.spans and self.spans[-1].start <= counter:
            return len(self.spans)
        return bisect_right(self.spans, counter, key=_start)
