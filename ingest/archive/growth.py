"""How fast the archive grows, from what its manifest says of the last days."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ingest.archive.manifest import Manifest, SealedFile, SealedHour
from ingest.log.hour_file import HOUR_US

DAY_US: Final = 24 * HOUR_US
_OVER_US: Final = 7 * DAY_US
#: What stays of a file when its samples go; until one went, for a stream of 3 kB a batch.
_USUAL_HEADS: Final = 0.05
#: Nobody knows what grows in ten years.
FURTHEST_DAYS: Final = 3_650


@dataclass(frozen=True, slots=True)
class StreamGrowth:
    """One stream in the archive; or, without a name, what was refused."""

    stream: str | None
    size: int  # bytes
    bytes_a_day: float  # before anything is dropped
    droppable: int = 0  # bytes of files whose samples may be dropped one day
    heads: float = _USUAL_HEADS  # what stays of such a file

    def grown_bytes(self, days: float, keep_days: int | None) -> float:
        """Return by how much it is larger after some days; negative if it is smaller."""
        if keep_days is None or (self.size and not self.droppable):
            return self.bytes_a_day * days
        come = self.bytes_a_day * days
        gone = self.bytes_a_day * max(0.0, days - keep_days)
        gone += self.droppable * min(1.0, days / keep_days)
        return come - gone * (1 - self.heads)


@dataclass(frozen=True, slots=True)
class Growth:
    """Every stream, what grows fastest first, and the time that was looked at."""

    streams: tuple[StreamGrowth, ...]
    over_us: int
    until_us: int

    @property
    def size(self) -> int:
        """Return the bytes of all that is sealed."""
        return sum(each.size for each in self.streams)

    @property
    def bytes_a_day(self) -> float:
        return sum(each.bytes_a_day for each in self.streams)

    def days(self, room_bytes: float, keep_days: Mapping[str, int]) -> float:
        """Return for how many days there is room, up to FURTHEST_DAYS."""
        room_bytes = max(0.0, room_bytes)
        before = 0.0
        for day in range(1, FURTHEST_DAYS + 1):
            after = self._grown_bytes(day, keep_days)
            if after > room_bytes:
                return day - 1 + (room_bytes - before) / (after - before)
            before = after
        return FURTHEST_DAYS

    def _grown_bytes(self, days: float, keep_days: Mapping[str, int]) -> float:
        return sum(
            each.grown_bytes(days, keep_days.get(each.stream or "")) for each in self.streams
        )


def growth(manifest: Manifest) -> Growth | None:
    """Return how the archive grew in its latest week, or in all its time if that is less.

    None when nothing is sealed. The week ends with the latest sealed hour, and hours in which
    nothing came count as well: what happens at night is part of a day.
    """
    if not manifest.hours:
        return None
    until_us = max(hour.start_us for hour in manifest.hours) + HOUR_US
    since_us = max(min(hour.start_us for hour in manifest.hours), until_us - _OVER_US)
    over_us = until_us - since_us
    latest = _sizes([hour for hour in manifest.hours if hour.start_us >= since_us])
    by_stream: dict[str | None, list[SealedFile]] = {}
    for file in manifest.files():
        by_stream.setdefault(file.stream, []).append(file)
    streams = [
        _stream(stream, files, latest[stream] * DAY_US / over_us)
        for stream, files in by_stream.items()
    ]
    streams.sort(key=lambda each: (-each.bytes_a_day, -each.size, each.stream or ""))
    return Growth(tuple(streams), over_us, until_us)


def _stream(stream: str | None, files: Sequence[SealedFile], rate: float) -> StreamGrowth:
    size = sum(file.size for file in files)
    droppable = sum(file.size for file in files if file.can_drop and not file.dropped)
    were = sum(file.dropped.size for file in files if file.dropped)
    if not were:
        return StreamGrowth(stream, size, rate, droppable)
    stayed = sum(file.size for file in files if file.dropped)
    return StreamGrowth(stream, size, rate, droppable, stayed / were)


def _sizes(hours: Sequence[SealedHour]) -> Counter[str | None]:
    sizes: Counter[str | None] = Counter()
    for hour in hours:
        for file in hour.files:
            sizes[file.stream] += file.dropped.size if file.dropped else file.size
    return sizes
