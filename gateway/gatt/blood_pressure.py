"""Blood Pressure Measurement (GATT 0x2A35): one cuff reading, in the unit the cuff used.

Layout: Bluetooth Blood Pressure Service 1.1, section 3.1.1.
"""

import struct
from dataclasses import dataclass
from typing import Final

from gateway.gatt.date_time import DateTime, date_time
from gateway.gatt.errors import MalformedValue
from gateway.gatt.ieee11073 import Number, sfloat

UUID: Final = "00002a35-0000-1000-8000-00805f9b34fb"

_KILOPASCAL: Final = 0x01
_TIME_PRESENT: Final = 0x02
_PULSE_PRESENT: Final = 0x04
_USER_PRESENT: Final = 0x08
_STATUS_PRESENT: Final = 0x10


@dataclass(frozen=True, slots=True)
class BloodPressure:
    """One measurement."""

    systolic: Number
    diastolic: Number
    mean_arterial: Number
    unit: str  # "mmHg" or "kPa"
    measured: DateTime | None  # by the cuff's own calendar, zone unknown
    pulse_bpm: Number | None
    user: int | None
    status: int | None  # bit field of section 3.1.1.6


def decode(value: bytes) -> BloodPressure:
    """Read one indication; raise MalformedValue if it does not end where its flags say."""
    try:
        reading, end = _decode(value)
    except (IndexError, struct.error, ValueError) as error:
        raise MalformedValue(UUID, value) from error
    if end != len(value):
        raise MalformedValue(UUID, value)
    return reading


def _decode(value: bytes) -> tuple[BloodPressure, int]:
    flags, systolic, diastolic, mean = struct.unpack_from("<BHHH", value)
    at = 7
    measured = pulse_bpm = user = status = None
    if flags & _TIME_PRESENT:
        measured, at = date_time(value, at), at + 7
    if flags & _PULSE_PRESENT:
        pulse_bpm, at = sfloat(*struct.unpack_from("<H", value, at)), at + 2
    if flags & _USER_PRESENT:
        user, at = value[at], at + 1
    if flags & _STATUS_PRESENT:
        (status,), at = struct.unpack_from("<H", value, at), at + 2
    unit = "kPa" if flags & _KILOPASCAL else "mmHg"
    pressures = sfloat(systolic), sfloat(diastolic), sfloat(mean)
    return BloodPressure(*pressures, unit, measured, pulse_bpm, user, status), at
