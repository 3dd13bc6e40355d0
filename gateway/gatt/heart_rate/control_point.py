"""Heart Rate Control Point (GATT 0x2A39): the one order a strap takes.

Layout: Bluetooth Heart Rate Service 1.0, section 3.3.
"""

from enum import IntEnum
from typing import Final

import msgspec

from gateway.gatt.field import choice
from gateway.gatt.layout import Layout

UUID: Final = "00002a39-0000-1000-8000-00805f9b34fb"


class Order(IntEnum):
    """What a strap can be told."""

    RESET_ENERGY = 1


class HeartRateControl(msgspec.Struct, frozen=True):
    """What a strap is told."""

    order: Order | None  # None: a number reserved for future use


decode: Final = Layout(UUID, HeartRateControl, choice(Order)).read


def encode(order: Order) -> bytes:
    """Return the bytes to write to the device."""
    return bytes([order])
