"""Sequences of one boot and stream: which were settled, and up to where without a hole."""

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TypeAlias

LaneKey: TypeAlias = tuple[str, int, str]  # device, gateway's boot, stream
Stretch: TypeAlias = tuple[int, int]  # first and last sequence, with no hole between


@dataclass(slots=True)
class Lane:
    """What a gateway sent of one stream during one connection to a device."""

    gateway: str
    upto: int = -1  # every sequence up to this one is settled
    beyond: list[Stretch] = field(default_factory=list[Stretch])  # settled behind a hole
    heard_us: int = 0

    def holds(self, sequence: int) -> bool:
        at = self._after(sequence)
        return sequence <= self.upto or (at > 0 and sequence <= self.beyond[at - 1][1])

    def settle(self, sequence: int) -> None:
        """Note that a sequence needs not be sent again."""
        if not self.holds(sequence):
            self._join(sequence)
            self._close_up()

    def skip(self, sequence: int) -> None:
        """Note that nothing up to this sequence will be sent again."""
        self.upto = max(self.upto, sequence)
        self._close_up()

    def _join(self, sequence: int) -> None:
        at = self._after(sequence)
        first = last = sequence
        if at < len(self.beyond) and self.beyond[at][0] == sequence + 1:
            last = self.beyond.pop(at)[1]
        if at and self.beyond[at - 1][1] == sequence - 1:
            at -= 1
            first = self.beyond.pop(at)[0]
        self.beyond.insert(at, (first, last))

    def _close_up(self) -> None:
        while self.beyond and self.beyond[0][0] <= self.upto + 1:
            self.upto = max(self.upto, self.beyond.pop(0)[1])

    def _after(self, sequence: int) -> int:
        return bisect_right(self.beyond, sequence, key=lambda stretch: stretch[0])
