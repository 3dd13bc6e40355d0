"""Enhanced Intermediate Cuff Pressure (GATT 0x2B35): the cuff while it still pumps.

Layout: Bluetooth Blood Pressure Service 1.1.1; GATT Specification Supplement, of the same name.
"""

from typing import Final

import msgspec

from gateway.gatt.blood_pressure.epoch import clock
from gateway.gatt.blood_pressure.status import STATUS, Status
from gateway.gatt.blood_pressure.unit import UNIT
from gateway.gatt.date_time import DateTime
from gateway.gatt.field import FLAGS_8, SFLOAT, USER
from gateway.gatt.ieee11073 import Number
from gateway.gatt.layout import Layout

UUID: Final = "00002b35-0000-1000-8000-00805f9b34fb"


class EnhancedCuffPressure(msgspec.Struct, frozen=True):
    """One pressure on the way to a measurement."""

    pressure: Number
    unit: str  # "mmHg" or "kPa"
    measured: DateTime | None  # by the base clock, maybe UTC
    pulse_bpm: Number | None
    user: int | None
    status: Status | None
    shown: DateTime | None  # by the clock that the user sees


decode: Final = Layout(
    UUID,
    EnhancedCuffPressure,
    FLAGS_8,
    SFLOAT,
    UNIT,
    clock(0x02),
    SFLOAT.when(0x04),
    USER.when(0x08),
    STATUS.when(0x10),
    clock(0x20),
).read
