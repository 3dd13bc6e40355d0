"""CGM Session Start Time (GATT 0x2AAA): what all its minutes are counted from.

Layout: Bluetooth CGM Service 1.0, section 3.4.
"""

from typing import Final

import msgspec

from gateway.gatt.cgm import crc
from gateway.gatt.date_time import DateTime
from gateway.gatt.field import DATE_TIME, I8, U8
from gateway.gatt.layout import Layout

UUID: Final = "00002aaa-0000-1000-8000-00805f9b34fb"

_QUARTER_HOUR_MIN: Final = 15
_ZONE_UNKNOWN: Final = -128
#: Daylight saving in minutes; any other number is unknown.
_DAYLIGHT_MIN: Final = {0: 0, 2: 30, 4: 60, 8: 120}


def _zone_min(raw: int) -> int | None:
    return None if raw == _ZONE_UNKNOWN else raw * _QUARTER_HOUR_MIN


class SessionStart(msgspec.Struct, frozen=True):
    """When the session began, by the clock of whoever set it."""

    started: DateTime
    zone_min: int | None  # from UTC, without daylight saving
    daylight_min: int | None


decode: Final = crc.checked(
    Layout(UUID, SessionStart, DATE_TIME, I8.through(_zone_min), U8.through(_DAYLIGHT_MIN.get))
)
