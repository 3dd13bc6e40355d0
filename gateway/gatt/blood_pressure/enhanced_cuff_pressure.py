"""Enhanced Intermediate Cuff Pressure (GATT 0x2B35): the cuff while it still pumps.

Layout: Bluetooth Blood Pressure Service 1.1.1; GATT Specification Supplement, of the same name.
"""

from typing import Final

import msgspec

from gateway.gatt.blood_pressure.epoch import SINCE_2000, calendar
from gateway.gatt.blood_pressure.status import STATUS, Status
from gateway.gatt.date_time import DateTime
from gateway.gatt.ieee11073 import Number
from gateway.gatt.layout import SFLOAT, U8, U32, USER, Flags, Layout

UUID: Final = "00002b35-0000-1000-8000-00805f9b34fb"

_KILOPASCAL: Final = 0x01
_LAYOUT: Final = Layout(
    UUID,
    U8,
    SFLOAT,
    U32.when(0x02),
    SFLOAT.when(0x04),
    USER.when(0x08),
    STATUS.when(0x10),
    U32.when(0x20),
    flags=Flags(known=0x3F | SINCE_2000),
)


class EnhancedCuffPressure(msgspec.Struct, frozen=True):
    """One pressure on the way to a measurement."""

    pressure: Number
    unit: str  # "mmHg" or "kPa"
    measured: DateTime | None  # by the base clock, maybe UTC
    pulse_bpm: Number | None
    user: int | None
    status: Status | None
    shown: DateTime | None  # by the clock that the user sees


def decode(value: bytes) -> EnhancedCuffPressure:
    """Read one notification; raise MalformedValue if it does not end where its flags say."""
    flags, pressure, time, pulse, user, status, shown = _LAYOUT.read(value)
    return EnhancedCuffPressure(
        pressure,
        "kPa" if flags & _KILOPASCAL else "mmHg",
        calendar(flags, time),
        pulse,
        user,
        status,
        calendar(flags, shown),
    )
