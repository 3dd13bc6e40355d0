"""Body Sensor Location (GATT 0x2A38): where a heart-rate sensor is worn.

Layout: Bluetooth Heart Rate Service 1.0, section 3.2.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from gateway.gatt.errors import MalformedValue

UUID: Final = "00002a38-0000-1000-8000-00805f9b34fb"


class Location(IntEnum):
    """The places the standard has a number for."""

    OTHER = 0
    CHEST = 1
    WRIST = 2
    FINGER = 3
    HAND = 4
    EAR_LOBE = 5
    FOOT = 6


@dataclass(frozen=True, slots=True)
class BodySensorLocation:
    """Where the sensor says it sits."""

    location: Location | None  # None: a number reserved for future use


def decode(value: bytes) -> BodySensorLocation:
    """Read the value; raise MalformedValue unless it is one byte."""
    if len(value) != 1:
        raise MalformedValue(UUID, value)
    known = value[0] <= Location.FOOT
    return BodySensorLocation(Location(value[0]) if known else None)
