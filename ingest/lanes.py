"""Sequences of one boot and stream: which were settled, and up to where without a hole."""

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

LaneKey: TypeAlias = tuple[str, int, str]  # device, gateway's boot, stream
Stretch: TypeAlias = tuple[int, int]  # first and last sequence, with no hole between


class GivenUp(msgspec.Struct, frozen=True, array_like=True):
    """Sequences in a row that nobody waits for, although they were never stored."""

    first: int
    last: int
    reason: str  # the kind first, then a colon and what was said


@dataclass(slots=True)
class Lane:
    """What a gateway sent of one stream during one connection to a device."""

    gateway: str
    upto: int = -1  # every sequence up to this one is settled
    beyond: list[Stretch] = field(default_factory=list[Stretch])  # settled behind a hole
    heard_us: int = 0
    given_up: list[GivenUp] = field(default_factory=list[GivenUp])

    def holds(self, sequence: int) -> bool:
        """Answer whether nobody waits for a sequence."""
        if not self.beyond:
            return sequence <= self.upto
        at = self._after(sequence)
        return sequence <= self.upto or (at > 0 and sequence <= self.beyond[at - 1][1])

    def lacks(self, sequence: int) -> bool:
        """Answer whether a batch would be welcome; one that was given up still is."""
        return not self.holds(sequence) or any(
            gone.first <= sequence <= gone.last for gone in self.given_up
        )

    def settle(self, sequence: int) -> None:
        """Note that a sequence needs not be sent again."""
        if sequence == self.upto + 1 and not self.beyond:
            self.upto = sequence  # as nearly always
        elif not self.holds(sequence):
            self._join(sequence, sequence)
            self._close_up()
        elif self.given_up:
            self.given_up = [
                part for gone in self.given_up for part in _without(gone, sequence)
            ]

    def give_up(self, first: int, last: int, reason: str) -> None:
        """Note that what is lacking of these sequences will not be stored."""
        for hole_first, hole_last in self.holes(last):
            if hole_last >= first:
                gone = GivenUp(max(first, hole_first), hole_last, reason)
                self._note(gone)
                self._join(gone.first, gone.last)
        self._close_up()

    def holes(self, last: int) -> list[Stretch]:
        """Return the sequences up to one that nobody settled."""
        ends = [self.upto, *(stretch[1] for stretch in self.beyond)]
        begins = [*(stretch[0] for stretch in self.beyond), last + 1]
        holes = [
            (end + 1, min(begin - 1, last)) for end, begin in zip(ends, begins, strict=True)
        ]
        return [hole for hole in holes if hole[0] <= hole[1]]

    def _note(self, gone: GivenUp) -> None:
        before = self.given_up[-1] if self.given_up else None
        if before and (before.last + 1, before.reason) == (gone.first, gone.reason):
            self.given_up[-1] = GivenUp(before.first, gone.last, gone.reason)
        else:
            self.given_up.append(gone)

    def _join(self, first: int, last: int) -> None:
        at = self._after(first)
        if at < len(self.beyond) and self.beyond[at][0] == last + 1:
            last = self.beyond.pop(at)[1]
        if at and self.beyond[at - 1][1] == first - 1:
            at -= 1
            first = self.beyond.pop(at)[0]
        self.beyond.insert(at, (first, last))

    def _close_up(self) -> None:
        while self.beyond and self.beyond[0][0] <= self.upto + 1:
            self.upto = max(self.upto, self.beyond.pop(0)[1])

    def _after(self, sequence: int) -> int:
        return bisect_right(self.beyond, sequence, key=lambda stretch: stretch[0])


def _without(gone: GivenUp, sequence: int) -> list[GivenUp]:
    if not gone.first <= sequence <= gone.last:
        return [gone]
    before = GivenUp(gone.first, sequence - 1, gone.reason)
    after = GivenUp(sequence + 1, gone.last, gone.reason)
    return [part for part in (before, after) if part.first <= part.last]
