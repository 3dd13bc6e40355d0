"""Alert Level (GATT 0x2A06) of the Immediate Alert service: make a device ring or stop it.

Layout: Bluetooth Immediate Alert Service 1.0, section 3.1.
"""

from enum import IntEnum
from typing import Final

import msgspec

from gateway.gatt.errors import MalformedValue

UUID: Final = "00002a06-0000-1000-8000-00805f9b34fb"


class Level(IntEnum):
    """How loud a device should be."""

    NONE = 0
    MILD = 1
    HIGH = 2


class AlertLevel(msgspec.Struct, frozen=True):
    """What a device is asked to do."""

    level: Level


def encode(level: Level) -> bytes:
    """Return the bytes to write to the device."""
    return bytes([level])


def decode(value: bytes) -> AlertLevel:
    """Read the value; raise MalformedValue unless it is one of the three levels."""
    if len(value) != 1 or value[0] > Level.HIGH:
        raise MalformedValue(UUID, value)
    return AlertLevel(Level(value[0]))
