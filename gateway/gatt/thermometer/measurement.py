"""Temperature Measurement (GATT 0x2A1C): one thermometer reading, in the unit it used.

Layout: Bluetooth Health Thermometer Service 1.0, section 3.1.1.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from gateway.gatt.date_time import DateTime
from gateway.gatt.field import DATE_TIME, FLAGS_8, FLOAT, Either, choice
from gateway.gatt.ieee11073 import Number
from gateway.gatt.layout import Layout
from gateway.gatt.thermometer.temperature_type import Site

UUID: Final = "00002a1c-0000-1000-8000-00805f9b34fb"


class Temperature(msgspec.Struct, frozen=True):
    """One measurement, in the unit that the thermometer shows."""

    temperature: Number
    unit: str  # "°C" or "°F"
    measured: DateTime | None
    site: Site | None


def decoder(uuid: str) -> Callable[[bytes], Temperature]:
    """Return the decode() of this layout under either of its numbers."""
    return Layout(
        uuid,
        Temperature,
        FLAGS_8,
        FLOAT,
        Either(0x01, "°F", "°C"),
        DATE_TIME.when(0x02),
        choice(Site).when(0x04),
    ).read


decode: Final = decoder(UUID)
