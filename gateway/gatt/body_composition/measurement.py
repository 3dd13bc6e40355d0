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
_LAYOUT: Final = Layout(
    UUID,
    U16,
    U16,
    DATE_TIME.when(0x0002),
    USER.when(0x0004),
    U16.when(0x0008),
    U16.over(10).when(0x0010),
    U16.when(0x0020),
    U16.when(0x0040),
    U16.when(0x0080),
    U16.when(0x0100),
    U16.over(10).when(0x0200),
    U16.when(0x0400),
    U16.when(0x0800),
    flags=Flags(known=0x1FFF, size=2),
)


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
    flags, fat, measured, user, metabolism, muscle, *masses, height = _LAYOUT.read(value)
    *tissues, impedance, weight = masses
    per_mass, mass_unit, per_height, height_unit = (
        (100, "lb", 10, "in") if flags & _IMPERIAL else (200, "kg", 1000, "m")
    )
    if _ALL_FAT < fat < _UNSUCCESSFUL:
        raise MalformedValue(UUID, value)
    muscle_mass, fat_free, soft_lean, water = [_over(raw, per_mass) for raw in tissues]
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
        _over(weight, per_mass),
        _over(height, per_height),
        height_unit,
        bool(flags & _MULTIPLE_PACKETS),
    )


def _over(raw: int | None, divisor: int) -> float | None:
    return None if raw is None else raw / divisor
