"""Measurement Interval (GATT 0x2A21): how often a thermometer speaks by itself.

Layout: Bluetooth Health Thermometer Service 1.0, section 3.4.
"""

from typing import Final

import msgspec

from gateway.gatt.layout import U16, Layout

UUID: Final = "00002a21-0000-1000-8000-00805f9b34fb"

_LAYOUT: Final = Layout(UUID, U16)


class MeasurementInterval(msgspec.Struct, frozen=True):
    """How often it measures."""

    interval_s: int | None  # None: only when asked


def encode(interval_s: int | None) -> bytes:
    """Return the bytes to write to the device."""
    return (interval_s or 0).to_bytes(2, "little")


def decode(value: bytes) -> MeasurementInterval:
    """Read the value; raise MalformedValue unless it is two bytes."""
    return MeasurementInterval(_LAYOUT.read(value)[0] or None)
