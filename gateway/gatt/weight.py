"""Weight Measurement (GATT 0x2A9D): one reading of a scale, in the unit it used.

Layout: Bluetooth Weight Scale Service 1.0, section 3.2.1.
"""

import struct
from dataclasses import dataclass
from typing import Final

from gateway.gatt.date_time import DateTime, date_time
from gateway.gatt.errors import MalformedValue

UUID: Final = "00002a9d-0000-1000-8000-00805f9b34fb"

_IMPERIAL: Final = 0x01
_TIME_PRESENT: Final = 0x02
_USER_PRESENT: Final = 0x04
_BMI_PRESENT: Final = 0x08

_UNSUCCESSFUL: Final = 0xFFFF
_UNKNOWN_USER: Final = 0xFF


@dataclass(frozen=True, slots=True)
class Weight:
    """One measurement."""

    weight: float | None  # None: the scale says it could not measure
    weight_unit: str  # "kg" or "lb"
    measured: DateTime | None
    user: int | None
    bmi: float | None
    height: float | None
    height_unit: str  # "m" or "in"


def decode(value: bytes) -> Weight:
    """Read one indication; raise MalformedValue if it does not end where its flags say."""
    try:
        reading, end = _decode(value)
    except (IndexError, struct.error, ValueError) as error:
        raise MalformedValue(UUID, value) from error
    if end != len(value):
        raise MalformedValue(UUID, value)
    return reading


def _decode(value: bytes) -> tuple[Weight, int]:
    flags, raw = struct.unpack_from("<BH", value)
    at = 3
    measured = user = bmi = height = None
    # Divisors, because 1/200 and 1/1000 are no binary fractions.
    per_weight, weight_unit, per_height, height_unit = (
        (100, "lb", 10, "in") if flags & _IMPERIAL else (200, "kg", 1000, "m")
    )
    if flags & _TIME_PRESENT:
        measured, at = date_time(value, at), at + 7
    if flags & _USER_PRESENT:
        user, at = value[at] if value[at] != _UNKNOWN_USER else None, at + 1
    if flags & _BMI_PRESENT:
        raw_bmi, raw_height = struct.unpack_from("<HH", value, at)
        bmi, height, at = raw_bmi / 10, raw_height / per_height, at + 4
    weight = None if raw == _UNSUCCESSFUL else raw / per_weight
    return Weight(weight, weight_unit, measured, user, bmi, height, height_unit), at
