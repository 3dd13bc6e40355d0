"""Body Composition Feature (GATT 0x2A9B): what a scale can tell, and how finely.

Layout: Bluetooth Body Composition Service 1.0, section 3.1.
"""

from enum import IntFlag
from typing import Final

import msgspec

from gateway.gatt.field import U32
from gateway.gatt.layout import Layout
from gateway.gatt.weight_scale.feature import HEIGHT_STEPS_M, WEIGHT_STEPS_KG

UUID: Final = "00002a9b-0000-1000-8000-00805f9b34fb"

_LAYOUT: Final = Layout(UUID, int, U32)


class Feature(IntFlag):
    """What the standard has a bit for."""

    TIME = 1 << 0
    MULTIPLE_USERS = 1 << 1
    BASAL_METABOLISM = 1 << 2
    MUSCLE_PERCENT = 1 << 3
    MUSCLE_MASS = 1 << 4
    FAT_FREE_MASS = 1 << 5
    SOFT_LEAN_MASS = 1 << 6
    WATER_MASS = 1 << 7
    IMPEDANCE = 1 << 8
    WEIGHT = 1 << 9
    HEIGHT = 1 << 10


class BodyCompositionFeature(msgspec.Struct, frozen=True):
    """What this one can tell; its steps where it shows kilograms and metres."""

    supports: Feature
    mass_step_kg: float | None  # None: not specified, or a number reserved for future use
    height_step_m: float | None


def decode(value: bytes) -> BodyCompositionFeature:
    """Read the value; raise MalformedValue unless it is four bytes."""
    raw = _LAYOUT.read(value)
    mass, height = raw >> 11 & 0xF, raw >> 15 & 0x7
    return BodyCompositionFeature(
        Feature(raw & 0x7FF),
        WEIGHT_STEPS_KG.get(mass),
        HEIGHT_STEPS_M.get(height),
    )
