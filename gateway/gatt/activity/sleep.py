"""Sleep Activity Instantaneous Data (GATT 0x2B41).

Layout: Bluetooth Physical Activity Monitor Service 1.0, section 3; see the folder for what of
it was checked.
"""

from enum import IntFlag
from typing import Final

import msgspec

from gateway.gatt.activity.moment import Moment, reading
from gateway.gatt.field import FLAGS_16, U8, U24, bits

UUID: Final = "00002b41-0000-1000-8000-00805f9b34fb"


class Stage(IntFlag):
    """What kind of sleep, as finely as the device can tell."""

    WAKE = 1 << 0
    SLEEP = 1 << 1
    REM = 1 << 2
    NON_REM = 1 << 3
    LIGHT = 1 << 4
    DEEP = 1 << 5
    N1 = 1 << 6
    N2 = 1 << 7
    N3 = 1 << 8
    N4 = 1 << 9
    ACTIVE = 1 << 10
    QUIET = 1 << 11
    INTERMEDIATE = 1 << 12
    AROUSAL = 1 << 13
    UNKNOWN = 1 << 23


STAGE: Final = bits(Stage, U24)


class Sleep(msgspec.Struct, frozen=True):
    """How somebody sleeps now."""

    moment: Moment
    visible_light: int | None
    ultraviolet_light: int | None
    infrared_light: int | None
    stage: Stage | None
    rate_bpm: int | None


decode: Final = reading(
    UUID,
    Sleep,
    FLAGS_16,
    U24.when(1 << 0),
    U24.when(1 << 1),
    U24.when(1 << 2),
    STAGE.when(1 << 3),
    U8.when(1 << 4),
    worn_flag=1 << 15,
)
