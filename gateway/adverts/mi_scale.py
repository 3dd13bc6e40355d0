"""Xiaomi scales: service data of Weight Scale (181D) or Body Composition (181B) in an advert.

Layouts, as openScale documents them. 181D: u8 flags, u16 weight, Date Time. 181B: u8 unit, u8
flags, Date Time, u16 impedance in ohm, u16 weight. A weight is in 1/200 kg, or in 1/100 of a
pound or a jin.
"""

from typing import Any, Final

import msgspec

from gateway.gatt.date_time import DateTime
from gateway.gatt.field import DATE_TIME, FLAGS_8, FLAGS_16, U16, Either, Row, bit
from gateway.gatt.layout import Layout

WEIGHT: Final = "0000181d-0000-1000-8000-00805f9b34fb"
COMPOSITION: Final = "0000181b-0000-1000-8000-00805f9b34fb"

_POUNDS: Final = 0x01
_JIN: Final = 0x10
_SETTLED: Final = 0x20
_REMOVED: Final = 0x80
#: The second scale has two bytes of flags, those of the first one in other places.
_IMPEDANCE_2: Final = 0x0200
_SETTLED_2: Final = 0x2000
_JIN_2: Final = 0x4000
_REMOVED_2: Final = 0x8000
_ALL: Final = 0xFFFF  # nothing is announced: each has one length


class ScaleAdvert(msgspec.Struct, frozen=True):
    """What a scale shows now."""

    weight: float
    unit: str  # "kg", "lb" or "jin"
    is_settled: bool  # False: it still swings
    is_removed: bool  # whoever stood on it has left
    measured: DateTime
    impedance_ohm: int | None = None


def _weight(jin: int) -> tuple[Row, Row]:
    """Return a weight and its unit; a flag tells whether it is in jin."""
    hundredths, two_hundredths = U16.over(100), U16.over(200)
    return (
        Either(_POUNDS, hundredths, Either(jin, hundredths, two_hundredths)),
        Either(_POUNDS, "lb", Either(jin, "jin", "kg")),
    )


decode_weight: Final = Layout(
    WEIGHT,
    ScaleAdvert,
    FLAGS_8.announcing(_ALL),
    *_weight(_JIN),
    bit(_SETTLED),
    bit(_REMOVED),
    DATE_TIME,
).read


def _composition(*told: Any) -> ScaleAdvert:  # noqa: ANN401 - one a row of the table
    measured, impedance_ohm, weight, unit, is_settled, is_removed = told
    return ScaleAdvert(weight, unit, is_settled, is_removed, measured, impedance_ohm)


decode_composition: Final = Layout(
    COMPOSITION,
    _composition,
    FLAGS_16.announcing(_ALL),
    DATE_TIME,
    Either(_IMPEDANCE_2, U16, U16.untold()),
    *_weight(_JIN_2),
    bit(_SETTLED_2),
    bit(_REMOVED_2),
).read
