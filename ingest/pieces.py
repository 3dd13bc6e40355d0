"""Cutting batches: a piece says of its samples exactly what the batch said of them."""

import struct
from collections.abc import Iterator
from itertools import groupby
from typing import Final

import msgspec

from gateway.wire import Batch, DeviceCount

TICKS_HZ: Final = 32_768  # of every device clock on the wire; it wraps at 32 bits


def cut(batch: Batch, first: int, end: int) -> Batch:
    """Return samples `first` up to but without `end` as a batch of their own."""
    if (first, end) == (0, batch.size):
        return batch
    bytes_each = batch.width * batch.channels
    offsets = event_offsets_us(batch)[first:end]
    later_us = min(offsets) if offsets else round(first * (batch.period_us or 0))
    return msgspec.structs.replace(
        batch,
        start_us=batch.start_us + later_us,
        offsets_us=struct.pack(f"<{len(offsets)}I", *(o - later_us for o in offsets)),
        samples=batch.samples[first * bytes_each : end * bytes_each],
        counted=batch.counted and _count(batch.counted, first, later_us),
        lost=None if first else batch.lost,
    )


def _count(count: DeviceCount, samples: int, later_us: int) -> DeviceCount:
    ticks = count.ticks + round(later_us * TICKS_HZ / 1_000_000)
    return DeviceCount(boot=count.boot, sample=count.sample + samples, ticks=ticks % (1 << 32))


def event_offsets_us(batch: Batch) -> tuple[int, ...]:
    """Return when the events of a batch were, after its start; nothing if it has a period."""
    return struct.unpack(f"<{len(batch.offsets_us) // 4}I", batch.offsets_us)


def event_times_us(batch: Batch) -> list[int]:
    """Return when the events of a batch were."""
    return [batch.start_us + offset for offset in event_offsets_us(batch)]


def span_us(batch: Batch) -> tuple[int, int]:
    """Return when the first and the last sample of a batch were taken."""
    if batch.period_us is None:
        times = event_times_us(batch)
        return min(times), max(times)
    return batch.start_us, batch.start_us + round((batch.size - 1) * batch.period_us)


def parts_between(lacking: list[tuple[int, int]], size: int) -> Iterator[tuple[int, int, bool]]:
    """Yield parts of samples in order: first, end, and whether it is one of what is lacking."""
    at = 0
    for first, end in lacking:
        if first > at:
            yield at, first, False
        yield first, end, True
        at = end
    if at < size:
        yield at, size, False


def parts_alike(new: list[bool]) -> Iterator[tuple[int, int, bool]]:
    """Yield the same of samples that are told one by one."""
    at = 0
    for is_new, run in groupby(new):
        end = at + len(list(run))
        yield at, end, is_new
        at = end
