"""PLX Spot-Check Measurement (GATT 0x2A5E): one pulse-oximeter reading.

Layout: Bluetooth Pulse Oximeter Service 1.0, section 3.1.
"""

from typing import Final

import msgspec

from gateway.gatt.date_time import DateTime
from gateway.gatt.field import DATE_TIME, FLAGS_8, SFLOAT, Either
from gateway.gatt.ieee11073 import Number
from gateway.gatt.layout import Layout
from gateway.gatt.oximeter.status import (
    MEASUREMENT_STATUS,
    SENSOR_STATUS,
    MeasurementStatus,
    SensorStatus,
)

UUID: Final = "00002a5e-0000-1000-8000-00805f9b34fb"

_TIME_PRESENT: Final = 0x01
_CLOCK_NOT_SET: Final = 0x10
_MEASURED: Final = DATE_TIME.when(_TIME_PRESENT)


class SpotCheck(msgspec.Struct, frozen=True):
    """One measurement."""

    spo2_percent: Number
    pulse_bpm: Number
    measured: DateTime | None  # None: no time, or the device says its clock was never set
    measurement_status: MeasurementStatus | None
    sensor_status: SensorStatus | None
    pulse_amplitude_percent: Number | None


decode: Final = Layout(
    UUID,
    SpotCheck,
    FLAGS_8,
    SFLOAT,
    SFLOAT,
    Either(_CLOCK_NOT_SET, _MEASURED.untold(), _MEASURED),
    MEASUREMENT_STATUS.when(0x02),
    SENSOR_STATUS.when(0x04),
    SFLOAT.when(0x08),
).read
