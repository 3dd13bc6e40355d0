"""InfiniTime Step Count (00030001): steps since the watch's midnight.

Layout: InfiniTime's doc/MotionService.md: u32.
"""

from typing import Final

import msgspec

from gateway.gatt.field import U32
from gateway.gatt.layout import Layout

UUID: Final = "00030001-78fc-48fe-8e23-433b3a1942d0"


class StepCount(msgspec.Struct, frozen=True):
    """How many so far: it begins anew at midnight, and when the watch starts."""

    steps: int


decode: Final = Layout(UUID, StepCount, U32).read
