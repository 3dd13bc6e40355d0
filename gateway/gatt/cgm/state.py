"""CGM Status (GATT 0x2AA9): how a monitor is now.

Layout: Bluetooth CGM Service 1.0, section 3.3.
"""

from typing import Final

import msgspec

from gateway.gatt.cgm import crc
from gateway.gatt.cgm.status import Status
from gateway.gatt.layout import U16, Layout, bits

UUID: Final = "00002aa9-0000-1000-8000-00805f9b34fb"

_LAYOUT: Final = Layout(UUID, U16, bits(Status, "3s"))
_SIZE: Final = 5


class CgmState(msgspec.Struct, frozen=True):
    """How it is."""

    offset_min: int  # since the session's start
    status: Status


def decode(value: bytes) -> CgmState:
    """Read the value; raise MalformedValue for another length, or a CRC not its own."""
    return CgmState(*_LAYOUT.read(crc.body(UUID, value, _SIZE)))
