"""Temperature Type (GATT 0x2A1D): where on the body a thermometer measures.

Layout: Bluetooth Health Thermometer Service 1.0, section 3.2.
"""

from enum import IntEnum
from typing import Final

import msgspec

from gateway.gatt.field import choice
from gateway.gatt.layout import Layout

UUID: Final = "00002a1d-0000-1000-8000-00805f9b34fb"


class Site(IntEnum):
    """The places the standard has a number for."""

    ARMPIT = 1
    BODY = 2
    EAR = 3
    FINGER = 4
    GUT = 5
    MOUTH = 6
    RECTUM = 7
    TOE = 8
    EAR_DRUM = 9


class TemperatureType(msgspec.Struct, frozen=True):
    """Where this one measures."""

    site: Site | None  # None: a number reserved for future use


decode: Final = Layout(UUID, TemperatureType, choice(Site)).read
