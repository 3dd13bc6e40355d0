"""Age (GATT 0x2A80) of a device's user.

Layout: Bluetooth User Data Service 1.1; GATT Specification Supplement.
"""

from typing import Final

import msgspec

from gateway.gatt.field import U8
from gateway.gatt.layout import Layout

UUID: Final = "00002a80-0000-1000-8000-00805f9b34fb"


class Age(msgspec.Struct, frozen=True):
    """How old the user is."""

    years: int


decode: Final = Layout(UUID, Age, U8).read
