"""PnP ID (GATT 0x2A50): maker, product and version as numbers.

Layout: Bluetooth Device Information Service 1.1, section 3.9.
"""

from enum import IntEnum
from typing import Final

import msgspec

from gateway.gatt.field import U16, choice
from gateway.gatt.layout import Layout

UUID: Final = "00002a50-0000-1000-8000-00805f9b34fb"


class Registry(IntEnum):
    """Who gave the maker its number."""

    BLUETOOTH_SIG = 1
    USB_FORUM = 2


class PnpId(msgspec.Struct, frozen=True):
    """Three numbers, and whose the first is."""

    registry: Registry | None  # None: a number reserved for future use
    maker: int
    product: int
    version: int


decode: Final = Layout(UUID, PnpId, choice(Registry), U16, U16, U16).read
