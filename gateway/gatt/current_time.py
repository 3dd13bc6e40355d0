"""Current Time (GATT 0x2A2B): what a device's calendar shows, and how it is set.

Layout: Bluetooth GATT Specification Supplement, Current Time: Date Time, u8 day of the week
(1 Monday, 0 not known), u8 in 1/256 s, u8 flags of why it was adjusted.
"""

from datetime import UTC, datetime, timedelta
from enum import IntFlag
from typing import Final

import msgspec

from gateway.gatt import date_time
from gateway.gatt.date_time import DateTime
from gateway.gatt.field import DATE_TIME, U8, bits
from gateway.gatt.layout import Layout

UUID: Final = "00002a2b-0000-1000-8000-00805f9b34fb"

_LAST_WEEKDAY: Final = 7
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Adjustment(IntFlag):
    """Why the time was set."""

    MANUAL = 0x01
    EXTERNAL_REFERENCE = 0x02
    TIME_ZONE = 0x04
    DAYLIGHT_SAVING = 0x08


class CurrentTime(msgspec.Struct, frozen=True):
    """What the device's calendar showed."""

    at: DateTime
    weekday: int | None  # 1 Monday to 7 Sunday
    fraction_s: float
    adjustment: Adjustment


def _weekday(raw: int) -> int | None:
    if raw > _LAST_WEEKDAY:
        raise ValueError(f"day {raw} of a week")
    return raw or None


decode: Final = Layout(
    UUID, CurrentTime, DATE_TIME, U8.through(_weekday), U8.over(256), bits(Adjustment, U8)
).read


def encode(at_us: int) -> bytes:
    """Return the bytes that set a device's calendar to what one in UTC shows at a unix time."""
    at = _EPOCH + timedelta(microseconds=at_us)
    calendar = DateTime(at.year, at.month, at.day, at.hour, at.minute, at.second)
    fraction = at.microsecond * 256 // 1_000_000
    by = Adjustment.EXTERNAL_REFERENCE
    return date_time.encode(calendar) + bytes([at.isoweekday(), fraction, by])
