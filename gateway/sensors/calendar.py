"""A device's own calendar, which has no zone, against ours.

It is set to the time of day where the gateway is: people read it off the device.
"""

from datetime import UTC, datetime
from typing import Final

from bleak import BleakClient
from bleak.exc import BleakError

from gateway.gatt import current_time
from gateway.gatt.date_time import DateTime
from gateway.gatt.errors import MalformedValue

#: A device says no time for what it measures now; on a stalling link it is up to this late.
ARRIVAL_ERROR_US: Final = 600_000
_SECOND_US: Final = 1_000_000
_WIDEST_ZONE_US: Final = 14 * 3600 * _SECOND_US
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_YEAR: Final = 2000  # a clock that shows less was never set


class Calendar:
    """Places what a device measured some time ago."""

    def __init__(self, behind_us: int | None = None) -> None:
        self._behind_us = behind_us  # to add to what the device shows; None: it does not say

    @classmethod
    async def read(cls, client: BleakClient, now_us: int) -> "Calendar":
        """Ask a device what its calendar shows now."""
        if client.services.get_characteristic(current_time.UUID) is None:
            return cls()
        try:
            value = bytes(await client.read_gatt_char(current_time.UUID))
            shown_us = _shown_us(current_time.decode(value).at)
        except (BleakError, MalformedValue):
            return cls()  # it may only be set, or wants to be paired for it
        return cls(None if shown_us is None else now_us - shown_us)

    async def set(self, client: BleakClient, now_us: int) -> None:
        """Set a device's calendar; what it measured before must have been placed."""
        shown_us = local_us(now_us)
        await client.write_gatt_char(
            current_time.UUID, current_time.encode(shown_us), response=True
        )
        self._behind_us = now_us - shown_us

    def place(self, measured: DateTime | None, arrived_us: int) -> tuple[int, int]:
        """Return when it was measured and how far that may be off, both in us."""
        shown_us = _shown_us(measured) if measured else None
        if shown_us is None:
            return arrived_us, ARRIVAL_ERROR_US
        if self._behind_us is None:
            # It may be stored for long and in any zone: all that is known is how far at most.
            return arrived_us, abs(arrived_us - shown_us) + _WIDEST_ZONE_US
        return min(shown_us + self._behind_us, arrived_us), _SECOND_US + ARRIVAL_ERROR_US


def local_us(at_us: int) -> int:
    """Return what a calendar here shows at a unix time, as if it were in UTC."""
    offset = datetime.fromtimestamp(at_us // _SECOND_US, UTC).astimezone().utcoffset()
    return at_us + round(offset.total_seconds()) * _SECOND_US if offset else at_us


def _shown_us(shown: DateTime) -> int | None:
    if not shown.year or not shown.month or not shown.day or shown.year < _FIRST_YEAR:
        return None
    date = shown.year, shown.month, shown.day
    try:
        at = datetime(*date, shown.hour, shown.minute, shown.second, tzinfo=UTC)
    except ValueError:  # 31 February
        return None
    return round((at - _EPOCH).total_seconds()) * _SECOND_US
