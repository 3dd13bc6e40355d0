"""CardioRespiratory Activity Summary Data (GATT 0x2B3F).

Layout: Bluetooth Physical Activity Monitor Service 1.0, section 3; see the folder for what of
it was checked.
"""

from typing import Final

import msgspec

from gateway.gatt.activity.moment import Moment, reading
from gateway.gatt.field import FLAGS_32, U8, U16, U24

UUID: Final = "00002b3f-0000-1000-8000-00805f9b34fb"


class HeartSummary(msgspec.Struct, frozen=True):
    """How heart and breath went in a session."""

    moment: Moment
    zone_1_s: int | None
    zone_2_s: int | None
    zone_3_s: int | None
    zone_4_s: int | None
    zone_5_s: int | None
    least_vo2_max: int | None
    most_vo2_max: int | None
    mean_vo2_max: int | None
    least_rate_bpm: int | None
    most_rate_bpm: int | None
    mean_rate_bpm: int | None
    least_beat_interval: int | None
    most_beat_interval: int | None
    mean_beat_interval: int | None
    least_resting_rate_bpm: int | None
    most_resting_rate_bpm: int | None
    mean_resting_rate_bpm: int | None
    least_heart_rate_variability: int | None
    most_heart_rate_variability: int | None
    mean_heart_rate_variability: int | None
    least_breaths_per_min: int | None
    most_breaths_per_min: int | None
    mean_breaths_per_min: int | None
    least_resting_breaths_per_min: int | None
    most_resting_breaths_per_min: int | None
    mean_resting_breaths_per_min: int | None
    worn_s: int | None


decode: Final = reading(
    UUID,
    HeartSummary,
    FLAGS_32,
    U24.when(1 << 0),
    U24.when(1 << 1),
    U24.when(1 << 2),
    U24.when(1 << 3),
    U24.when(1 << 4),
    U8.when(1 << 5),
    U8.when(1 << 6),
    U8.when(1 << 7),
    U8.when(1 << 8),
    U8.when(1 << 9),
    U8.when(1 << 10),
    U16.when(1 << 11),
    U16.when(1 << 12),
    U16.when(1 << 13),
    U8.when(1 << 14),
    U8.when(1 << 15),
    U8.when(1 << 16),
    U16.when(1 << 17),
    U16.when(1 << 18),
    U16.when(1 << 19),
    U8.when(1 << 20),
    U8.when(1 << 21),
    U8.when(1 << 22),
    U8.when(1 << 23),
    U8.when(1 << 24),
    U8.when(1 << 25),
    U24.when(1 << 26),
)
