"""Log entries as frames: whose they are, on which of their days."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

import numpy as np
from msgspec.structs import replace

from analytics.frames import Frame
from analytics.lookups import Lookups
from analytics.shard import STREAMS
from gateway.wire import Batch
from ingest.log import Entry

#: How far ahead of its arrival a sample may be; further, and a clock was wrong.
AHEAD_US: Final = 600_000_000

_ENDS: Final = (slice(None, 4), slice(-4, None))  # of offsets
_NOBODY: Final = ""
_NO_DAY: Final = date.min


def frames_of(entries: Iterable[Entry], lookups: Lookups) -> list[Frame]:
    """Return what of some entries is scored.

    Nothing of devices that nobody wore, and nothing that claims to be from the future.
    """
    scored = [entry for entry in entries if entry.batch.stream in STREAMS]
    lookups.expect({entry.batch.device for entry in scored})
    return [frame for entry in scored for frame in _frames(entry, lookups)]


def _frames(entry: Entry, lookups: Lookups) -> Iterator[Frame]:
    batch = entry.batch
    begin_us, end_us = _span_us(batch)
    if end_us > entry.received_us + AHEAD_US:
        return
    participant = lookups.wearer(batch.device, begin_us)
    day = lookups.day_at(participant, begin_us) if participant else None
    alone = participant == lookups.wearer(batch.device, end_us)
    if participant and day and alone and end_us < day.end_us:  # nearly always
        yield _frame(entry, participant, day.day, day.end_us)
    else:
        yield from _owned(_frame(entry, _NOBODY, _NO_DAY, 0), lookups)


def _frame(entry: Entry, participant: str, day: date, day_end_us: int) -> Frame:
    batch = entry.batch
    values = np.frombuffer(batch.samples, f"<i{batch.width}").reshape(-1, batch.channels)
    return Frame(
        participant=participant,
        device=batch.device,
        stream=batch.stream,
        day=day,
        day_end_us=day_end_us,
        received_us=entry.received_us,
        start_us=batch.start_us,
        period_us=batch.period_us,
        values=values,
        scale=batch.scale,
        key=(batch.boot, batch.sequence),
        times_us=_times_us(batch),
        first=entry.first,
        quality=batch.quality,
        counted=batch.counted and (batch.counted.boot, batch.counted.sample),
    )


def _span_us(batch: Batch) -> tuple[int, int]:
    """Return when the first sample was measured, and the last one."""
    if batch.period_us is not None:
        return batch.start_us, batch.start_us + round((batch.size - 1) * batch.period_us)
    first, last = (int.from_bytes(batch.offsets_us[cut], "little") for cut in _ENDS)
    return batch.start_us + first, batch.start_us + last


def _times_us(batch: Batch) -> np.ndarray[tuple[int], np.dtype[np.int64]] | None:
    if batch.period_us is not None:
        return None
    return batch.start_us + np.frombuffer(batch.offsets_us, "<u4").astype(np.int64)


def _owned(frame: Frame, lookups: Lookups) -> Iterator[Frame]:
    """Yield the frame in pieces that each belong to one wearer and one day."""
    begin_us, end_us = frame.time_us(0), frame.time_us(frame.size - 1)
    participant = lookups.wearer(frame.device, begin_us)
    alone = participant == lookups.wearer(frame.device, end_us)
    day = lookups.day_at(participant, begin_us) if participant else None
    if frame.size == 1 or (alone and (day is None or end_us < day.end_us)):
        if participant and day:
            yield replace(frame, participant=participant, day=day.day, day_end_us=day.end_us)
        return
    half = frame.size // 2
    yield from _owned(frame.piece(0, half), lookups)
    yield from _owned(frame.piece(half, frame.size), lookups)
