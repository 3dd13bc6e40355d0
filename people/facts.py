"""Everything a permission depends on, fetched by one statement."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    or_,
    select,
)

from people.consent import Topic, ViewerKind
from people.relations import RelationKind
from people.tables import consents, persons, relations


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands between an actor and one subject."""

    subject: str
    actor_role: str | None  # none: nobody goes by that name
    subject_role: str
    coached: bool
    friends: bool
    team_mates: bool
    blocked: bool  # by either of the other
    granted: bool | None  # none: nothing was ever said


def role_of(db: Connection, person_id: str) -> str | None:
    """Return the role on record, or None when nobody goes by that name."""
    return db.scalar(select(persons.c.role).where(persons.c.id == person_id))


def between(
    db: Connection,
    actor: str,
    subject: str,
    topic: Topic | None,
    viewer: ViewerKind | None,
    now_us: int,
) -> Facts | None:
    """Return the facts about one subject, or None when nobody goes by that name."""
    asked = _asked(actor, topic, viewer, now_us)
    row = db.execute(_ONE, {**asked, "subject": subject}).one_or_none()
    return None if row is None else Facts(*row)


def between_all(
    db: Connection,
    actor: str,
    subjects: Sequence[str],
    topic: Topic | None,
    viewer: ViewerKind | None,
    now_us: int,
) -> list[Facts]:
    """Return the facts about each subject that is known."""
    asked = _asked(actor, topic, viewer, now_us)
    return [Facts(*row) for row in db.execute(_MANY, {**asked, "subjects": subjects})]


def _asked(
    actor: str, topic: Topic | None, viewer: ViewerKind | None, now_us: int
) -> dict[str, str | int]:
    named = {"topic": topic or "", "viewer": viewer or ""}
    return {"actor": actor, "now_us": now_us} | {key: str(name) for key, name in named.items()}


_SUBJECT = persons.alias("subject")
_ACTOR = persons.alias("actor")


def _holds(relation: FromClause) -> ColumnElement[bool]:
    now_us = bindparam("now_us", type_=relations.c.from_us.type)
    lasts = or_(relation.c.until_us.is_(None), relation.c.until_us > now_us)
    return and_(relation.c.from_us <= now_us, lasts)


def _relation(
    kind: RelationKind, subject: ColumnElement[str], other: ColumnElement[str]
) -> ColumnElement[bool]:
    relation = relations.alias()
    same_pair = and_(relation.c.subject == subject, relation.c.other == other)
    found = select(relation.c.kind).where(relation.c.kind == kind.value, same_pair)
    return found.where(_holds(relation)).correlate(_SUBJECT, _ACTOR).exists()


def _team_mates() -> ColumnElement[bool]:
    mine, theirs = relations.alias(), relations.alias()
    teams = and_(
        mine.c.kind == RelationKind.TEAM.value, theirs.c.kind == RelationKind.TEAM.value
    )
    found = select(mine.c.other).where(teams, mine.c.other == theirs.c.other)
    members = and_(mine.c.subject == _ACTOR.c.id, theirs.c.subject == _SUBJECT.c.id)
    both = found.where(members, _holds(mine), _holds(theirs))
    return both.correlate(_SUBJECT, _ACTOR).exists()


def _granted() -> ScalarSelect[bool]:
    said = consents.c
    about = and_(said.topic == bindparam("topic"), said.viewer == bindparam("viewer"))
    spoken = select(said.granted).where(said.participant == _SUBJECT.c.id, about)
    last = spoken.order_by(said.version.desc()).limit(1)
    return last.correlate(_SUBJECT).scalar_subquery()


def _facts() -> Select[str, str, str, bool, bool, bool, bool, bool]:
    befriends = _relation(RelationKind.FRIEND, _SUBJECT.c.id, _ACTOR.c.id)
    befriended = _relation(RelationKind.FRIEND, _ACTOR.c.id, _SUBJECT.c.id)
    known = _SUBJECT.outerjoin(_ACTOR, _ACTOR.c.id == bindparam("actor"))
    return select(
        _SUBJECT.c.id,
        _ACTOR.c.role,
        _SUBJECT.c.role,
        _relation(RelationKind.COACH, _SUBJECT.c.id, _ACTOR.c.id),
        and_(befriends, befriended),
        _team_mates(),
        or_(
            _relation(RelationKind.BLOCK, _SUBJECT.c.id, _ACTOR.c.id),
            _relation(RelationKind.BLOCK, _ACTOR.c.id, _SUBJECT.c.id),
        ),
        _granted(),
    ).select_from(known)


# Built once: building it takes longer than running it.
_ONE = _facts().where(_SUBJECT.c.id == bindparam("subject"))
_MANY = _facts().where(_SUBJECT.c.id.in_(bindparam("subjects", expanding=True)))
