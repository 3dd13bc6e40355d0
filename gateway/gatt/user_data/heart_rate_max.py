"""Heart Rate Max (GATT 0x2A8D) that a device's user can reach.

Layout: Bluetooth User Data Service 1.1; GATT Specification Supplement.
"""

from typing import Final

import msgspec

from gateway.gatt.layout import U8, Layout

UUID: Final = "00002a8d-0000-1000-8000-00805f9b34fb"

_LAYOUT: Final = Layout(UUID, U8)


class HeartRateMax(msgspec.Struct, frozen=True):
    """How fast the heart may beat."""

    rate_bpm: int


def decode(value: bytes) -> HeartRateMax:
    """Read the value; raise MalformedValue unless it is one byte."""
    return HeartRateMax(*_LAYOUT.read(value))
