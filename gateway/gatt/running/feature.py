"""RSC Feature (GATT 0x2A54): what a foot pod can tell.

Layout: Bluetooth Running Speed and Cadence Service 1.0, section 3.2.
"""

from enum import IntFlag
from typing import Final

import msgspec

from gateway.gatt.field import bits
from gateway.gatt.layout import Layout

UUID: Final = "00002a54-0000-1000-8000-00805f9b34fb"


class Feature(IntFlag):
    """What the standard has a bit for."""

    STRIDE = 1 << 0
    DISTANCE = 1 << 1
    WALKING_OR_RUNNING = 1 << 2
    CALIBRATION = 1 << 3
    SEVERAL_LOCATIONS = 1 << 4


class RunningFeature(msgspec.Struct, frozen=True):
    """What this one can tell."""

    supports: Feature


decode: Final = Layout(UUID, RunningFeature, bits(Feature)).read
