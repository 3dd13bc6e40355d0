"""The heart-rate log of a day, as a Colmi ring tells it in frames (0x15).

Layout, after the command: u8 number of the frame. The first (0): u8 frames, u8 minutes between
two readings. The next (1): u32 unix time at which the day began, 9 readings; all others 13.
A reading: u8 bpm, 0 for none. 0xff in place of a number: nothing is logged of that day.
"""

import struct
from typing import Final, TypeAlias

import msgspec

_HEADING: Final = 0
_FIRST: Final = 1
_FIRST_PART: Final = struct.Struct("<BI9s")
_PART: Final = struct.Struct("<B13s")


class LogHeading(msgspec.Struct, frozen=True):
    """What follows."""

    count: int  # frames, this one with them
    every_min: int


class LogPart(msgspec.Struct, frozen=True):
    """Readings, one after the other."""

    number: int
    since_s: int | None  # unix time by the ring's clock; None: the first part said it
    rates_bpm: tuple[int, ...]  # 0: none was taken


HeartLog: TypeAlias = LogHeading | LogPart


def read(payload: bytes) -> HeartLog:
    """Read one frame's payload."""
    number = payload[0]
    if number == _HEADING:
        return LogHeading(payload[1], payload[2])
    if number == _FIRST:
        _, since_s, rates = _FIRST_PART.unpack_from(payload)
        return LogPart(number, since_s, tuple(rates))
    _, rates = _PART.unpack_from(payload)
    return LogPart(number, None, tuple(rates))
