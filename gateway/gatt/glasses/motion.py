"""Motion of the glasses (6b730002): consecutive acceleration samples, live or from memory.

Layout: u32 counter and u32 ticks of the first sample, u16 device boot, u8 flags, u8 n,
then n times i16 x, y, z.
"""

import struct
from typing import Final

import msgspec

from gateway.gatt.errors import MalformedValue

UUID: Final = "6b730002-6b69-4e64-8a74-657073000000"

AXES: Final = 3
SAMPLE_BYTES: Final = 2 * AXES
MOST_SAMPLES: Final = 38

_HEADER: Final = struct.Struct("<IIHBB")
_LIVE: Final = 0x01
_NOT_WORN: Final = 0x02
_FAULT: Final = 0x04


class Motion(msgspec.Struct, frozen=True):
    """Consecutive samples, as raw as they came."""

    counter: int  # of the first sample
    ticks: int  # of the first sample
    boot: int
    live: bool  # sent as it was measured, not from memory
    not_worn: bool
    fault: bool
    samples: bytes  # little-endian i16 x, y, z, sample by sample

    @property
    def size(self) -> int:
        """Return how many samples there are."""
        return len(self.samples) // SAMPLE_BYTES


def decode(value: bytes) -> Motion:
    """Read one notification; raise MalformedValue if it does not hold what it announces."""
    if len(value) <= _HEADER.size:
        raise MalformedValue(UUID, value)
    counter, ticks, boot, flags, size = _HEADER.unpack_from(value)
    samples = value[_HEADER.size :]
    if not 0 < size <= MOST_SAMPLES or len(samples) != SAMPLE_BYTES * size:
        raise MalformedValue(UUID, value)
    live, not_worn, fault = bool(flags & _LIVE), bool(flags & _NOT_WORN), bool(flags & _FAULT)
    return Motion(counter, ticks, boot, live, not_worn, fault, samples)
