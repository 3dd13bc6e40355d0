"""Physical Activity Monitor Features (GATT 0x2B3B): what a monitor can tell.

Layout: Bluetooth Physical Activity Monitor Service 1.0, section 3.1: one bit a feature in the
order of the names below, in eight bytes.
"""

from typing import Final

import msgspec

from gateway.gatt.field import U64, bits
from gateway.gatt.layout import Layout

UUID: Final = "00002b3b-0000-1000-8000-00805f9b34fb"

FEATURES: Final = (
    "multiple_users",
    "user_data",
    "is_worn",
    "walking_energy",
    "walking_energy_per_hour",
    "intense_energy",
    "intense_energy_per_hour",
    "total_energy",
    "total_energy_per_hour",
    "fat_burned",
    "fat_burned_per_hour",
    "metabolic_equivalent",
    "distance",
    "speed",
    "walking_duration",
    "intense_walking_duration",
    "cadence",
    "floors",
    "climbed",
    "descended",
    "elevation",
    "activity_count",
    "activity_count_per_min",
    "activity_level",
    "activity_type",
    "worn_duration",
    "heart_rate_zone_1",
    "heart_rate_zone_2",
    "heart_rate_zone_3",
    "heart_rate_zone_4",
    "heart_rate_zone_5",
    "vo2_max",
    "heart_rate",
    "beat_interval",
    "resting_heart_rate",
    "heart_rate_variability",
    "respiration_rate",
    "resting_respiration_rate",
    "walking_steps",
    "intense_steps",
    "floor_steps",
    "sleep_time",
    "wake_time",
    "bed_time",
    "awakenings",
    "sleep_latency",
    "sleep_efficiency",
    "snooze_time",
    "tosses_and_turns",
    "awakening_after_alarm",
    "visible_light",
    "ultraviolet_light",
    "infrared_light",
    "sleep_stage",
    "sleeping_heart_rate",
)


class ActivityFeatures(msgspec.Struct, frozen=True):
    """What this one can tell."""

    supports: tuple[str, ...]


def _named(raw: int) -> tuple[str, ...]:
    return tuple([name for at, name in enumerate(FEATURES) if raw >> at & 1])


decode: Final = Layout(UUID, ActivityFeatures, bits(_named, U64)).read
