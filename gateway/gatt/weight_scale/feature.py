"""Weight Scale Feature (GATT 0x2A9E): what a scale can tell, and how finely.

Layout: Bluetooth Weight Scale Service 1.0, section 3.1.
"""

from enum import IntFlag
from typing import Final

import msgspec

from gateway.gatt.field import U32
from gateway.gatt.layout import Layout

UUID: Final = "00002a9e-0000-1000-8000-00805f9b34fb"

_LAYOUT: Final = Layout(UUID, int, U32)
#: By the number that stands for them; 0 is not specified, higher ones are reserved.
WEIGHT_STEPS_KG: Final = {1: 0.5, 2: 0.2, 3: 0.1, 4: 0.05, 5: 0.02, 6: 0.01, 7: 0.005}
HEIGHT_STEPS_M: Final = {1: 0.01, 2: 0.005, 3: 0.001}


class Feature(IntFlag):
    """What the standard has a bit for."""

    TIME = 1 << 0
    MULTIPLE_USERS = 1 << 1
    BMI = 1 << 2


class WeightScaleFeature(msgspec.Struct, frozen=True):
    """What this one can tell; its steps where it shows kilograms and metres."""

    supports: Feature
    weight_step_kg: float | None  # None: not specified, or a number reserved for future use
    height_step_m: float | None


def decode(value: bytes) -> WeightScaleFeature:
    """Read the value; raise MalformedValue unless it is four bytes."""
    raw = _LAYOUT.read(value)
    weight, height = raw >> 3 & 0xF, raw >> 7 & 0x7
    return WeightScaleFeature(
        Feature(raw & 0x7),
        WEIGHT_STEPS_KG.get(weight),
        HEIGHT_STEPS_M.get(height),
    )
