"""PLX Features (GATT 0x2A60): what an oximeter can tell.

Layout: Bluetooth Pulse Oximeter Service 1.0, section 3.3.
"""

from enum import IntFlag
from typing import Final

import msgspec

from gateway.gatt.field import bits
from gateway.gatt.layout import Layout
from gateway.gatt.oximeter.status import (
    MEASUREMENT_STATUS,
    SENSOR_STATUS,
    MeasurementStatus,
    SensorStatus,
)

UUID: Final = "00002a60-0000-1000-8000-00805f9b34fb"


class Feature(IntFlag):
    """What the standard has a bit for."""

    MEASUREMENT_STATUS = 1 << 0
    SENSOR_STATUS = 1 << 1
    STORAGE = 1 << 2
    TIME = 1 << 3
    FAST = 1 << 4
    SLOW = 1 << 5
    PULSE_AMPLITUDE = 1 << 6
    MULTIPLE_BONDS = 1 << 7


class Features(msgspec.Struct, frozen=True):
    """What this one can tell."""

    supports: Feature
    measurement_status: MeasurementStatus | None  # the bits it may ever set
    sensor_status: SensorStatus | None


decode: Final = Layout(
    UUID,
    Features,
    bits(Feature).announcing(known=0xFF),
    MEASUREMENT_STATUS.when(Feature.MEASUREMENT_STATUS),
    SENSOR_STATUS.when(Feature.SENSOR_STATUS),
).read
