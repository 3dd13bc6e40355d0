"""CGM Session Run Time (GATT 0x2AAB): how long a sensor is good for.

Layout: Bluetooth CGM Service 1.0, section 3.5.
"""

from typing import Final

import msgspec

from gateway.gatt.cgm import crc
from gateway.gatt.layout import U16, Layout

UUID: Final = "00002aab-0000-1000-8000-00805f9b34fb"

_LAYOUT: Final = Layout(UUID, U16)
_SIZE: Final = 2


class SessionRun(msgspec.Struct, frozen=True):
    """How long it is good for."""

    hours: int


def decode(value: bytes) -> SessionRun:
    """Read the value; raise MalformedValue for another length, or a CRC not its own."""
    return SessionRun(*_LAYOUT.read(crc.body(UUID, value, _SIZE)))
