"""People into the study and devices to people: each call is one change of the store."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from analytics import reassigning
from coaching.engine import Engine
from people import registry
from people.registry import Role


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What is asked of a participant."""

    name: str
    zone: str
    age_years: int | None = None
    arm: str | None = None  # none: the study's first
    coach: str | None = None


def take_in(db: Connection, engine: Engine, newcomer: Newcomer, now_us: int) -> str:
    """Take a participant in, who lets nobody see anything yet; return their id.

    Raises Conflict for an arm the study does not have, NotKnown for a zone or coach.
    """
    who = know(db, newcomer.name, Role.PARTICIPANT, now_us)
    registry.set_zone(db, who, newcomer.zone, 0)
    registry.set_profile(db, who, registry.Profile(age_years=newcomer.age_years))
    registry.consent_at_enrolment(db, who, dict.fromkeys(registry.Topic, ()), now_us)
    if newcomer.coach is not None:
        today = datetime.fromtimestamp(now_us / 1e6, UTC).date()
        engine.assign(db, who, newcomer.coach, today, now_us)
    engine.enrol(db, who, now_us, newcomer.arm or next(iter(engine.protocol.arms)))
    return who


def know(db: Connection, name: str, role: Role, now_us: int) -> str:
    """Make somebody known under a new pseudonym, and return that."""
    who = f"{role.value[0]}-{secrets.token_hex(4)}"
    registry.add_person(db, registry.Person(who, role), now_us)
    registry.set_name(db, who, name)
    return who


def give(
    db: Connection, device: str, change: Callable[[], None], at_us: int, now_us: int
) -> None:
    """Change who wears a device; whose days that touches are scored again."""
    people = _wearers(db, device, at_us)
    change()
    people |= _wearers(db, device, at_us)
    if at_us < now_us:
        reassigning.request(db, people, at_us, now_us)


def _wearers(db: Connection, device: str, since_us: int) -> set[str]:
    return {
        each.participant
        for each in registry.wearers_of(db, device)
        if each.until_us is None or each.until_us > since_us
    }
