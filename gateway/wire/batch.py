"""Consecutive samples of one stream, as they go up."""

import math
import re
from enum import IntFlag
from typing import Annotated, Final

import msgspec

from gateway.wire.contract import BrokenContract, Count
from gateway.wire.topics import check_device

_STREAM_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")


class Quality(IntFlag):
    """What is known against the samples of a batch; it holds for all of them."""

    NOT_WORN = 0x01  # the device itself says so
    FAULT = 0x02  # the device reports a broken sensor
    SATURATED = 0x04  # at least one sample at the end of the range
    SPECIAL = 0x08  # a reserved value (NaN, NRes, +-INF) stood where a number belongs
    DOUBTED = 0x10  # the device itself doubts it: it moved, the signal is poor, it settles


class DeviceCount(msgspec.Struct, frozen=True, kw_only=True):
    """Where the first sample stands in the device's own memory."""

    boot: Count
    sample: Count
    ticks: Count


class Lost(msgspec.Struct, frozen=True, kw_only=True):
    """What is missing right before a batch, for good as far as its gateway knows."""

    samples: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
    reason: Annotated[str, msgspec.Meta(max_length=200)]  # the kind first, then a colon


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Consecutive samples of one stream from one device."""

    device: str  # a stable pseudonym, never the radio address
    boot: Count  # 63 random bits drawn for each connection, never used again
    stream: str  # "accel", "rr", ...
    sequence: Count  # contiguous within boot and stream, from 0
    start_us: Count  # first sample, unix time
    start_error_us: Count  # how far start_us may be off
    period_us: float | None  # nominal; None: events, placed by offsets_us
    offsets_us: bytes = b""  # events: little-endian uint32 after start_us, one a sample
    scale: float  # sample times scale is in unit
    unit: str  # "g", "ms", "bpm", "count", ...
    channels: int
    width: int = 2  # bytes of one signed integer: 2 or 4
    samples: bytes  # little-endian signed integers, sample by sample
    quality: Count = 0  # Quality
    counted: DeviceCount | None = None  # None: the device keeps no memory
    lost: Lost | None = None  # None: nothing, or nobody knows why

    @property
    def size(self) -> int:
        """Return how many samples the batch holds."""
        return len(self.samples) // (self.width * self.channels)


def check(batch: Batch) -> None:
    """Raise BrokenContract for a batch that no hub could use."""
    check_device(batch.device)
    if not _STREAM_NAME.fullmatch(batch.stream):
        raise BrokenContract(f"stream name {batch.stream!r}")
    if not batch.scale or not math.isfinite(batch.scale):
        raise BrokenContract(f"a scale of {batch.scale}")
    _check_samples(batch)
    _check_times(batch)


def _check_samples(batch: Batch) -> None:
    if batch.width not in {2, 4} or batch.channels < 1:
        raise BrokenContract(f"{batch.channels} channels of {batch.width} bytes")
    if not batch.samples or len(batch.samples) % (batch.width * batch.channels):
        raise BrokenContract(f"{len(batch.samples)} bytes for {batch.channels} channels")


def _check_times(batch: Batch) -> None:
    if batch.period_us is None and len(batch.offsets_us) != 4 * batch.size:
        raise BrokenContract(f"{len(batch.offsets_us)} bytes of offsets, {batch.size} events")
    if batch.period_us is not None and batch.offsets_us:
        raise BrokenContract("offsets beside a period")
    if batch.period_us is not None and not 0 < batch.period_us < float("inf"):
        raise BrokenContract(f"a period of {batch.period_us} us")
