"""Temperature Measurement (GATT 0x2A1C): one thermometer reading, in the unit it used.

Layout: Bluetooth Health Thermometer Service 1.0, section 3.1.1.
"""

import struct
from dataclasses import dataclass
from typing import Final

from gateway.gatt.date_time import DateTime, date_time
from gateway.gatt.errors import MalformedValue
from gateway.gatt.ieee11073 import Number, float32

UUID: Final = "00002a1c-0000-1000-8000-00805f9b34fb"

_FAHRENHEIT: Final = 0x01
_TIME_PRESENT: Final = 0x02
_TYPE_PRESENT: Final = 0x04


@dataclass(frozen=True, slots=True)
class Temperature:
    """One measurement."""

    temperature: Number
    unit: str  # "°C" or "°F"
    measured: DateTime | None
    site: int | None  # Temperature Type 0x2A1D


def decode(value: bytes) -> Temperature:
    """Read one indication; raise MalformedValue if it does not end where its flags say."""
    try:
        reading, end = _decode(value)
    except (IndexError, struct.error, ValueError) as error:
        raise MalformedValue(UUID, value) from error
    if end != len(value):
        raise MalformedValue(UUID, value)
    return reading


def _decode(value: bytes) -> tuple[Temperature, int]:
    flags, raw = struct.unpack_from("<BI", value)
    at = 5
    measured = site = None
    if flags & _TIME_PRESENT:
        measured, at = date_time(value, at), at + 7
    if flags & _TYPE_PRESENT:
        site, at = value[at], at + 1
    unit = "°F" if flags & _FAHRENHEIT else "°C"
    return Temperature(float32(raw), unit, measured, site), at
