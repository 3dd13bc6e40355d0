"""CGM Feature (GATT 0x2AA8): what a monitor can tell, and where it sits.

Layout: Bluetooth CGM Service 1.0, section 3.2. The CRC is always there, and means something
only if the monitor has one everywhere.
"""

from enum import IntFlag
from typing import Final

import msgspec

from gateway.gatt.cgm import crc
from gateway.gatt.errors import MalformedValue
from gateway.gatt.field import U16, U24, bits
from gateway.gatt.glucose.sample import SAMPLE, Sample
from gateway.gatt.layout import Layout

UUID: Final = "00002aa8-0000-1000-8000-00805f9b34fb"


class Feature(IntFlag):
    """What the standard has a bit for."""

    CALIBRATION = 1 << 0
    PATIENT_ALERTS = 1 << 1
    HYPO_ALERTS = 1 << 2
    HYPER_ALERTS = 1 << 3
    RATE_ALERTS = 1 << 4
    DEVICE_ALERT = 1 << 5
    SENSOR_MALFUNCTION = 1 << 6
    TEMPERATURE_RANGE = 1 << 7
    RESULT_RANGE = 1 << 8
    BATTERY_LOW = 1 << 9
    SENSOR_TYPE = 1 << 10
    DEVICE_FAULT = 1 << 11
    E2E_CRC = 1 << 12
    MULTIPLE_BONDS = 1 << 13
    MULTIPLE_SESSIONS = 1 << 14
    TREND = 1 << 15
    QUALITY = 1 << 16


class CgmFeature(msgspec.Struct, frozen=True):
    """What this one can tell."""

    supports: Feature
    sample: Sample


_LAYOUT: Final = Layout(UUID, CgmFeature, bits(Feature, U24), SAMPLE, U16.skipped())


def decode(value: bytes) -> CgmFeature:
    """Read the value; raise MalformedValue unless it is six bytes, with a CRC of their own."""
    read = _LAYOUT.read(value)
    if Feature.E2E_CRC in read.supports and value != crc.sealed(value[: -crc.SIZE]):
        raise MalformedValue(UUID, value)
    return read
