"""Samples packed as differences: a reference, then blocks of small numbers of so many bits.

Layout: Polar Measurement Data Specification, compressed frames. The reference has one signed
number a channel; a block is u8 bits a number, u8 samples, then the numbers from the least
significant bit on, in two's complement, filled up to a whole byte.
"""

from collections.abc import Iterator
from typing import TypeAlias

Sample: TypeAlias = tuple[int, ...]  # one number a channel


def unpack(value: bytes, channels: int, width: int) -> list[Sample]:
    """Return all samples, the reference first; raise ValueError if the last block is cut."""
    size = channels * width
    if len(value) < size:
        raise ValueError(f"{len(value)} bytes of a reference of {size}")
    samples = [tuple(_signed(value[at : at + width]) for at in range(0, size, width))]
    while size < len(value):
        bits, count = value[size], value[size + 1]
        end = size + 2 + (bits * count * channels + 7) // 8
        if end > len(value):
            raise ValueError(f"a block of {end - size} bytes, {len(value) - size} there")
        packed = int.from_bytes(value[size + 2 : end], "little")
        for change in _changes(packed, bits, count, channels):
            samples.append(tuple(map(int.__add__, samples[-1], change)))
        size = end
    return samples


def _changes(packed: int, bits: int, count: int, channels: int) -> Iterator[Sample]:
    mask, sign = (1 << bits) - 1, 1 << bits >> 1
    for _ in range(count):
        numbers = [packed >> bits * channel & mask for channel in range(channels)]
        yield tuple((number ^ sign) - sign for number in numbers)
        packed >>= bits * channels


def _signed(raw: bytes) -> int:
    return int.from_bytes(raw, "little", signed=True)
