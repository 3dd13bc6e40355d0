"""How fast the archive grows, from what its manifest says of the last days."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ingest.archive.manifest import Manifest, SealedHour
from ingest.log.hour_file import HOUR_US

DAY_US: Final = 24 * HOUR_US
_OVER_US: Final = 7 * DAY_US


@dataclass(frozen=True, slots=True)
class StreamGrowth:
    """One stream in the archive; or, without a name, what was refused."""

    stream: str | None
    size: int  # bytes
    bytes_a_day: float


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
    sizes = _sizes(manifest.hours)
    latest = _sizes([hour for hour in manifest.hours if hour.start_us >= since_us])
    streams = [
        StreamGrowth(stream, size, latest[stream] * DAY_US / over_us)
        for stream, size in sizes.items()
    ]
    streams.sort(key=lambda each: (-each.bytes_a_day, -each.size, each.stream or ""))
    return Growth(tuple(streams), over_us, until_us)


def _sizes(hours: Sequence[SealedHour]) -> Counter[str | None]:
    sizes: Counter[str | None] = Counter()
    for hour in hours:
        for file in hour.files:
            sizes[file.stream] += file.size
    return sizes
