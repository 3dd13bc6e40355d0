"""Sequences of one boot and stream: which were settled, and up to where without a hole."""

from dataclasses import dataclass, field
from typing import TypeAlias

LaneKey: TypeAlias = tuple[str, int, str]  # device, gateway's boot, stream


@dataclass(slots=True)
class Lane:
    """What a gateway sent of one stream during one connection to a device."""

    gateway: str
    upto: int = -1  # every sequence up to this one is settled
    beyond: set[int] = field(default_factory=set[int])  # settled behind a hole
    heard_us: int = 0

    def holds(self, sequence: int) -> bool:
        return sequence <= self.upto or sequence in self.beyond

    def settle(self, sequence: int) -> None:
        """Note that a sequence needs not be sent again."""
        if sequence > self.upto:
            self.beyond.add(sequence)
        while self.upto + 1 in self.beyond:
            self.upto += 1
            self.beyond.remove(self.upto)
