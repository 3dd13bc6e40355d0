"""Body Composition Measurement (GATT 0x2A9C): what a scale makes of a body's impedance.

Layout: Bluetooth Body Composition Service 1.0, section 3.2.1.
"""

from typing import Final

import msgspec

from gateway.gatt.date_time import DateTime
from gateway.gatt.field import DATE_TIME, FLAGS_16, U16, USER, Either, bit
from gateway.gatt.layout import Layout

UUID: Final = "00002a9c-0000-1000-8000-00805f9b34fb"

_IMPERIAL: Final = 0x0001
_MULTIPLE_PACKETS: Final = 0x1000
_UNSUCCESSFUL: Final = 0xFFFF
_ALL_FAT: Final = 1000  # in 0.1 %: some scales say things of their own under this number


class BodyComposition(msgspec.Struct, frozen=True):
    """One measurement, or one packet of it."""

    fat_percent: float | None  # None: the scale says it could not measure
    measured: DateTime | None
    user: int | None
    basal_metabolism_kj: int | None
    muscle_percent: float | None
    mass_unit: str  # "kg" or "lb"
    muscle_mass: float | None
    fat_free_mass: float | None
    soft_lean_mass: float | None
    water_mass: float | None
    impedance_ohm: float | None
    weight: float | None
    height: float | None
    height_unit: str  # "m" or "in"
    goes_on: bool  # the rest of the same measurement comes in the next packet


def _fat_percent(raw: int) -> float:
    if raw > _ALL_FAT:
        raise ValueError(f"{raw} thousandths of fat")
    return raw / 10


def _mass(flag: int) -> Either:
    return Either(_IMPERIAL, U16.over(100).when(flag), U16.over(200).when(flag))


decode: Final = Layout(
    UUID,
    BodyComposition,
    FLAGS_16,
    U16.through(_fat_percent).but(_UNSUCCESSFUL),
    DATE_TIME.when(0x0002),
    USER.when(0x0004),
    U16.when(0x0008),
    U16.over(10).when(0x0010),
    Either(_IMPERIAL, "lb", "kg"),
    _mass(0x0020),
    _mass(0x0040),
    _mass(0x0080),
    _mass(0x0100),
    U16.over(10).when(0x0200),
    _mass(0x0400),
    Either(_IMPERIAL, U16.over(10).when(0x0800), U16.over(1000).when(0x0800)),
    Either(_IMPERIAL, "in", "m"),
    bit(_MULTIPLE_PACKETS),
).read
