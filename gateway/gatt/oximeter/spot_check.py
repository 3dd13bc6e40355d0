"""PLX Spot-Check Measurement (GATT 0x2A5E): one pulse-oximeter reading.

Layout: Bluetooth Pulse Oximeter Service 1.0, section 3.1.
"""

from typing import Final

import msgspec

from gateway.gatt.date_time import DateTime
from gateway.gatt.ieee11073 import Number
from gateway.gatt.layout import DATE_TIME, SFLOAT, U8, Flags, Layout
from gateway.gatt.oximeter.status import (
    MEASUREMENT_STATUS,
    SENSOR_STATUS,
    MeasurementStatus,
    SensorStatus,
)

UUID: Final = "00002a5e-0000-1000-8000-00805f9b34fb"

_CLOCK_NOT_SET: Final = 0x10
_LAYOUT: Final = Layout(
    UUID,
    U8,
    SFLOAT,
    SFLOAT,
    DATE_TIME.when(0x01),
    MEASUREMENT_STATUS.when(0x02),
    SENSOR_STATUS.when(0x04),
    SFLOAT.when(0x08),
    flags=Flags(known=0x1F),
)


class SpotCheck(msgspec.Struct, frozen=True):
    """One measurement."""

    spo2_percent: Number
    pulse_bpm: Number
    measured: DateTime | None  # None: no time, or the device says its clock was never set
    measurement_status: MeasurementStatus | None
    sensor_status: SensorStatus | None
    pulse_amplitude_percent: Number | None


def decode(value: bytes) -> SpotCheck:
    """Read one indication; raise MalformedValue if it does not end where its flags say."""
    flags, spo2, pulse, measured, *others = _LAYOUT.read(value)
    return SpotCheck(spo2, pulse, None if flags & _CLOCK_NOT_SET else measured, *others)
