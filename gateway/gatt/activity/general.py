"""General Activity Instantaneous Data (GATT 0x2B3C).

Layout: Bluetooth Physical Activity Monitor Service 1.0, section 3; see the folder for what of
it was checked.
"""

from typing import Final

import msgspec

from gateway.gatt.activity.moment import Moment, reading
from gateway.gatt.field import FLAGS_24, I24, U8, U16

UUID: Final = "00002b3c-0000-1000-8000-00805f9b34fb"


class General(msgspec.Struct, frozen=True):
    """What somebody does now."""

    moment: Moment
    walking_energy_per_hour: int | None
    intense_energy_per_hour: int | None
    total_energy_per_hour: int | None
    fat_burned_per_hour: int | None
    metabolic_equivalent: int | None
    speed: int | None
    cadence: int | None
    elevation: int | None
    activity_count_per_min: int | None
    activity_level: int | None
    activity_type: int | None


decode: Final = reading(
    UUID,
    General,
    FLAGS_24,
    U16.when(1 << 0),
    U16.when(1 << 1),
    U16.when(1 << 2),
    U16.when(1 << 3),
    U8.when(1 << 4),
    U16.when(1 << 5),
    U16.when(1 << 6),
    I24.when(1 << 7),
    U16.when(1 << 8),
    U16.when(1 << 9),
    U16.when(1 << 10),
    worn_flag=1 << 23,
)
