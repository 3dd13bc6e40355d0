"""Body Sensor Location (GATT 0x2A38): where a heart-rate sensor is worn.

Layout: Bluetooth Heart Rate Service 1.0, section 3.2.
"""

from enum import IntEnum
from typing import Final

import msgspec

from gateway.gatt.field import choice
from gateway.gatt.layout import Layout

UUID: Final = "00002a38-0000-1000-8000-00805f9b34fb"


class Location(IntEnum):
    """The places the standard has a number for."""

    OTHER = 0
    CHEST = 1
    WRIST = 2
    FINGER = 3
    HAND = 4
    EAR_LOBE = 5
    FOOT = 6


class BodySensorLocation(msgspec.Struct, frozen=True):
    """Where the sensor says it sits."""

    location: Location | None  # None: a number reserved for future use


decode: Final = Layout(UUID, BodySensorLocation, choice(Location)).read
