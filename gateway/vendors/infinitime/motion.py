"""InfiniTime Raw Motion (00030002): one acceleration sample, whenever it changed.

Layout: InfiniTime's doc/MotionService.md: i16 x, y, z, in no unit that it names. Its driver
(src/drivers/Bma421.cpp) sets a sensor of 12 bits to a range of 2 g either way: 1024 is 1 g.
"""

from typing import Final

import msgspec

from gateway.gatt.field import I16
from gateway.gatt.layout import Layout

UUID: Final = "00030002-78fc-48fe-8e23-433b3a1942d0"

PER_G: Final = 1024


class Motion(msgspec.Struct, frozen=True):
    """One sample, as raw as it came."""

    x: int
    y: int
    z: int


decode: Final = Layout(UUID, Motion, I16, I16, I16).read
