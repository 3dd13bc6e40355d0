"""PLX Continuous Measurement (GATT 0x2A5F): saturation and pulse about once a second.

Layout: Bluetooth Pulse Oximeter Service 1.0, section 3.2.
"""

from typing import Final

import msgspec

from gateway.gatt.field import FLAGS_8, SFLOAT
from gateway.gatt.ieee11073 import Number
from gateway.gatt.layout import Layout
from gateway.gatt.oximeter.status import (
    MEASUREMENT_STATUS,
    SENSOR_STATUS,
    MeasurementStatus,
    SensorStatus,
)

UUID: Final = "00002a5f-0000-1000-8000-00805f9b34fb"

_FAST: Final = 0x01
_SLOW: Final = 0x02


class Continuous(msgspec.Struct, frozen=True):
    """One of many measurements; fast and slow are the same, averaged over less or more."""

    spo2_percent: Number
    pulse_bpm: Number
    fast_spo2_percent: Number | None
    fast_pulse_bpm: Number | None
    slow_spo2_percent: Number | None
    slow_pulse_bpm: Number | None
    measurement_status: MeasurementStatus | None
    sensor_status: SensorStatus | None
    pulse_amplitude_percent: Number | None


decode: Final = Layout(
    UUID,
    Continuous,
    FLAGS_8,
    SFLOAT,
    SFLOAT,
    SFLOAT.when(_FAST),
    SFLOAT.when(_FAST),
    SFLOAT.when(_SLOW),
    SFLOAT.when(_SLOW),
    MEASUREMENT_STATUS.when(0x04),
    SENSOR_STATUS.when(0x08),
    SFLOAT.when(0x10),
).read
