"""Weight (GATT 0x2A98) of a device's user, as entered.

Layout: Bluetooth User Data Service 1.1; GATT Specification Supplement.
"""

from typing import Final

import msgspec

from gateway.gatt.layout import U16, Layout

UUID: Final = "00002a98-0000-1000-8000-00805f9b34fb"

_LAYOUT: Final = Layout(UUID, U16.over(200))


class Weight(msgspec.Struct, frozen=True):
    """How heavy the user is."""

    weight_kg: float


def decode(value: bytes) -> Weight:
    """Read the value; raise MalformedValue unless it is two bytes."""
    return Weight(*_LAYOUT.read(value))
