"""General Activity Summary Data (GATT 0x2B3D).

Layout: Bluetooth Physical Activity Monitor Service 1.0, section 3; see the folder for what of
it was checked.
"""

from typing import Final

import msgspec

from gateway.gatt.activity.moment import Moment, reading
from gateway.gatt.field import FLAGS_32, I8, U8, U16, U24, U32

UUID: Final = "00002b3d-0000-1000-8000-00805f9b34fb"


class GeneralSummary(msgspec.Struct, frozen=True):
    """What somebody did in a session."""

    moment: Moment
    walking_energy: int | None
    intense_energy: int | None
    total_energy: int | None
    fat_burned: int | None
    least_metabolic_equivalent: int | None
    most_metabolic_equivalent: int | None
    mean_metabolic_equivalent: int | None
    distance: int | None
    least_speed: int | None
    most_speed: int | None
    mean_speed: int | None
    walking_s: int | None
    intense_walking_s: int | None
    least_cadence: int | None
    most_cadence: int | None
    mean_cadence: int | None
    floors: int | None
    climbed: int | None
    descended: int | None
    activity_count: int | None
    least_activity_level: int | None
    most_activity_level: int | None
    mean_activity_level: int | None
    activity_type: int | None
    worn_s: int | None


decode: Final = reading(
    UUID,
    GeneralSummary,
    FLAGS_32,
    U32.when(1 << 0),
    U32.when(1 << 1),
    U32.when(1 << 2),
    U16.when(1 << 3),
    U8.when(1 << 4),
    U8.when(1 << 5),
    U8.when(1 << 6),
    U24.when(1 << 7),
    U16.when(1 << 8),
    U16.when(1 << 9),
    U16.when(1 << 10),
    U24.when(1 << 11),
    U24.when(1 << 12),
    U16.when(1 << 13),
    U16.when(1 << 14),
    U16.when(1 << 15),
    I8.when(1 << 16),
    U24.when(1 << 17),
    U24.when(1 << 18),
    U32.when(1 << 19),
    U16.when(1 << 20),
    U16.when(1 << 21),
    U16.when(1 << 22),
    U16.when(1 << 23),
    U24.when(1 << 24),
)
