"""Seconds of the enhanced cuffs' clocks, counted from 1900 or from 2000.

Layout: Bluetooth GATT Specification Supplement, Enhanced Blood Pressure Measurement, Time
Stamp.
"""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Final

from gateway.gatt.date_time import DateTime
from gateway.gatt.field import U32, Either

_SINCE_2000: Final = 0x40
_DAY_MIN: Final = 24 * 60
_MOST_DAYS: Final = 64  # looked up again: a cuff tells those of its last readings


def clock(flag: int) -> Either:
    """Return a time stamp that a flag announces: what the cuff's calendar showed."""
    since_2000, since_1900 = (U32.through(_calendar(year)) for year in (2000, 1900))
    return Either(_SINCE_2000, since_2000.when(flag), since_1900.when(flag))


def _calendar(year: int) -> Callable[[int], DateTime]:
    first = date(year, 1, 1).toordinal()

    @lru_cache(_MOST_DAYS)
    def date_of(day: int) -> tuple[int, int, int]:
        shown = date.fromordinal(first + day)
        return shown.year, shown.month, shown.day

    def calendar(seconds: int) -> DateTime:
        minutes = seconds // 60
        year, month, day = date_of(minutes // _DAY_MIN)
        minute = minutes % _DAY_MIN
        return DateTime(year, month, day, minute // 60, minute % 60, seconds % 60)

    return calendar
