"""Coaches one can be given to: verified, by language, topic and room on their panel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median

from sqlalchemy import Connection, select

from coaching.coaches import reputation
from coaching.coaches.reputation import Reputation
from coaching.coaches.tables import coach_profiles, credentials
from coaching.tables import messages
from ingest.store import upsert
from people import registry
from people.registry import Conflict, NotKnown, Relation, RelationKind, Role
from people.sentence import say


@dataclass(frozen=True, slots=True)
class Profile:
    """What a coach says of themselves."""

    languages: tuple[str, ...]
    topics: tuple[str, ...]
    most_people: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A coach with a credential that holds today."""

    coach: str
    credentials: tuple[str, ...]
    profile: Profile
    people: int  # on their panel
    answers_in_h: float | None  # median, from an answer to their next message
    reputation: Reputation

    @property
    def has_room(self) -> bool:
        """Tell whether they can take one more."""
        return self.people < self.profile.most_people


def verify(
    db: Connection, coach: str, credential: str, valid_until: date, by: str, now_us: int
) -> None:
    """Note that somebody saw a credential; the same again renews it. NotKnown for no coach."""
    found = registry.find_person(db, coach)
    if found is None or found.role is not Role.COACH:
        raise NotKnown(say("no coach goes by %(coach)s", coach=coach))
    row = {
        "coach": coach,
        "credential": credential,
        "valid_until": valid_until,
        "verified_us": now_us,
        "verified_by": by,
    }
    db.execute(upsert(db, credentials), row)


def set_profile(db: Connection, coach: str, profile: Profile) -> None:
    """Keep what a coach says of themselves."""
    row = {
        "coach": coach,
        "languages": " ".join(profile.languages),
        "topics": " ".join(profile.topics),
        "most_people": profile.most_people,
    }
    db.execute(upsert(db, coach_profiles), row)


def is_verified(db: Connection, coach: str, today: date) -> bool:
    """Tell whether a coach has a credential that holds."""
    return bool(_credentials(db, coach, today))


def assign(db: Connection, participant: str, coach: str, today: date, now_us: int) -> None:
    """Put a participant on a coach's panel; raise Conflict for one who is not verified."""
    if not is_verified(db, coach, today):
        says = say("%(coach)s has no verified credential that holds today", coach=coach)
        raise Conflict(says)
    registry.relate(db, Relation(RelationKind.COACH, participant, coach), now_us)


def listed(db: Connection, today: date) -> list[Listed]:
    """Return every verified coach."""
    found = ((coach, _credentials(db, coach, today)) for coach in _everyone(db))
    return [_listed(db, coach, held) for coach, held in found if held]


def matches(coaches: Sequence[Listed], language: str, topic: str | None) -> list[Listed]:
    """Return all: with room first, then of the language, of the topic, the emptiest panel."""

    def place(each: Listed) -> tuple[bool, bool, bool, float, str]:
        speaks, knows = language in each.profile.languages, topic in each.profile.topics
        return not each.has_room, not speaks, not knows, _load(each), each.coach

    return sorted(coaches, key=place)


def _load(each: Listed) -> float:
    return each.people / each.profile.most_people if each.profile.most_people else 1.0


def _everyone(db: Connection) -> tuple[str, ...]:
    return registry.persons_of(db, Role.COACH)


def _listed(db: Connection, coach: str, held: tuple[str, ...]) -> Listed:
    return Listed(
        coach=coach,
        credentials=held,
        profile=_profile(db, coach),
        people=len(registry.panel_of(db, coach)),
        answers_in_h=_answers_in_h(db, coach),
        reputation=reputation.of_coach(db, coach),
    )


def _credentials(db: Connection, coach: str, today: date) -> tuple[str, ...]:
    mine = (credentials.c.coach == coach) & (credentials.c.valid_until >= today)
    query = select(credentials.c.credential).where(mine)
    return tuple(db.scalars(query.order_by(credentials.c.credential)))


def _profile(db: Connection, coach: str) -> Profile:
    query = select(coach_profiles).where(coach_profiles.c.coach == coach)
    row = db.execute(query).one_or_none()
    if row is None:
        return Profile((), (), 0)
    return Profile(tuple(row.languages.split()), tuple(row.topics.split()), row.most_people)


def _answers_in_h(db: Connection, coach: str) -> float | None:
    """Return the median hours from a participant's answer to the coach's next message."""
    columns = (messages.c.participant, messages.c.intended_us, messages.c.first_answered_us)
    query = select(*columns).where(messages.c.sender == coach)
    rows = db.execute(query.order_by(messages.c.participant, messages.c.intended_us)).all()
    waits = [
        after.intended_us - before.first_answered_us
        for before, after in pairwise(rows)
        if before.participant == after.participant
        and before.first_answered_us is not None
        and after.intended_us >= before.first_answered_us
    ]
    return median(waits) / 3_600_000_000 if waits else None
