"""User Index (GATT 0x2A9A): who uses the device now.

Layout: Bluetooth User Data Service 1.1; GATT Specification Supplement.
"""

from typing import Final

import msgspec

from gateway.gatt.field import USER
from gateway.gatt.layout import Layout

UUID: Final = "00002a9a-0000-1000-8000-00805f9b34fb"


class UserIndex(msgspec.Struct, frozen=True):
    """Who it is; None: an unknown user."""

    user: int | None


decode: Final = Layout(UUID, UserIndex, USER).read
