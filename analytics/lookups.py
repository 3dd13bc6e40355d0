"""What the registry says about people, asked once for the length of a piece of work."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection

from analytics.days import Body
from people import registry
from people.registry import Calendar, Places, Profile, Wearing

#: The days of someone whose zone nobody gave.
_NOWHERE: Final = Calendar((0,), ("UTC",))


@dataclass(frozen=True, slots=True)
class Day:
    """One of a person's days as a stretch of time."""

    day: date
    start_us: int
    end_us: int
    zone: str  # at its end


class Lookups:
    """Answers of the registry, kept as long as this lives: while nobody is changed."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._calendars: dict[str, Calendar] = {}
        self._days: dict[tuple[str, date], Day] = {}
        self._latest: dict[str, Day] = {}
        self._wearings: dict[str, list[Wearing]] = {}
        self._bodies: dict[str, Body] = {}
        self._places: dict[str, Places] = {}

    def expect(self, devices: Collection[str]) -> None:
        """Ask at once for all that will be asked of some devices and whoever wore them."""
        if unknown := set(devices) - self._wearings.keys():
            found = registry.wearers_of_all(self._db, unknown)
            self._wearings |= found
            self.expect_days({each.participant for worn in found.values() for each in worn})

    def expect_people(self, people: Collection[str]) -> None:
        """Ask at once for the days, bodies and trackers' places of some people."""
        self.expect_days(people)
        if unknown := set(people) - self._bodies.keys():
            told = registry.profiles_of(self._db, unknown)
            self._bodies |= {who: _body(profile) for who, profile in told.items()}
        if unknown := set(people) - self._places.keys():
            self._places |= registry.places_of(self._db, unknown)

    def expect_days(self, people: Collection[str]) -> None:
        """Ask at once for the days of some people."""
        if unknown := set(people) - self._calendars.keys():
            self._calendars |= dict.fromkeys(unknown, _NOWHERE)
            self._calendars |= registry.calendars(self._db, unknown)

    def wearer(self, device: str, at_us: int) -> str | None:
        """Return who wore a device at an instant."""
        worn = (each for each in self.wearings(device) if each.covers(at_us))
        return next((each.participant for each in worn), None)

    def wearings(self, device: str) -> Sequence[Wearing]:
        """Return who wore a device when."""
        if device not in self._wearings:
            self.expect([device])
        return self._wearings[device]

    def day_at(self, participant: str, at_us: int) -> Day:
        """Return which of a person's days an instant belongs to."""
        latest = self._latest.get(participant)
        if latest is None or not latest.start_us <= at_us < latest.end_us:
            day = self.calendar(participant).local_day(at_us)
            latest = self._latest[participant] = self.day(participant, day)
        return latest

    def day(self, participant: str, day: date) -> Day:
        """Return when a person's day begins and ends."""
        known = self._days.get((participant, day))
        if known is None:
            calendar = self.calendar(participant)
            start_us, end_us = calendar.day_bounds_us(day)
            zone = calendar.zone_at(max(start_us, end_us - 1))
            known = self._days[participant, day] = Day(day, start_us, end_us, zone)
        return known

    def calendar(self, participant: str) -> Calendar:
        """Return a person's days; by UTC when nobody gave a zone."""
        if participant not in self._calendars:
            self.expect_days([participant])
        return self._calendars[participant]

    def body(self, participant: str) -> Body:
        """Return what intensity is relative to."""
        if participant not in self._bodies:
            self._bodies[participant] = body(self._db, participant)
        return self._bodies[participant]

    def places(self, participant: str) -> Places:
        """Return where a person's source of motion sat when."""
        if participant not in self._places:
            self._places |= registry.places_of(self._db, [participant])
        return self._places[participant]


def body(db: Connection, participant: str) -> Body:
    """Return what is known of a body, nothing of a stranger's."""
    return _body(registry.profiles_of(db, [participant])[participant])


def _body(profile: Profile) -> Body:
    resting = None if profile.resting_bpm is None else round(profile.resting_bpm)
    return Body(profile.age, resting, profile.sex, profile.placement)
