"""InfiniTime Step Count (00030001): steps since the watch's midnight.

Layout: InfiniTime's doc/MotionService.md: u32.
"""

from typing import Final

import msgspec

from gateway.gatt.layout import U32, Layout

UUID: Final = "00030001-78fc-48fe-8e23-433b3a1942d0"

_LAYOUT: Final = Layout(UUID, U32)


class StepCount(msgspec.Struct, frozen=True):
    """How many so far: it begins anew at midnight, and when the watch starts."""

    steps: int


def decode(value: bytes) -> StepCount:
    """Read the value; raise MalformedValue unless it is four bytes."""
    return StepCount(*_LAYOUT.read(value))
