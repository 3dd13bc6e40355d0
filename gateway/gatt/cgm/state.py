"""CGM Status (GATT 0x2AA9): how a monitor is now.

Layout: Bluetooth CGM Service 1.0, section 3.3.
"""

from typing import Final

import msgspec

from gateway.gatt.cgm import crc
from gateway.gatt.cgm.status import Status
from gateway.gatt.field import U16, U24, bits
from gateway.gatt.layout import Layout

UUID: Final = "00002aa9-0000-1000-8000-00805f9b34fb"


class CgmState(msgspec.Struct, frozen=True):
    """How it is."""

    offset_min: int  # since the session's start
    status: Status


decode: Final = crc.checked(Layout(UUID, CgmState, U16, bits(Status, U24)))
