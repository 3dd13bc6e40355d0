"""Xiaomi scales: service data of Weight Scale (181D) or Body Composition (181B) in an advert.

Layouts, as openScale documents them. 181D: u8 flags, u16 weight, Date Time. 181B: u8 unit, u8
flags, Date Time, u16 impedance in ohm, u16 weight. A weight is in 1/200 kg, or in 1/100 of a
pound or a jin.
"""

from typing import Final

import msgspec

from gateway.gatt.date_time import DateTime
from gateway.gatt.layout import DATE_TIME, U8, U16, Layout

WEIGHT: Final = "0000181d-0000-1000-8000-00805f9b34fb"
COMPOSITION: Final = "0000181b-0000-1000-8000-00805f9b34fb"

_POUNDS: Final = 0x01
_JIN: Final = 0x10  # of the first scale's flags
_JIN_2: Final = 0x40  # of the second's
_IMPEDANCE: Final = 0x02
_SETTLED: Final = 0x20
_REMOVED: Final = 0x80

_WEIGHT: Final = Layout(WEIGHT, U8, U16, DATE_TIME)
_COMPOSITION: Final = Layout(COMPOSITION, U8, U8, DATE_TIME, U16, U16)


class ScaleAdvert(msgspec.Struct, frozen=True):
    """What a scale shows now."""

    weight: float
    unit: str  # "kg", "lb" or "jin"
    is_settled: bool  # False: it still swings
    is_removed: bool  # whoever stood on it has left
    measured: DateTime
    impedance_ohm: int | None


def decode_weight(value: bytes) -> ScaleAdvert:
    """Read the first scale's data; raise MalformedValue unless it is ten bytes."""
    flags, raw, measured = _WEIGHT.read(value)
    weight, unit = _weight(raw, pounds=flags & _POUNDS, jin=flags & _JIN)
    settled, removed = bool(flags & _SETTLED), bool(flags & _REMOVED)
    return ScaleAdvert(weight, unit, settled, removed, measured, None)


def decode_composition(value: bytes) -> ScaleAdvert:
    """Read the second scale's data; raise MalformedValue unless it is thirteen bytes."""
    units, flags, measured, impedance, raw = _COMPOSITION.read(value)
    weight, unit = _weight(raw, pounds=units & _POUNDS, jin=flags & _JIN_2)
    settled, removed = bool(flags & _SETTLED), bool(flags & _REMOVED)
    known = impedance if flags & _IMPEDANCE else None
    return ScaleAdvert(weight, unit, settled, removed, measured, known)


def _weight(raw: int, *, pounds: int, jin: int) -> tuple[float, str]:
    if pounds:
        return raw / 100, "lb"
    return (raw / 100, "jin") if jin else (raw / 200, "kg")
