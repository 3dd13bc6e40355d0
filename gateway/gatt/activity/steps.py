"""Step Counter Activity Summary Data (GATT 0x2B40).

Layout: Bluetooth Physical Activity Monitor Service 1.0, section 3; see the folder for what of
it was checked.
"""

from typing import Final

import msgspec

from gateway.gatt.activity.moment import Moment, reading
from gateway.gatt.field import FLAGS_8, U24

UUID: Final = "00002b40-0000-1000-8000-00805f9b34fb"


class Steps(msgspec.Struct, frozen=True):
    """The steps of a session."""

    moment: Moment
    walking_steps: int | None
    intense_steps: int | None
    floor_steps: int | None
    distance: int | None
    worn_s: int | None


decode: Final = reading(
    UUID,
    Steps,
    FLAGS_8,
    U24.when(1 << 0),
    U24.when(1 << 1),
    U24.when(1 << 2),
    U24.when(1 << 3),
    U24.when(1 << 4),
)
