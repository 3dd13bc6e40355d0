"""CardioRespiratory Activity Instantaneous Data (GATT 0x2B3E).

Layout: Bluetooth Physical Activity Monitor Service 1.0, section 3; see the folder for what of
it was checked.
"""

from typing import Final

import msgspec

from gateway.gatt.activity.moment import Moment, reading
from gateway.gatt.field import FLAGS_16, U8, U16

UUID: Final = "00002b3e-0000-1000-8000-00805f9b34fb"


class HeartActivity(msgspec.Struct, frozen=True):
    """How heart and breath go now."""

    moment: Moment
    vo2_max: int | None
    rate_bpm: int | None
    beat_interval: int | None
    resting_rate_bpm: int | None
    heart_rate_variability: int | None
    breaths_per_min: int | None
    resting_breaths_per_min: int | None


decode: Final = reading(
    UUID,
    HeartActivity,
    FLAGS_16,
    U8.when(1 << 0),
    U8.when(1 << 1),
    U16.when(1 << 2),
    U8.when(1 << 3),
    U16.when(1 << 4),
    U8.when(1 << 5),
    U8.when(1 << 6),
    worn_flag=1 << 15,
)
