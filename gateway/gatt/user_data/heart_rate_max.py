"""Heart Rate Max (GATT 0x2A8D) that a device's user can reach.

Layout: Bluetooth User Data Service 1.1; GATT Specification Supplement.
"""

from typing import Final

import msgspec

from gateway.gatt.field import U8
from gateway.gatt.layout import Layout

UUID: Final = "00002a8d-0000-1000-8000-00805f9b34fb"


class HeartRateMax(msgspec.Struct, frozen=True):
    """How fast the heart may beat."""

    rate_bpm: int


decode: Final = Layout(UUID, HeartRateMax, U8).read
