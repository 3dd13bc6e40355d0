"""Weight Measurement (GATT 0x2A9D): one reading of a scale, in the unit it used.

Layout: Bluetooth Weight Scale Service 1.0, section 3.2.1.
"""

from typing import Final

import msgspec

from gateway.gatt.date_time import DateTime
from gateway.gatt.field import DATE_TIME, FLAGS_8, U16, USER, Either
from gateway.gatt.layout import Layout

UUID: Final = "00002a9d-0000-1000-8000-00805f9b34fb"

_IMPERIAL: Final = 0x01
_BMI_PRESENT: Final = 0x08
_UNSUCCESSFUL: Final = 0xFFFF
_WEIGHT: Final = U16.but(_UNSUCCESSFUL)
_HEIGHT: Final = U16.when(_BMI_PRESENT)


class Weight(msgspec.Struct, frozen=True):
    """One measurement."""

    weight: float | None  # None: the scale says it could not measure
    weight_unit: str  # "kg" or "lb"
    measured: DateTime | None
    user: int | None
    bmi: float | None
    height: float | None
    height_unit: str  # "m" or "in"


decode: Final = Layout(
    UUID,
    Weight,
    FLAGS_8,
    Either(_IMPERIAL, _WEIGHT.over(100), _WEIGHT.over(200)),
    Either(_IMPERIAL, "lb", "kg"),
    DATE_TIME.when(0x02),
    USER.when(0x04),
    U16.over(10).when(_BMI_PRESENT),
    Either(_IMPERIAL, _HEIGHT.over(10), _HEIGHT.over(1000)),
    Either(_IMPERIAL, "in", "m"),
).read
