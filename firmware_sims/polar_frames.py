"""How a Polar device says what it measures: what it offers, its frames and its recordings."""

import itertools
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

Row: TypeAlias = tuple[int, ...]

ECG: Final = 0
PPG: Final = 1
ACCELERATION: Final = 2
RATE: Final = 0x00

_CAN_RECORD: Final = 13
_SIGNATURE: Final = 0x3D7C4C2B


@dataclass(frozen=True)
class Offer:
    """What can be measured, and how it is said."""

    rates_hz: tuple[int, ...]
    settings: bytes  # beside the rates
    frame_type: int
    rows: int  # in a frame
    width: int  # bytes of a number
    factor: float = 0.0  # 0: none is told


OFFERS: Final = {
    ECG: Offer((130,), bytes.fromhex("01 01 0e00"), 0x00, 40, 3),
    PPG: Offer((28, 44, 55, 135), bytes.fromhex("01 01 1600 04 01 04"), 0x80, 14, 3, 1.0),
    ACCELERATION: Offer(
        (25, 50, 100, 200), bytes.fromhex("01 01 1000 02 03 0200 0400 0800"), 0x81, 16, 2
    ),
}


def features(*, records: bool) -> bytes:
    """Return what is read at the control point."""
    bits = sum(1 << kind for kind in (*OFFERS, *([_CAN_RECORD] if records else [])))
    return b"\x0f" + bits.to_bytes(2, "little") + bytes(14)


def heading(offer: Offer, rate_hz: int) -> bytes:
    """Return what a recording begins with."""
    settings = struct.pack("<BBH", RATE, 1, rate_hz) + offer.settings
    if offer.factor:
        settings += struct.pack("<BBf", 5, 1, offer.factor)
    begun = b"2019-01-01 00:00:00\0"
    head = struct.pack("<BIIII", 0, _SIGNATURE, 1, 0, 0) + begun
    return head + bytes([len(settings)]) + settings + b"\0"


def plain(rows: Sequence[Row], width: int) -> bytes:
    """Return rows as they are."""
    return b"".join(
        number.to_bytes(width, "little", signed=True) for row in rows for number in row
    )


def packed(rows: Sequence[Row], width: int) -> bytes:
    """Return the first row whole, then one block of differences of as few bits as will do."""
    changes = [
        after - before
        for earlier, later in itertools.pairwise(rows)
        for before, after in zip(earlier, later, strict=True)
    ]
    bits = max(1 + (change if change >= 0 else ~change).bit_length() for change in changes)
    packed = 0
    for place, change in enumerate(changes):
        packed |= (change & ((1 << bits) - 1)) << (place * bits)
    size = (len(changes) * bits + 7) // 8
    return (
        plain(rows[:1], width) + bytes([bits, len(rows) - 1]) + packed.to_bytes(size, "little")
    )
