"""Height (GATT 0x2A8E) of a device's user.

Layout: Bluetooth User Data Service 1.1; GATT Specification Supplement.
"""

from typing import Final

import msgspec

from gateway.gatt.field import U16
from gateway.gatt.layout import Layout

UUID: Final = "00002a8e-0000-1000-8000-00805f9b34fb"


class Height(msgspec.Struct, frozen=True):
    """How tall the user is."""

    height_m: float


decode: Final = Layout(UUID, Height, U16.over(100)).read
