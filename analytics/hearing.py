"""How far a stream was heard, and what is missing of it."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Heard:
    """How far one stream of a device was heard."""

    participant: str
    device: str
    stream: str
    counted: bool  # the device counts its samples: it has a memory
    heard_until_us: int
    received_us: int  # when the last of it came


@dataclass(frozen=True, slots=True)
class Hole:
    """Samples that a device counted, brought by nobody yet."""

    participant: str
    device: str
    stream: str
    boot: int
    first: int
    until: int
    from_us: int
    until_us: int

    def without(self, filled: "Hole") -> list["Hole"]:
        """Return what is left of it."""
        left = replace(self, until=filled.first, until_us=filled.from_us)
        right = replace(self, first=filled.until, from_us=filled.until_us)
        return [hole for hole in (left, right) if hole.first < hole.until]
