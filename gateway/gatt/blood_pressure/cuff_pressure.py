"""Intermediate Cuff Pressure (GATT 0x2A36): the cuff while it still pumps.

Layout: Bluetooth Blood Pressure Service 1.1, section 3.2: that of the measurement, with the
pressure in the first of its three values and NaN in the others.
"""

from typing import Final

import msgspec

from gateway.gatt.blood_pressure.status import STATUS, Status
from gateway.gatt.date_time import DateTime
from gateway.gatt.ieee11073 import Number
from gateway.gatt.layout import DATE_TIME, SFLOAT, U8, U16, USER, Flags, Layout

UUID: Final = "00002a36-0000-1000-8000-00805f9b34fb"

_KILOPASCAL: Final = 0x01
_LAYOUT: Final = Layout(
    UUID,
    U8,
    SFLOAT,
    U16,
    U16,
    DATE_TIME.when(0x02),
    SFLOAT.when(0x04),
    USER.when(0x08),
    STATUS.when(0x10),
    flags=Flags(known=0x1F),
)


class CuffPressure(msgspec.Struct, frozen=True):
    """One pressure on the way to a measurement."""

    pressure: Number
    unit: str  # "mmHg" or "kPa"
    measured: DateTime | None
    pulse_bpm: Number | None
    user: int | None
    status: Status | None


def decode(value: bytes) -> CuffPressure:
    """Read one notification; raise MalformedValue if it does not end where its flags say."""
    flags, pressure, _, _, *others = _LAYOUT.read(value)
    return CuffPressure(pressure, "kPa" if flags & _KILOPASCAL else "mmHg", *others)
