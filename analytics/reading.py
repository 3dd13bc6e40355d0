"""Log entries as frames: whose they are, on which of their days."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final

import numpy as np

from analytics.frames import Frame
from analytics.lookups import Lookups
from analytics.shard import STREAMS
from gateway.wire import Batch
from ingest.log import Entry

#: How far ahead of its arrival a sample may be; further, and a clock was wrong.
AHEAD_US: Final = 600_000_000

_NOBODY: Final = ""
_NO_DAY: Final = date.min


def frames_of(entries: Iterable[Entry], lookups: Lookups) -> list[Frame]:
    """Return what of some entries is scored.

    Nothing of devices that nobody wore, and nothing that claims to be from the future.
    """
    batches = [_frame(entry) for entry in entries if entry.batch.stream in STREAMS]
    lookups.expect({batch.device for batch in batches})
    return [
        frame
        for batch in batches
        if batch.time_us(batch.size - 1) <= batch.received_us + AHEAD_US
        for frame in _owned(batch, lookups)
    ]


def _frame(entry: Entry) -> Frame:
    batch = entry.batch
    values = np.frombuffer(batch.samples, f"<i{batch.width}").reshape(-1, batch.channels)
    return Frame(
        participant=_NOBODY,
        device=batch.device,
        stream=batch.stream,
        day=_NO_DAY,
        day_end_us=0,
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
