"""Date Time (GATT 0x2A08) as it stands inside other values: a calendar without a zone.

Layout: Bluetooth GATT Specification Supplement, Date Time: u16 year, then month, day, hour,
minute and second; 0 for a year, month or day that the device does not know.
"""

import struct
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DateTime:
    """What the device's calendar showed."""

    year: int | None
    month: int | None
    day: int | None
    hour: int
    minute: int
    second: int


def date_time(value: bytes, at: int) -> DateTime:
    """Read seven bytes; raise ValueError for a time that no calendar shows."""
    year, month, day, hour, minute, second = struct.unpack_from("<HBBBBB", value, at)
    if month > 12 or day > 31 or hour > 23 or minute > 59 or second > 59:
        raise ValueError(f"no date and time: {value[at : at + 7].hex(' ')}")
    return DateTime(year or None, month or None, day or None, hour, minute, second)
