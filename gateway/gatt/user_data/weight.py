"""Weight (GATT 0x2A98) of a device's user, as entered.

Layout: Bluetooth User Data Service 1.1; GATT Specification Supplement.
"""

from typing import Final

import msgspec

from gateway.gatt.field import U16
from gateway.gatt.layout import Layout

UUID: Final = "00002a98-0000-1000-8000-00805f9b34fb"


class Weight(msgspec.Struct, frozen=True):
    """How heavy the user is."""

    weight_kg: float


decode: Final = Layout(UUID, Weight, U16.over(200)).read
