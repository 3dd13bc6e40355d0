"""Weight Measurement (GATT 0x2A9D): one reading of a scale, in the unit it used.

Layout: Bluetooth Weight Scale Service 1.0, section 3.2.1.
"""

from typing import Final

import msgspec

from gateway.gatt.date_time import DateTime
from gateway.gatt.layout import DATE_TIME, U8, U16, USER, Flags, Layout

UUID: Final = "00002a9d-0000-1000-8000-00805f9b34fb"

_IMPERIAL: Final = 0x01
_BMI_PRESENT: Final = 0x08
_UNSUCCESSFUL: Final = 0xFFFF
_LAYOUT: Final = Layout(
    UUID,
    U8,
    U16,
    DATE_TIME.when(0x02),
    USER.when(0x04),
    U16.over(10).when(_BMI_PRESENT),
    U16.when(_BMI_PRESENT),
    flags=Flags(known=0x0F),
)


class Weight(msgspec.Struct, frozen=True):
    """One measurement."""

    weight: float | None  # None: the scale says it could not measure
    weight_unit: str  # "kg" or "lb"
    measured: DateTime | None
    user: int | None
    bmi: float | None
    height: float | None
    height_unit: str  # "m" or "in"


def decode(value: bytes) -> Weight:
    """Read one indication; raise MalformedValue if it does not end where its flags say."""
    flags, raw, measured, user, bmi, height = _LAYOUT.read(value)
    # Divisors, because 1/200 and 1/1000 are no binary fractions.
    per_weight, weight_unit, per_height, height_unit = (
        (100, "lb", 10, "in") if flags & _IMPERIAL else (200, "kg", 1000, "m")
    )
    weight = None if raw == _UNSUCCESSFUL else raw / per_weight
    tall = None if height is None else height / per_height
    return Weight(weight, weight_unit, measured, user, bmi, tall, height_unit)
