"""Database Change Increment (GATT 0x2A99): how often the user's data changed.

Layout: Bluetooth User Data Service 1.1; GATT Specification Supplement.
"""

from typing import Final

import msgspec

from gateway.gatt.field import U32
from gateway.gatt.layout import Layout

UUID: Final = "00002a99-0000-1000-8000-00805f9b34fb"


class ChangeIncrement(msgspec.Struct, frozen=True):
    """A number that grows with every change."""

    changes: int


decode: Final = Layout(UUID, ChangeIncrement, U32).read
