"""Date Time (GATT 0x2A08) as it stands inside other values: a calendar without a zone.

Layout: Bluetooth GATT Specification Supplement, Date Time: u16 year, then month, day, hour,
minute and second; 0 for a year, month or day that the device does not know.
"""

import struct
from typing import Final

import msgspec

_LAYOUT: Final = struct.Struct("<HBBBBB")


class DateTime(msgspec.Struct, frozen=True):
    """What the device's calendar showed."""

    year: int | None
    month: int | None
    day: int | None
    hour: int
    minute: int
    second: int


def date_time(value: bytes) -> DateTime:
    """Read seven bytes; raise ValueError for a time that no calendar shows."""
    year, month, day, hour, minute, second = _LAYOUT.unpack(value)
    if month > 12 or day > 31 or hour > 23 or minute > 59 or second > 59:
        raise ValueError(f"no date and time: {value.hex(' ')}")
    return DateTime(year or None, month or None, day or None, hour, minute, second)


def encode(shown: DateTime) -> bytes:
    """Return the seven bytes."""
    date = shown.year or 0, shown.month or 0, shown.day or 0
    return _LAYOUT.pack(*date, shown.hour, shown.minute, shown.second)
