"""A day scored again from all that is known of it now, by the same shard on a fresh state."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
from sqlalchemy import Connection

from analytics import epochs, readings, whole_days
from analytics.frames import Frame
from analytics.lanes import REORDER_US
from analytics.lookups import Day, Lookups
from analytics.minutes import MINUTE_US, Minutes, blank, combine
from analytics.reading import frames_of
from analytics.readings import Reading
from analytics.shard import STREAMS, Outputs, Shard
from ingest.archive import Archive, Block, Selection
from ingest.log import Entry, Log
from people import registry

__all__ = ["Again", "Day", "Frame", "Records", "again", "frames_of_day", "rescore"]


class Records:
    """All that was stored: the archive, and the log where that ends."""

    def __init__(self, archive: Archive, log: Log) -> None:
        self._archive = archive
        self._log = log

    def sealed(self) -> int:
        """Return how far the archive goes."""
        return self._archive.last()

    def exported(self, by: str, streams: Sequence[str], last: int, now_us: int) -> None:
        """Note that a package holds all that was sealed of some streams up to `last`."""
        self._archive.export(by, (0, now_us), streams, now_us, last)

    def of_day(
        self, devices: Sequence[str], streams: Sequence[str], day: Day, position: int
    ) -> Iterator[Entry]:
        """Yield what some devices said that touches a day, up to a position, each once."""
        span_us = (day.start_us, day.end_us)
        stored = self._archive.during(self._log, Selection(devices, streams, span_us))
        return takewhile(lambda entry: entry.position <= position, stored)

    def blocks_of_day(
        self, devices: Sequence[str], streams: Sequence[str], day: Day, position: int
    ) -> Iterator[Block]:
        """Yield the same as arrays."""
        asked = Selection(devices, streams, (day.start_us, day.end_us))
        return self._archive.blocks(self._log, asked, position)


def frames_of_day(
    db: Connection, records: Records, participant: str, day: Day, position: int
) -> list[Frame]:
    """Return what was stored of one person's day up to a position, whatever wore what."""
    devices = registry.devices_between(db, participant, day.start_us, day.end_us)
    entries = records.of_day(devices, [*STREAMS], day, position)
    return [
        frame
        for frame in frames_of(entries, Lookups(db))
        if (frame.participant, frame.day) == (participant, day.day)
    ]


def readings_of_day(
    db: Connection, records: Records, participant: str, day: Day, position: int
) -> list[Reading]:
    """Return the readings that were stored of one person's day up to a position."""
    devices = registry.devices_between(db, participant, day.start_us, day.end_us)
    entries = records.of_day(devices, [*readings.TOLD], day, position)
    return [
        each
        for each in readings.of_entries(entries, Lookups(db))
        if each.participant == participant and day.start_us <= each.at_us < day.end_us
    ]


def rescore(
    db: Connection, records: Records, participant: str, day: Day, position: int, now_us: int
) -> tuple[Shard, Outputs]:
    """Return a shard that was fed one person's day up to a position, and what it told.

    The state at the beginning of a day is fresh by definition, so nothing before it matters.
    """
    frames = frames_of_day(db, records, participant, day, position)
    shard = Shard()
    # Frames of today may wait for others still; those of a day that is over wait no more.
    clock_us = now_us + REORDER_US if _is_over(day, now_us) else now_us
    told = shard.feed(frames, clock_us, now_us)
    return shard, told


@dataclass(frozen=True, slots=True)
class Again:
    """One person's day scored again, beside what was scored live."""

    samples: int  # that were scored
    minutes: Mapping[str, Minutes]  # by device
    differing: Mapping[str, int]  # by device: how many minutes are otherwise than they are kept


def again(
    db: Connection, records: Records, participant: str, day: Day, position: int, now_us: int
) -> Again:
    """Score one person's day again and compare every minute with what is kept, bit for bit.

    Raises SamplesDropped for a day whose samples are no longer all there.
    """
    told = _told(db, records, participant, day, position, now_us)
    count = -(-(day.end_us - day.start_us) // MINUTE_US)
    found = _minutes(told, day, count)
    kept = epochs.read(db, [participant], day.start_us, day.end_us).get(participant, {})
    nothing = blank(count)
    differing = {
        device: _differing(found.get(device, nothing), kept.get(device, nothing))
        for device in sorted({*found, *kept})
    }
    samples = int(told.epochs["n_valid"].sum() + told.epochs["n_refused"].sum())
    return Again(samples, found, {name: count for name, count in differing.items() if count})


def _told(
    db: Connection, records: Records, participant: str, day: Day, position: int, now_us: int
) -> Outputs:
    if _is_over(day, now_us):
        devices = registry.devices_between(db, participant, day.start_us, day.end_us)
        blocks = records.blocks_of_day(devices, [*STREAMS], day, position)
        told = whole_days.told(blocks, Lookups(db), participant, day, now_us)
        if told is not None:
            return told
    _, told = rescore(db, records, participant, day, position, now_us)
    return told


def _is_over(day: Day, now_us: int) -> bool:
    return now_us > day.end_us + 2 * REORDER_US


def _minutes(told: Outputs, day: Day, count: int) -> dict[str, Minutes]:
    """Return epochs as the minutes of a day, by device."""
    found: dict[str, Minutes] = {}
    place = (told.epochs["minute_us"] - day.start_us) // MINUTE_US
    for lane, (_, device) in enumerate(told.lanes):
        minutes = found.setdefault(device, blank(count))
        of_lane = told.epochs["lane"] == lane
        for part in np.unique(told.epochs["parts"][of_lane]):
            chosen = of_lane & (told.epochs["parts"] == part)
            news = told.epochs[chosen]
            minutes[place[chosen]] = combine(
                minutes[place[chosen]], news["parts"], news["minute"]
            )
    return found


def _differing(one: Minutes, other: Minutes) -> int:
    """Return how many minutes have another bit somewhere."""
    size = one.dtype.itemsize
    bits = (np.frombuffer(each.tobytes(), np.uint8).reshape(-1, size) for each in (one, other))
    return int(np.not_equal(*bits).any(axis=1).sum())
