"""Seconds of the enhanced cuffs' clocks, counted from 1900 or from 2000.

Layout: Bluetooth GATT Specification Supplement, Enhanced Blood Pressure Measurement, Time
Stamp.
"""

from datetime import datetime, timedelta
from typing import Final

from gateway.gatt.date_time import DateTime

SINCE_2000: Final = 0x40

# Without a zone, as the cuffs are: a calendar is all that they have.
_1900: Final = datetime(1900, 1, 1)  # noqa: DTZ001 - a cuff knows no zone
_2000: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a cuff knows no zone


def calendar(flags: int, seconds: int | None) -> DateTime | None:
    """Return what the cuff's calendar showed."""
    if seconds is None:
        return None
    at = (_2000 if flags & SINCE_2000 else _1900) + timedelta(seconds=seconds)
    return DateTime(at.year, at.month, at.day, at.hour, at.minute, at.second)
