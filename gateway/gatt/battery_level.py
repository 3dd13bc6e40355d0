"""Battery Level (GATT 0x2A19): how full the battery is.

Layout: Bluetooth Battery Service 1.0, section 3.1.
"""

from typing import Final

import msgspec

from gateway.gatt.errors import MalformedValue

UUID: Final = "00002a19-0000-1000-8000-00805f9b34fb"


class BatteryLevel(msgspec.Struct, frozen=True):
    """How full the battery is."""

    percent: int


def decode(value: bytes) -> BatteryLevel:
    """Read the value; raise MalformedValue unless it is one byte from 0 to 100."""
    if len(value) != 1 or value[0] > 100:
        raise MalformedValue(UUID, value)
    return BatteryLevel(value[0])
