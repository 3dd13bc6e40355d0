"""A person's days: local dates by the zone valid then, each one span of time.

A day begins at the first instant whose local date has come that far, and ends where the next
begins. So every instant is in exactly one day: who flies west and sees a date twice has one
long day, and a date that was jumped over has no length.
"""

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, delete, insert, select

from people.errors import NotKnown
from people.sentence import say
from people.tables import zones

_ZONES = (
    select(zones.c.person, zones.c.from_us, zones.c.zone)
    .where(zones.c.person.in_(bindparam("people", expanding=True)))
    .order_by(zones.c.from_us)
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A person's zones in the order of time; the first also holds for all time before."""

    from_us: tuple[int, ...]
    zones: tuple[str, ...]

    def zone_at(self, at_us: int) -> str:
        """Return the zone valid at an instant."""
        return self.zones[max(0, bisect_right(self.from_us, at_us) - 1)]

    def local_day(self, at_us: int) -> date:
        """Return the day an instant belongs to."""
        day = _local(self.zone_at(at_us), at_us).date()
        while self._start_us(day + _DAY) <= at_us:
            day += _DAY
        return day

    def wall(self, at_us: int) -> datetime:
        """Return what a clock on the wall shows, without its zone."""
        return _local(self.zone_at(at_us), at_us).replace(tzinfo=None)

    def day_bounds_us(self, day: date) -> tuple[int, int]:
        """Return when a day begins and when the next does."""
        return self._start_us(day), self._start_us(day + _DAY)

    def _start_us(self, day: date) -> int:
        for index, zone in enumerate(self.zones[:-1]):
            begin_us = _midnight_us(zone, day)
            if index > 0:
                begin_us = max(begin_us, self.from_us[index])
            if begin_us < self.from_us[index + 1]:
                return begin_us
        begin_us = _midnight_us(self.zones[-1], day)
        return begin_us if len(self.zones) == 1 else max(begin_us, self.from_us[-1])


def set_zone(db: Connection, person_id: str, zone: str, from_us: int) -> None:
    """Let a zone hold from an instant until the next known change, also when told late."""
    _zone(zone)
    here = (zones.c.person == person_id) & (zones.c.from_us == from_us)
    db.execute(delete(zones).where(here))
    db.execute(insert(zones).values({"person": person_id, "from_us": from_us, "zone": zone}))


def calendar(db: Connection, person_id: str) -> Calendar:
    """Return a person's days; raise NotKnown when no zone was ever given."""
    found = calendars(db, [person_id])
    if person_id not in found:
        raise NotKnown(say("no zone of %(who)s", who=person_id))
    return found[person_id]


def calendars(db: Connection, person_ids: Collection[str]) -> dict[str, Calendar]:
    """Return the days of many people by one query; whoever has no zone is left out."""
    known: dict[str, list[tuple[int, str]]] = {}
    for person, from_us, zone in db.execute(_ZONES, {"people": list(person_ids)}):
        known.setdefault(person, []).append((from_us, zone))
    return {
        person: Calendar(tuple(row[0] for row in rows), tuple(row[1] for row in rows))
        for person, rows in known.items()
    }


def zone_at(db: Connection, person_id: str, at_us: int) -> str:
    """Return the zone a person was in."""
    return calendar(db, person_id).zone_at(at_us)


def local_day(db: Connection, person_id: str, at_us: int) -> date:
    """Return which of a person's days an instant belongs to."""
    return calendar(db, person_id).local_day(at_us)


def day_bounds_us(db: Connection, person_id: str, day: date) -> tuple[int, int]:
    """Return when a person's day begins and when the next one does."""
    return calendar(db, person_id).day_bounds_us(day)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # a folder of the database is an OSError
        raise NotKnown(say("no zone %(zone)s", zone=name)) from error


def _local(zone: str, at_us: int) -> datetime:
    return (_EPOCH + timedelta(microseconds=at_us)).astimezone(_zone(zone))


@lru_cache(maxsize=4096)
def _midnight_us(zone: str, day: date) -> int:
    # Where midnight is jumped over or comes twice, fold 0 is the jump itself and the first one.
    midnight = datetime.combine(day, time(), _zone(zone))
    return (midnight.astimezone(UTC) - _EPOCH) // _MICROSECOND
