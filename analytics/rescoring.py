"""A day scored again from all that is known of it now, by the same shard on a fresh state."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from analytics.lanes import REORDER_US
from analytics.lookups import Day, Lookups
from analytics.reading import frames_of
from analytics.shard import STREAMS, Outputs, Shard
from ingest.archive import Archive
from ingest.log import Entry, Log
from people import registry

_PAGE = 2_000


class Records:
    """All that was stored: the archive, and the log where that ends."""

    def __init__(self, archive: Archive, log: Log) -> None:
        self._archive = archive
        self._log = log

    def of_day(self, devices: Sequence[str], day: Day, position: int) -> Iterator[Entry]:
        """Yield what some devices said on a day, and around it, up to a position."""
        sealed = self._archive.last()
        if sealed:
            yield from self._archive.batches(
                devices, day.start_us, day.end_us, streams=list(STREAMS)
            )
        after = sealed
        while page := self._log.read(after, _PAGE, devices):
            yield from (entry for entry in page if entry.position <= position)
            after = page[-1].position


def rescore(
    db: Connection, records: Records, participant: str, day: Day, position: int, now_us: int
) -> tuple[Shard, Outputs]:
    """Return a shard that was fed one person's day up to a position, and what it told.

    The state at the beginning of a day is fresh by definition, so nothing before it matters.
    """
    devices = registry.devices_between(db, participant, day.start_us, day.end_us)
    entries = records.of_day(devices, day, position)
    frames = [
        frame
        for frame in frames_of(entries, Lookups(db))
        if (frame.participant, frame.day) == (participant, day.day)
    ]
    # Frames of today may wait for others still; those of a day that is over wait no more.
    over = now_us > day.end_us + 2 * REORDER_US
    shard = Shard()
    told = shard.feed(frames, now_us + REORDER_US if over else now_us, now_us)
    return shard, told
