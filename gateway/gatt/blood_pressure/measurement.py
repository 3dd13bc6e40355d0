"""Blood Pressure Measurement (GATT 0x2A35): one cuff reading, in the unit the cuff used.

Layout: Bluetooth Blood Pressure Service 1.1, section 3.1.1.
"""

from typing import Final

import msgspec

from gateway.gatt.blood_pressure.status import STATUS, Status
from gateway.gatt.blood_pressure.unit import UNIT
from gateway.gatt.date_time import DateTime
from gateway.gatt.field import DATE_TIME, FLAGS_8, SFLOAT, USER
from gateway.gatt.ieee11073 import Number
from gateway.gatt.layout import Layout

UUID: Final = "00002a35-0000-1000-8000-00805f9b34fb"


class BloodPressure(msgspec.Struct, frozen=True):
    """One measurement."""

    systolic: Number
    diastolic: Number
    mean_arterial: Number
    unit: str  # "mmHg" or "kPa"
    measured: DateTime | None  # by the cuff's own calendar, zone unknown
    pulse_bpm: Number | None
    user: int | None
    status: Status | None


decode: Final = Layout(
    UUID,
    BloodPressure,
    FLAGS_8,
    SFLOAT,
    SFLOAT,
    SFLOAT,
    UNIT,
    DATE_TIME.when(0x02),
    SFLOAT.when(0x04),
    USER.when(0x08),
    STATUS.when(0x10),
).read
