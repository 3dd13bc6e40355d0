"""What participants let others see: an append-only record, the last word holds at once."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import product
from typing import Final

from sqlalchemy import Connection, func, insert, select

from people.errors import Conflict
from people.identity import Role, check_person
from people.sentence import Sentence, say
from people.tables import consents


class Topic(StrEnum):
    """What there is to see of a participant."""

    ACTIVITY = "activity"
    HEART_RATE = "heart_rate"
    VITAL_SIGNS = "vital_signs"  # what is measured at home, one reading at a time
    PROMPTS = "prompts"
    GIVING = "giving"
    CIRCLE = "circle"  # that they are there for friends, and may be cheered
    MESSAGES = "messages"


class ViewerKind(StrEnum):
    """Who may be let see it."""

    COACH = "coach"
    CIRCLE = "circle"
    RESEARCH = "research"


TOPIC_WORDS: Final[Mapping[Topic, Sentence]] = {
    Topic.ACTIVITY: say("activity"),
    Topic.HEART_RATE: say("heart rate"),
    Topic.VITAL_SIGNS: say("vital signs"),
    Topic.PROMPTS: say("prompts"),
    Topic.GIVING: say("giving"),
    Topic.CIRCLE: say("circle"),
    Topic.MESSAGES: say("messages"),
}

#: What each kind of viewer can be shown at all; consent chooses from it.
OFFERED: Final[Mapping[ViewerKind, frozenset[Topic]]] = {
    ViewerKind.COACH: frozenset(Topic),
    ViewerKind.CIRCLE: frozenset({Topic.ACTIVITY, Topic.GIVING, Topic.CIRCLE}),
    ViewerKind.RESEARCH: frozenset(Topic),
}


@dataclass(frozen=True, slots=True)
class Consent:
    """One thing a participant said about one topic and kind of viewer."""

    topic: Topic
    viewer: ViewerKind
    version: int  # 1 is what was said at enrolment
    granted: bool
    at_us: int


def consent(
    db: Connection,
    participant: str,
    topic: Topic,
    viewer: ViewerKind,
    granted: bool,
    at_us: int,
) -> int:
    """Record what a participant says; return its version, the last one for the same word."""
    check_person(db, participant, Role.PARTICIPANT)
    version, held = _last(db, participant, topic, viewer)
    if held is granted:
        return version
    said = Consent(topic, viewer, version + 1, granted, at_us)
    db.execute(insert(consents).values(_row(participant, said)))
    return said.version


def consent_at_enrolment(
    db: Connection,
    participant: str,
    shown_to: Mapping[Topic, Collection[ViewerKind]],
    at_us: int,
) -> None:
    """Record the first word on every topic; raise ValueError for one left out."""
    unasked = sorted(set(Topic) - set(shown_to))
    if unasked:
        raise ValueError(f"{participant} was not asked about {', '.join(unasked)}")
    check_person(db, participant, Role.PARTICIPANT)
    if consents_of(db, participant):
        raise Conflict(say("%(who)s was asked already", who=participant))
    asked = product(Topic, ViewerKind)
    said = [
        Consent(topic, viewer, 1, viewer in shown_to[topic], at_us) for topic, viewer in asked
    ]
    db.execute(insert(consents), [_row(participant, each) for each in said])


def consents_of(db: Connection, participant: str) -> list[Consent]:
    """Return everything a participant ever said, in the order it was said."""
    said = consents.c
    query = select(said.topic, said.viewer, said.version, said.granted, said.at_us)
    query = query.where(said.participant == participant)
    rows = db.execute(query.order_by(said.at_us, said.version, said.topic, said.viewer))
    return [Consent(Topic(row[0]), ViewerKind(row[1]), *row[2:]) for row in rows]


def granted_to(db: Connection, participant: str, viewer: ViewerKind) -> frozenset[Topic]:
    """Return the topics a participant lets a kind of viewer see now."""
    newest = (
        select(consents.c.topic, func.max(consents.c.version).label("version"))
        .where(consents.c.participant == participant, consents.c.viewer == viewer.value)
        .group_by(consents.c.topic)
        .subquery()
    )
    query = select(consents.c.topic).where(
        consents.c.participant == participant,
        consents.c.viewer == viewer.value,
        consents.c.topic == newest.c.topic,
        consents.c.version == newest.c.version,
        consents.c.granted,
    )
    return frozenset(map(Topic, db.scalars(query))) & OFFERED[viewer]


def granting(db: Connection, topic: Topic, viewer: ViewerKind) -> tuple[str, ...]:
    """Return everyone who lets a kind of viewer see a topic now."""
    said = (consents.c.topic == topic.value) & (consents.c.viewer == viewer.value)
    newest = (
        select(consents.c.participant, func.max(consents.c.version).label("version"))
        .where(said)
        .group_by(consents.c.participant)
        .subquery()
    )
    query = select(consents.c.participant).where(
        said,
        consents.c.participant == newest.c.participant,
        consents.c.version == newest.c.version,
        consents.c.granted,
    )
    return tuple(db.scalars(query.order_by(consents.c.participant)))


def _row(participant: str, said: Consent) -> dict[str, str | int | bool]:
    named = {"topic": said.topic.value, "viewer": said.viewer.value}
    return {"participant": participant, **asdict(said), **named}


def _last(
    db: Connection, participant: str, topic: Topic, viewer: ViewerKind
) -> tuple[int, bool | None]:
    said = consents.c
    about = (said.topic == topic.value) & (said.viewer == viewer.value)
    query = select(said.version, said.granted).where(said.participant == participant, about)
    row = db.execute(query.order_by(said.version.desc()).limit(1)).one_or_none()
    return row or (0, None)
