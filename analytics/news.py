"""What became known: minutes, however long ago they were, and readings."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from analytics.readings import Reading
from analytics.shard import Outputs


@dataclass(frozen=True, slots=True)
class News:
    """Minutes that changed, and what devices told one reading at a time."""

    minutes_us: Mapping[str, Collection[int]]  # their starts, by participant
    readings: Sequence[Reading]


#: Told within the transaction what became known.
Hearer = Callable[[Connection, News], object]


def of(told: Outputs, readings: Sequence[Reading]) -> News:
    """Return what a shard told, and the readings that came with it."""
    found: dict[str, set[int]] = {}
    places: list[int] = told.epochs["lane"].tolist()
    times_us: list[int] = told.epochs["minute_us"].tolist()
    for place, minute_us in zip(places, times_us, strict=True):
        found.setdefault(told.lanes[place][0], set()).add(minute_us)
    return News(found, readings)
