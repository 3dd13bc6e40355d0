"""Measurement Interval (GATT 0x2A21): how often a thermometer speaks by itself.

Layout: Bluetooth Health Thermometer Service 1.0, section 3.4.
"""

from typing import Final

import msgspec

from gateway.gatt.field import U16
from gateway.gatt.layout import Layout

UUID: Final = "00002a21-0000-1000-8000-00805f9b34fb"


class MeasurementInterval(msgspec.Struct, frozen=True):
    """How often it measures."""

    interval_s: int | None  # None: only when asked


decode: Final = Layout(UUID, MeasurementInterval, U16.but(0)).read


def encode(interval_s: int | None) -> bytes:
    """Return the bytes to write to the device."""
    return (interval_s or 0).to_bytes(2, "little")
