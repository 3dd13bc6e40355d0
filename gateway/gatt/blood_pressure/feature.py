"""Blood Pressure Feature (GATT 0x2A49): what a cuff can tell.

Layout: Bluetooth Blood Pressure Service 1.1, section 3.3.
"""

from enum import IntFlag
from typing import Final

import msgspec

from gateway.gatt.field import bits
from gateway.gatt.layout import Layout

UUID: Final = "00002a49-0000-1000-8000-00805f9b34fb"


class Feature(IntFlag):
    """What the standard has a bit for."""

    BODY_MOVEMENT = 1 << 0
    CUFF_FIT = 1 << 1
    IRREGULAR_PULSE = 1 << 2
    PULSE_RANGE = 1 << 3
    POSITION = 1 << 4
    MULTIPLE_BONDS = 1 << 5
    E2E_CRC = 1 << 6
    USER_DATA = 1 << 7
    USER_FACING_TIME = 1 << 8


class BloodPressureFeature(msgspec.Struct, frozen=True):
    """What this one can tell."""

    supports: Feature


decode: Final = Layout(UUID, BloodPressureFeature, bits(Feature)).read
