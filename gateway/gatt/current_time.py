"""Current Time (GATT 0x2A2B): what a device's calendar shows, and how it is set.

Layout: Bluetooth GATT Specification Supplement, Current Time: Date Time, u8 day of the week
(1 Monday, 0 not known), u8 in 1/256 s, u8 flags of why it was adjusted.
"""

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntFlag
from typing import Final

from gateway.gatt.date_time import DateTime, date_time
from gateway.gatt.errors import MalformedValue

UUID: Final = "00002a2b-0000-1000-8000-00805f9b34fb"

_BYTES: Final = 10
_LAST_WEEKDAY: Final = 7
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Adjustment(IntFlag):
    """Why the time was set."""

    MANUAL = 0x01
    EXTERNAL_REFERENCE = 0x02
    TIME_ZONE = 0x04
    DAYLIGHT_SAVING = 0x08


@dataclass(frozen=True, slots=True)
class CurrentTime:
    """What the device's calendar showed."""

    at: DateTime
    weekday: int | None  # 1 Monday to 7 Sunday
    fraction_s: float
    adjustment: Adjustment


def encode(at_us: int) -> bytes:
    """Return the bytes that set a device's calendar to unix time, in UTC."""
    at = _EPOCH + timedelta(microseconds=at_us)
    calendar = struct.pack("<H5B", at.year, at.month, at.day, at.hour, at.minute, at.second)
    fraction = at.microsecond * 256 // 1_000_000
    return calendar + bytes([at.isoweekday(), fraction, Adjustment.EXTERNAL_REFERENCE])


def decode(value: bytes) -> CurrentTime:
    """Read the value; raise MalformedValue if it is no time."""
    if len(value) != _BYTES or value[7] > _LAST_WEEKDAY:
        raise MalformedValue(UUID, value)
    try:
        at = date_time(value, 0)
    except ValueError as error:
        raise MalformedValue(UUID, value) from error
    return CurrentTime(at, value[7] or None, value[8] / 256, Adjustment(value[9] & 0x0F))
