"""The people of the demo: sixty who never were, two coaches, friends in small circles."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from itertools import permutations
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from firmware_sims.wearer import Wearer
from people import registry

_DATA: Final = tomllib.loads(resources.files("kindstep").joinpath("roster.toml").read_text())
_GIVEN: Final[list[str]] = _DATA["given_names"]
_CITIES: Final[list[str]] = _DATA["cities"]
_INITIALS: Final = "ABCDEFGHKLMNOPRSTVWZ"

_LATE_AFTERNOON: Final = 16
_PAST: Final = timedelta(weeks=4)
_CIRCLE: Final = 5
_COACHES: Final = {"c-dana": "Dana Okafor", "c-marek": "Marek Novak"}
#: Their credential, and what they know about.
COACHES: Final = {
    "c-dana": ("certified health coach", ("walking", "sleep")),
    "c-marek": ("physiotherapist", ("walking", "pain")),
}
_SITE_COACH: Final = "c-dana"
_OPERATOR: Final = "o-noa"
_SPONSOR: Final = "s-lumen"
_COACHED_BY_FIRST: Final = 40  # of sixty; the rest are the second coach's

PEOPLE: Final = len(_GIVEN)


@dataclass(frozen=True, slots=True)
class Member:
    """A participant and the simulated person behind them."""

    id: str
    name: str
    zone: str
    glasses: str  # serial number
    strap: str
    seed: int
    age_years: int
    trend_per_week: float
    begun: date  # from when on it counts
    prompted: bool  # the study's arm
    cause: int  # which of the study's causes
    silent_h: int  # nothing came for so long

    def wearer(self) -> Wearer:
        """Return the person who moves."""
        return Wearer(
            self.seed,
            self.zone,
            age_years=self.age_years,
            trend_per_week=self.trend_per_week,
            begun=self.begun,
        )


def members(now_us: int) -> tuple[Member, ...]:
    """Return everyone; every other one, from the first on, where it is late afternoon now."""
    afternoon = _afternoon(now_us)
    elsewhere = _CITIES[(_CITIES.index(afternoon) + 3) % len(_CITIES)]
    begun = datetime.fromtimestamp(now_us / 1e6, UTC).date() - _PAST
    return tuple(_member(number, (afternoon, elsewhere), begun) for number in range(PEOPLE))


def enrol(db: Connection, people: Sequence[Member], from_us: int) -> None:
    """Register people, coaches, circles and what everyone agreed to."""
    for coach, name in _COACHES.items():
        registry.add_person(db, registry.Person(coach, registry.Role.COACH), from_us)
        registry.set_name(db, coach, name)
    registry.add_person(db, registry.Person(_OPERATOR, registry.Role.OPERATOR), from_us)
    registry.set_name(db, _OPERATOR, "Noa Lindqvist")
    registry.add_person(db, registry.Person(_SPONSOR, registry.Role.SPONSOR), from_us)
    registry.set_name(db, _SPONSOR, "Lumen Eye Care")
    for number, member in enumerate(people):
        registry.add_person(db, registry.Person(member.id, registry.Role.PARTICIPANT), from_us)
        registry.set_name(db, member.id, member.name)
        registry.set_zone(db, member.id, member.zone, 0)
        registry.set_profile(db, member.id, registry.Profile(age_years=member.age_years))
        _consent(db, member, from_us)
        coach = _SITE_COACH if number < _COACHED_BY_FIRST else "c-marek"
        _relate(db, registry.RelationKind.COACH, member.id, coach, from_us)
    for circle in _circles(people):
        for one, other in permutations(circle, 2):
            _relate(db, registry.RelationKind.FRIEND, one.id, other.id, from_us)
        for one in circle:
            _relate(db, registry.RelationKind.TEAM, one.id, _team(circle), from_us)


def coach() -> str:
    """Return the coach whose page the demo opens."""
    return _SITE_COACH


def operator() -> str:
    """Return who runs the demo's study."""
    return _OPERATOR


def sponsor() -> str:
    """Return who pays for the demo's gifts."""
    return _SPONSOR


def _member(number: int, cities: tuple[str, str], begun: date) -> Member:
    return Member(
        id=f"p-{number:03d}",
        name=f"{_GIVEN[number]} {_INITIALS[7 * number % len(_INITIALS)]}.",
        zone=cities[number % 2],
        glasses=f"KG-{number:04d}",
        strap=f"KS-{number:04d}",
        seed=1000 + number,
        age_years=24 + 11 * number % 45,
        trend_per_week=-0.12 if number % 12 == 7 else 0.02,
        begun=begun,
        prompted=number % 4 != 3,
        cause=number % 4,
        silent_h={11: 30, 26: 50, 41: 9}.get(number, 0),
    )


def _afternoon(now_us: int) -> str:
    now = datetime.fromtimestamp(now_us / 1e6, UTC)

    def hours_off(city: str) -> float:
        local = now.astimezone(ZoneInfo(city))
        return abs(local.hour + local.minute / 60 - _LATE_AFTERNOON)

    return min(_CITIES, key=hours_off)


def _consent(db: Connection, member: Member, at_us: int) -> None:
    shown_to = dict.fromkeys(registry.Topic, tuple(registry.ViewerKind))
    if member.seed % 20 == 13:
        shown_to[registry.Topic.HEART_RATE] = ()
    registry.consent_at_enrolment(db, member.id, shown_to, at_us)


def _relate(
    db: Connection, kind: registry.RelationKind, subject: str, other: str, from_us: int
) -> None:
    registry.relate(db, registry.Relation(kind, subject, other), from_us)


def _circles(people: Sequence[Member]) -> Iterator[Sequence[Member]]:
    for first in range(0, len(people), _CIRCLE):
        yield people[first : first + _CIRCLE]


def _team(circle: Sequence[Member]) -> str:
    return f"Team {circle[0].name.split()[0]}"
