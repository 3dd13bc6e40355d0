"""Minute summary of the glasses (6b730003): the device's own step count of one minute.

Layout: u32 minute index, u32 ticks at its start, u16 device boot, u8 flags, u8 reserved,
u16 steps.
"""

import struct
from typing import Final

import msgspec

from gateway.gatt.errors import MalformedValue

UUID: Final = "6b730003-6b69-4e64-8a74-657073000000"

#: No foot takes more in a minute; the next bit would read as a sign further on.
MOST_STEPS: Final = 0x7FFF

_LAYOUT: Final = struct.Struct("<IIHBxH")
_LIVE: Final = 0x01
_NOT_WORN: Final = 0x02


class Minute(msgspec.Struct, frozen=True):
    """One minute as the device itself summed it up."""

    index: int  # minutes since the device's boot
    ticks: int  # at the minute's start
    boot: int
    live: bool  # sent when the minute ended, not from memory
    not_worn: bool
    steps: int


def decode(value: bytes) -> Minute:
    """Read one notification; raise MalformedValue if it is no minute."""
    if len(value) != _LAYOUT.size:
        raise MalformedValue(UUID, value)
    index, ticks, boot, flags, steps = _LAYOUT.unpack(value)
    if steps > MOST_STEPS:
        raise MalformedValue(UUID, value)
    return Minute(index, ticks, boot, bool(flags & _LIVE), bool(flags & _NOT_WORN), steps)
