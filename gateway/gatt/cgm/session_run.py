"""CGM Session Run Time (GATT 0x2AAB): how long a sensor is good for.

Layout: Bluetooth CGM Service 1.0, section 3.5.
"""

from typing import Final

import msgspec

from gateway.gatt.cgm import crc
from gateway.gatt.field import U16
from gateway.gatt.layout import Layout

UUID: Final = "00002aab-0000-1000-8000-00805f9b34fb"


class SessionRun(msgspec.Struct, frozen=True):
    """How long it is good for."""

    hours: int


decode: Final = crc.checked(Layout(UUID, SessionRun, U16))
