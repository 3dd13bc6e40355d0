"""CGM Session Start Time (GATT 0x2AAA): what all its minutes are counted from.

Layout: Bluetooth CGM Service 1.0, section 3.4.
"""

from typing import Final

import msgspec

from gateway.gatt.cgm import crc
from gateway.gatt.date_time import DateTime
from gateway.gatt.layout import DATE_TIME, I8, U8, Field, Layout

UUID: Final = "00002aaa-0000-1000-8000-00805f9b34fb"

_QUARTER_HOUR_MIN: Final = 15
_ZONE_UNKNOWN: Final = -128
_SIZE: Final = 9
#: Daylight saving in minutes; any other number is unknown.
_DAYLIGHT_MIN: Final = {0: 0, 2: 30, 4: 60, 8: 120}


def _zone_min(raw: int) -> int | None:
    return None if raw == _ZONE_UNKNOWN else raw * _QUARTER_HOUR_MIN


_LAYOUT: Final = Layout(
    UUID, DATE_TIME, Field(I8.code, _zone_min), Field(U8.code, _DAYLIGHT_MIN.get)
)


class SessionStart(msgspec.Struct, frozen=True):
    """When the session began, by the clock of whoever set it."""

    started: DateTime
    zone_min: int | None  # from UTC, without daylight saving
    daylight_min: int | None


def decode(value: bytes) -> SessionStart:
    """Read the value; raise MalformedValue for another length, or a CRC not its own."""
    return SessionStart(*_LAYOUT.read(crc.body(UUID, value, _SIZE)))
