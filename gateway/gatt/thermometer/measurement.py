"""Temperature Measurement (GATT 0x2A1C): one thermometer reading, in the unit it used.

Layout: Bluetooth Health Thermometer Service 1.0, section 3.1.1.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from gateway.gatt.date_time import DateTime
from gateway.gatt.ieee11073 import Number
from gateway.gatt.layout import DATE_TIME, FLOAT, U8, Flags, Layout, choice
from gateway.gatt.thermometer.temperature_type import Site

UUID: Final = "00002a1c-0000-1000-8000-00805f9b34fb"

_FAHRENHEIT: Final = 0x01


class Temperature(msgspec.Struct, frozen=True):
    """One measurement, in the unit that the thermometer shows."""

    temperature: Number
    unit: str  # "°C" or "°F"
    measured: DateTime | None
    site: Site | None


def decoder(uuid: str) -> Callable[[bytes], Temperature]:
    """Return the decode() of this layout under either of its numbers."""
    fields = U8, FLOAT, DATE_TIME.when(0x02), choice(Site).when(0x04)
    layout = Layout(uuid, *fields, flags=Flags(known=0x07))

    def decode(value: bytes) -> Temperature:
        bits, degrees, measured, site = layout.read(value)
        return Temperature(degrees, "°F" if bits & _FAHRENHEIT else "°C", measured, site)

    return decode


decode: Final = decoder(UUID)
