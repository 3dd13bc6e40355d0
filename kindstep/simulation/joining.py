"""How simulated people come into a study: who they are, what they agree to, whom they know."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from coaching.engine import Engine
from kindstep.simulation.truth import Person
from people import registry

_ZONE: Final = "UTC"
_BODY: Final = registry.Profile(age_years=40, placement="temple")


def glasses(who: str) -> str:
    """Return by which name the hub knows what somebody wears."""
    return f"glasses-{who}"


def enrol(db: Connection, engine: Engine, people: Sequence[Person], now_us: int) -> None:
    """Take everybody in, each with a cause, and with their friends."""
    causes = sorted(engine.causes())
    for number, person in enumerate(people):
        _take_in(db, person.id, now_us)
        engine.enrol(db, person.id, now_us, person.arm, causes[number % len(causes)])
    for person in people:
        for friend in sorted(person.friends):
            tie = registry.Relation(registry.RelationKind.FRIEND, person.id, friend)
            registry.relate(db, tie, now_us)


def _take_in(db: Connection, who: str, now_us: int) -> None:
    shown = dict.fromkeys(registry.Topic, tuple(registry.ViewerKind))
    registry.add_person(db, registry.Person(who, registry.Role.PARTICIPANT), now_us)
    registry.set_zone(db, who, _ZONE, 0)
    registry.set_profile(db, who, _BODY)
    registry.consent_at_enrolment(db, who, shown, now_us)
    registry.assign(db, glasses(who), who, now_us)
