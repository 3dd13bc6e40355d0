"""State of the glasses (6b730004): their clock, and how far back their memory reaches.

Layout: u16 device boot, u32 ticks now, u32 next / oldest kept / confirmed sample counter,
u32 next / oldest kept / confirmed minute, u32 period in 1/256 us, u16 LSB per g.
"""

import struct
from typing import Final

import msgspec

from gateway.gatt.errors import MalformedValue

UUID: Final = "6b730004-6b69-4e64-8a74-657073000000"

_LAYOUT: Final = struct.Struct("<HIIIIIIIIH")
_PERIODS_PER_US: Final = 256


class State(msgspec.Struct, frozen=True):
    """What the device says of itself."""

    boot: int
    ticks: int  # at the moment it answered
    next_sample: int  # the counter its next sample will get
    oldest_sample: int
    confirmed_sample: int
    next_minute: int
    oldest_minute: int
    confirmed_minute: int
    period_us: float
    lsb_per_g: int


def decode(value: bytes) -> State:
    """Read the value; raise MalformedValue if no device can be in that state."""
    if len(value) != _LAYOUT.size:
        raise MalformedValue(UUID, value)
    *head, period, lsb_per_g = _LAYOUT.unpack(value)
    if not period or not lsb_per_g:
        raise MalformedValue(UUID, value)
    return State(*head, period_us=period / _PERIODS_PER_US, lsb_per_g=lsb_per_g)
