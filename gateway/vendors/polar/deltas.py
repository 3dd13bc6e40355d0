"""Samples packed as differences: a reference, then blocks of small numbers of so many bits.

Layout: Polar Measurement Data Specification, compressed frames. The reference has one signed
number a channel; a block is u8 bits a number, u8 samples, then the numbers from the least
significant bit on, in two's complement, filled up to a whole byte.
"""

import struct
from collections.abc import Iterator
from itertools import accumulate
from typing import Final, TypeAlias

Sample: TypeAlias = tuple[int, ...]  # one number a channel

_CODES: Final = {1: "b", 2: "h"}


def numbers(value: bytes, width: int) -> list[int]:
    """Return signed numbers of so many bytes each."""
    if width == 3:
        return [low | high << 16 for low, high in struct.iter_unpack("<Hb", value)]
    return list(struct.unpack(f"<{len(value) // width}{_CODES[width]}", value))


def unpack(value: bytes, channels: int, width: int) -> Iterator[Sample]:
    """Return all samples, the reference first; raise ValueError if the last block is cut."""
    at = channels * width
    if len(value) < at:
        raise ValueError(f"{len(value)} bytes of a reference of {at}")
    changes = numbers(value[:at], width)
    while at < len(value):
        bits, count = value[at], value[at + 1] * channels
        end = at + 2 + (bits * count + 7) // 8
        if end > len(value):
            raise ValueError(f"a block of {end - at} bytes, {len(value) - at} there")
        packed = int.from_bytes(value[at + 2 : end], "little")
        changes += _narrow(packed, bits, count)
        at = end
    return zip(
        *[accumulate(changes[channel::channels]) for channel in range(channels)], strict=True
    )


def _narrow(packed: int, bits: int, count: int) -> list[int]:
    mask, sign = (1 << bits) - 1, 1 << bits >> 1
    return [((packed >> bits * at & mask) ^ sign) - sign for at in range(count)]
