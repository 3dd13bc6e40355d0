"""PLX Spot-Check Measurement (GATT 0x2A5E): one pulse-oximeter reading.

Layout: Bluetooth Pulse Oximeter Service 1.0, section 3.1.
"""

import struct
from dataclasses import dataclass
from typing import Final

from gateway.gatt.date_time import DateTime, date_time
from gateway.gatt.errors import MalformedValue
from gateway.gatt.ieee11073 import Number, sfloat

UUID: Final = "00002a5e-0000-1000-8000-00805f9b34fb"

_TIME_PRESENT: Final = 0x01
_MEASUREMENT_STATUS_PRESENT: Final = 0x02
_SENSOR_STATUS_PRESENT: Final = 0x04
_PULSE_AMPLITUDE_PRESENT: Final = 0x08
_CLOCK_NOT_SET: Final = 0x10


@dataclass(frozen=True, slots=True)
class SpotCheck:
    """One measurement."""

    spo2_percent: Number
    pulse_bpm: Number
    measured: DateTime | None  # None: no time, or the device says its clock was never set
    measurement_status: int | None
    sensor_status: int | None
    pulse_amplitude_percent: Number | None


def decode(value: bytes) -> SpotCheck:
    """Read one indication; raise MalformedValue if it does not end where its flags say."""
    try:
        reading, end = _decode(value)
    except (struct.error, ValueError) as error:
        raise MalformedValue(UUID, value) from error
    if end != len(value):
        raise MalformedValue(UUID, value)
    return reading


def _decode(value: bytes) -> tuple[SpotCheck, int]:
    flags, spo2, pulse = struct.unpack_from("<BHH", value)
    at = 5
    measured = measurement_status = sensor_status = amplitude = None
    if flags & _TIME_PRESENT:
        measured, at = date_time(value, at), at + 7
    if flags & _MEASUREMENT_STATUS_PRESENT:
        (measurement_status,), at = struct.unpack_from("<H", value, at), at + 2
    if flags & _SENSOR_STATUS_PRESENT:
        low, high = struct.unpack_from("<HB", value, at)
        sensor_status, at = low | high << 16, at + 3
    if flags & _PULSE_AMPLITUDE_PRESENT:
        amplitude, at = sfloat(*struct.unpack_from("<H", value, at)), at + 2
    if flags & _CLOCK_NOT_SET:
        measured = None
    statuses = measurement_status, sensor_status
    return SpotCheck(sfloat(spo2), sfloat(pulse), measured, *statuses, amplitude), at
