"""Height (GATT 0x2A8E) of a device's user.

Layout: Bluetooth User Data Service 1.1; GATT Specification Supplement.
"""

from typing import Final

import msgspec

from gateway.gatt.layout import U16, Layout

UUID: Final = "00002a8e-0000-1000-8000-00805f9b34fb"

_LAYOUT: Final = Layout(UUID, U16.over(100))


class Height(msgspec.Struct, frozen=True):
    """How tall the user is."""

    height_m: float


def decode(value: bytes) -> Height:
    """Read the value; raise MalformedValue unless it is two bytes."""
    return Height(*_LAYOUT.read(value))
