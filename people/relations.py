"""Who is there for whom: a coach's panel, friends, teams."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    delete,
    func,
    insert,
    select,
    union,
    update,
)

from people.errors import Conflict
from people.identity import Role, check_person
from people.sentence import say
from people.tables import relations


class RelationKind(StrEnum):
    """What one is to another."""

    COACH = "coach"  # other coaches subject
    FRIEND = "friend"  # subject takes other for a friend; it holds once both do
    TEAM = "team"  # subject is in the team named other
    BLOCK = "block"  # subject and other have nothing to do with each other
    MUTE = "mute"  # subject's feed leaves other out


@dataclass(frozen=True, slots=True)
class Relation:
    """One is something to another."""

    kind: RelationKind
    subject: str
    other: str


@dataclass(frozen=True, slots=True)
class Tie:
    """For how long someone was in a team, or somebody's friend and they theirs."""

    kind: RelationKind  # FRIEND or TEAM
    other: str
    from_us: int
    until_us: int | None  # none: it holds


def relate(db: Connection, relation: Relation, from_us: int) -> None:
    """Let a relation hold from an instant on; one that holds already stays as it is."""
    _check(db, relation)
    if db.execute(select(relations.c.from_us).where(_is(relation), _lasting())).first():
        return
    row = {
        "kind": relation.kind.value,
        "subject": relation.subject,
        "other": relation.other,
        "from_us": from_us,
    }
    db.execute(insert(relations).values(row))


def end_relation(db: Connection, relation: Relation, until_us: int) -> None:
    """End a relation; one that does not hold stays so."""
    ended = update(relations).where(_is(relation), _lasting()).values(until_us=until_us)
    db.execute(ended)


def coaches_of(db: Connection, participant: str, now_us: int | None = None) -> tuple[str, ...]:
    """Return who coaches a participant; with a time, those too who stand in for one then."""
    coached = relations.c.subject == participant
    query = select(relations.c.other).where(_kind(RelationKind.COACH), coached, _holds(now_us))
    return tuple(db.scalars(query.distinct().order_by(relations.c.other)))


def panel_of(db: Connection, coach: str, now_us: int | None = None) -> tuple[str, ...]:
    """Return whom a coach coaches; with a time, those too for whom they stand in then."""
    coached = relations.c.other == coach
    query = select(relations.c.subject).where(
        _kind(RelationKind.COACH), coached, _holds(now_us)
    )
    return tuple(db.scalars(query.distinct().order_by(relations.c.subject)))


@dataclass(frozen=True, slots=True)
class StandIn:
    """A colleague who looks after a panel for a time."""

    coach: str
    from_us: int
    until_us: int
    people: int


def stand_in(db: Connection, coach: str, colleague: str, from_us: int, until_us: int) -> int:
    """Let a colleague coach one's panel for a time; return how many people that adds."""
    check_person(db, colleague, Role.COACH)
    theirs = set(panel_of(db, colleague))
    added = [who for who in panel_of(db, coach) if who not in theirs]
    row = {"kind": RelationKind.COACH.value, "other": colleague}
    end_stand_in(db, coach, colleague, from_us)
    for who in added:
        times = {"from_us": from_us, "until_us": until_us}
        db.execute(insert(relations).values({**row, **times, "subject": who}))
    return len(added)


def end_stand_in(db: Connection, coach: str, colleague: str, now_us: int) -> None:
    """End it at once; what had not begun never does."""
    mine = relations.c.subject.in_(panel_of(db, coach))
    bounded = _kind(RelationKind.COACH) & mine & (relations.c.other == colleague)
    to_come = bounded & relations.c.until_us.is_not(None) & (relations.c.from_us >= now_us)
    db.execute(delete(relations).where(to_come))
    held = bounded & (relations.c.until_us > now_us)
    db.execute(update(relations).where(held).values(until_us=now_us))


def stand_ins_of(db: Connection, coach: str, now_us: int) -> list[StandIn]:
    """Return who looks after a coach's panel, now or later."""
    mine = relations.c.subject.in_(panel_of(db, coach))
    bounded = _kind(RelationKind.COACH) & mine & (relations.c.until_us > now_us)
    span = (relations.c.other, relations.c.from_us, relations.c.until_us)
    query = select(*span, func.count()).where(bounded).group_by(*span)
    return [StandIn(*row) for row in db.execute(query.order_by(relations.c.from_us))]


def teams_of(db: Connection, participant: str) -> tuple[str, ...]:
    """Return the teams a participant is in."""
    mine = relations.c.subject == participant
    query = select(relations.c.other).where(_kind(RelationKind.TEAM), mine, _lasting())
    return tuple(db.scalars(query.order_by(relations.c.other)))


def teams_among(db: Connection, participants: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return each team that any of these people is in, with which of them."""
    theirs = relations.c.subject.in_(participants)
    query = select(relations.c.other, relations.c.subject)
    query = query.where(_kind(RelationKind.TEAM), theirs, _lasting())
    found: dict[str, tuple[str, ...]] = {}
    for team, who in db.execute(query.order_by(relations.c.other, relations.c.subject)):
        found[team] = (*found.get(team, ()), who)
    return found


def members_of(db: Connection, team: str) -> tuple[str, ...]:
    """Return who is in a team."""
    query = select(relations.c.subject).where(
        _kind(RelationKind.TEAM), relations.c.other == team, _lasting()
    )
    return tuple(db.scalars(query.order_by(relations.c.subject)))


def ties_of(db: Connection, participant: str) -> list[Tie]:
    """Return every team and mutual friendship of a participant, in order; none before both."""
    back = relations.alias()
    mutual = (
        (back.c.kind == RelationKind.FRIEND.value)
        & (back.c.subject == relations.c.other)
        & (back.c.other == relations.c.subject)
    )
    columns = (relations.c.other, relations.c.from_us, relations.c.until_us)
    mine = relations.c.subject == participant
    teams = select(*columns).where(_kind(RelationKind.TEAM), mine)
    friends = (
        select(*columns, back.c.from_us, back.c.until_us)
        .join(back, mutual)
        .where(_kind(RelationKind.FRIEND), mine)
    )
    found = [Tie(RelationKind.TEAM, *row) for row in db.execute(teams)]
    for other, from_us, until_us, back_us, ended_us in db.execute(friends):
        begun_us = max(from_us, back_us)
        over_us = min((each for each in (until_us, ended_us) if each is not None), default=None)
        if over_us is None or begun_us < over_us:
            found.append(Tie(RelationKind.FRIEND, other, begun_us, over_us))
    return sorted(found, key=lambda each: (each.from_us, each.kind, each.other))


def circle_of(db: Connection, participant: str) -> tuple[str, ...]:
    """Return a participant's mutual friends and team mates, but for whom a block keeps away."""
    found = set(db.scalars(union(_friends(participant), _team_mates(participant))))
    return tuple(sorted(found - _blocked(db, participant)))


def friends_of(db: Connection, participant: str) -> tuple[str, ...]:
    """Return a participant's mutual friends."""
    found = set(db.scalars(_friends(participant)))
    return tuple(sorted(found - _blocked(db, participant)))


def asked_by(db: Connection, participant: str) -> tuple[str, ...]:
    """Return who asked to be a friend and has no answer yet."""
    mine = relations.alias()
    answered = select(mine.c.other).where(
        mine.c.kind == RelationKind.FRIEND.value,
        mine.c.subject == participant,
        mine.c.until_us.is_(None),
    )
    query = select(relations.c.subject).where(
        _kind(RelationKind.FRIEND),
        relations.c.other == participant,
        _lasting(),
        relations.c.subject.not_in(answered),
    )
    return tuple(sorted(set(db.scalars(query)) - _blocked(db, participant)))


def muted_by(db: Connection, participant: str) -> set[str]:
    """Return whom a participant's feed leaves out."""
    return _others(db, RelationKind.MUTE, participant)


def blocked_by(db: Connection, participant: str) -> set[str]:
    """Return whom a participant has blocked."""
    return _others(db, RelationKind.BLOCK, participant)


def _blocked(db: Connection, participant: str) -> set[str]:
    by = select(relations.c.subject).where(
        _kind(RelationKind.BLOCK), relations.c.other == participant, _lasting()
    )
    return blocked_by(db, participant) | set(db.scalars(by))


def _others(db: Connection, kind: RelationKind, subject: str) -> set[str]:
    query = select(relations.c.other).where(
        _kind(kind), relations.c.subject == subject, _lasting()
    )
    return set(db.scalars(query))


def _friends(participant: str) -> Select[str]:
    back = relations.alias()
    return select(relations.c.other).where(
        _kind(RelationKind.FRIEND),
        relations.c.subject == participant,
        _lasting(),
        back.c.kind == RelationKind.FRIEND.value,
        back.c.subject == relations.c.other,
        back.c.other == participant,
        back.c.until_us.is_(None),
    )


def _team_mates(participant: str) -> Select[str]:
    mine = relations.alias()
    return select(relations.c.subject).where(
        _kind(RelationKind.TEAM),
        relations.c.subject != participant,
        _lasting(),
        mine.c.kind == RelationKind.TEAM.value,
        mine.c.subject == participant,
        mine.c.other == relations.c.other,
        mine.c.until_us.is_(None),
    )


def _check(db: Connection, relation: Relation) -> None:
    check_person(db, relation.subject, Role.PARTICIPANT)
    if relation.kind is RelationKind.COACH:
        check_person(db, relation.other, Role.COACH)
    if relation.kind in {RelationKind.FRIEND, RelationKind.BLOCK, RelationKind.MUTE}:
        check_person(db, relation.other, Role.PARTICIPANT)
    if relation.subject == relation.other:
        raise Conflict(say("%(who)s cannot be that to themselves", who=relation.subject))


def _is(relation: Relation) -> ColumnElement[bool]:
    same_pair = (relations.c.subject == relation.subject) & (
        relations.c.other == relation.other
    )
    return _kind(relation.kind) & same_pair


def _kind(kind: RelationKind) -> ColumnElement[bool]:
    return relations.c.kind == kind.value


def _holds(now_us: int | None) -> ColumnElement[bool]:
    if now_us is None:
        return _lasting()
    lasts = _lasting() | (relations.c.until_us > now_us)
    return (relations.c.from_us <= now_us) & lasts


def _lasting() -> ColumnElement[bool]:
    return relations.c.until_us.is_(None)
