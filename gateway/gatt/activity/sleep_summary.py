"""Sleep Activity Summary Data (GATT 0x2B42).

Layout: Bluetooth Physical Activity Monitor Service 1.0, section 3; see the folder for what of
it was checked.
"""

from typing import Final

import msgspec

from gateway.gatt.activity.moment import Moment, reading
from gateway.gatt.field import FLAGS_24, U8, U16, U24

UUID: Final = "00002b42-0000-1000-8000-00805f9b34fb"


class SleepSummary(msgspec.Struct, frozen=True):
    """How somebody slept."""

    moment: Moment
    asleep_s: int | None
    awake_s: int | None
    in_bed_s: int | None
    awakenings: int | None
    latency_s: int | None
    efficiency_percent: int | None
    snooze_s: int | None
    tosses_and_turns: int | None
    awakening_after_alarm_s: int | None
    least_visible_light: int | None
    most_visible_light: int | None
    mean_visible_light: int | None
    least_ultraviolet_light: int | None
    most_ultraviolet_light: int | None
    mean_ultraviolet_light: int | None
    least_infrared_light: int | None
    most_infrared_light: int | None
    mean_infrared_light: int | None
    mean_rate_bpm: int | None
    worn_s: int | None


decode: Final = reading(
    UUID,
    SleepSummary,
    FLAGS_24,
    U24.when(1 << 0),
    U24.when(1 << 1),
    U24.when(1 << 2),
    U16.when(1 << 3),
    U16.when(1 << 4),
    U8.when(1 << 5),
    U16.when(1 << 6),
    U16.when(1 << 7),
    U24.when(1 << 8),
    U24.when(1 << 9),
    U24.when(1 << 10),
    U24.when(1 << 11),
    U24.when(1 << 12),
    U24.when(1 << 13),
    U24.when(1 << 14),
    U24.when(1 << 15),
    U24.when(1 << 16),
    U24.when(1 << 17),
    U8.when(1 << 18),
    U24.when(1 << 19),
)
