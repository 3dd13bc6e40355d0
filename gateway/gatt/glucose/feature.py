"""Glucose Feature (GATT 0x2A51): what a meter can tell.

Layout: Bluetooth Glucose Service 1.0, section 3.3.
"""

from enum import IntFlag
from typing import Final

import msgspec

from gateway.gatt.field import bits
from gateway.gatt.layout import Layout

UUID: Final = "00002a51-0000-1000-8000-00805f9b34fb"


class Feature(IntFlag):
    """What the standard has a bit for."""

    BATTERY_LOW = 1 << 0
    SENSOR_MALFUNCTION = 1 << 1
    SAMPLE_SIZE = 1 << 2
    STRIP_INSERTION = 1 << 3
    STRIP_TYPE = 1 << 4
    RESULT_RANGE = 1 << 5
    TEMPERATURE_RANGE = 1 << 6
    INTERRUPTION = 1 << 7
    DEVICE_FAULT = 1 << 8
    TIME_FAULT = 1 << 9
    MULTIPLE_BONDS = 1 << 10


class GlucoseFeature(msgspec.Struct, frozen=True):
    """What this one can tell."""

    supports: Feature


decode: Final = Layout(UUID, GlucoseFeature, bits(Feature)).read
