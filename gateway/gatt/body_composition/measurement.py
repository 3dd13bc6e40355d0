"""Body Composition Measurement (GATT 0x2A9C): what a scale makes of a body's impedance.

Layout: Bluetooth Body Composition Service 1.0, section 3.2.1.
"""

from typing import Final

import msgspec

from gateway.gatt.date_time import DateTime
from gateway.gatt.errors import MalformedValue
from gateway.gatt.layout import DATE_TIME, U16, USER, Flags, Layout

UUID: Final = "00002a9c-0000-1000-8000-00805f9b34fb"

_IMPERIAL: Final = 0x0001
_MULTIPLE_PACKETS: Final = 0x1000
_UNSUCCESSFUL: Final = 0xFFFF
_ALL_FAT: Final = 1000  # in 0.1 %: some scales say things of their own under this number


def _layout(per_mass: int, per_height: int) -> Layout:
    mass = U16.over(per_mass)
    return Layout(
        UUID,
        U16,
        U16,
        DATE_TIME.when(0x0002),
        USER.when(0x0004),
        U16.when(0x0008),
        U16.over(10).when(0x0010),
        mass.when(0x0020),
        mass.when(0x0040),
        mass.when(0x0080),
        mass.when(0x0100),
        U16.over(10).when(0x0200),
        mass.when(0x0400),
        U16.over(per_height).when(0x0800),
        flags=Flags(known=0x1FFF, size=2),
    )


_METRIC: Final = _layout(per_mass=200, per_height=1000), "kg", "m"
_POUNDS: Final = _layout(per_mass=100, per_height=10), "lb", "in"


class BodyComposition(msgspec.Struct, frozen=True):
    """One measurement, or one packet of it."""

    fat_percent: float | None  # None: the scale says it could not measure
    measured: DateTime | None
    user: int | None
    basal_metabolism_kj: int | None
    muscle_percent: float | None
    impedance_ohm: float | None
    mass_unit: str  # "kg" or "lb"
    muscle_mass: float | None
    fat_free_mass: float | None
    soft_lean_mass: float | None
    water_mass: float | None
    weight: float | None
    height: float | None
    height_unit: str  # "m" or "in"
    goes_on: bool  # the rest of the same measurement comes in the next packet


def decode(value: bytes) -> BodyComposition:
    """Read one indication; raise MalformedValue if it does not end where its flags say."""
    imperial = value and value[0] & _IMPERIAL
    layout, mass_unit, height_unit = _POUNDS if imperial else _METRIC
    flags, fat, measured, user, metabolism, muscle, *others = layout.read(value)
    muscle_mass, fat_free, soft_lean, water, impedance, weight, height = others
    if _ALL_FAT < fat < _UNSUCCESSFUL:
        raise MalformedValue(UUID, value)
    return BodyComposition(
        None if fat == _UNSUCCESSFUL else fat / 10,
        measured,
        user,
        metabolism,
        muscle,
        impedance,
        mass_unit,
        muscle_mass,
        fat_free,
        soft_lean,
        water,
        weight,
        height,
        height_unit,
        bool(flags & _MULTIPLE_PACKETS),
    )
