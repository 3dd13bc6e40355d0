"""Intermediate Cuff Pressure (GATT 0x2A36): the cuff while it still pumps.

Layout: Bluetooth Blood Pressure Service 1.1, section 3.2: that of the measurement, with the
pressure in the first of its three values and NaN in the others.
"""

from typing import Final

import msgspec

from gateway.gatt.blood_pressure.status import STATUS, Status
from gateway.gatt.blood_pressure.unit import UNIT
from gateway.gatt.date_time import DateTime
from gateway.gatt.field import DATE_TIME, FLAGS_8, SFLOAT, U16, USER
from gateway.gatt.ieee11073 import Number
from gateway.gatt.layout import Layout

UUID: Final = "00002a36-0000-1000-8000-00805f9b34fb"


class CuffPressure(msgspec.Struct, frozen=True):
    """One pressure on the way to a measurement."""

    pressure: Number
    unit: str  # "mmHg" or "kPa"
    measured: DateTime | None
    pulse_bpm: Number | None
    user: int | None
    status: Status | None


decode: Final = Layout(
    UUID,
    CuffPressure,
    FLAGS_8,
    SFLOAT,
    U16.skipped(),
    U16.skipped(),
    UNIT,
    DATE_TIME.when(0x02),
    SFLOAT.when(0x04),
    USER.when(0x08),
    STATUS.when(0x10),
).read
