"""Who is in which challenge, on which side, and what their days came to."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, select, update

from coaching.challenges import record, sides
from coaching.challenges.effort import Tally
from coaching.challenges.record import Challenge
from coaching.challenges.sides import Growth
from coaching.challenges.tables import challenge_members, trophies
from ingest.store import insert_once


@dataclass(frozen=True, slots=True)
class Member:
    """Someone who opted in."""

    challenge: str
    participant: str
    side: str
    from_day: date
    joined_us: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class Played:
    """Someone's part in a challenge, with what came of it."""

    challenge: Challenge
    member: Member
    left_us: int | None
    has_trophy: bool

    @property
    def kind(self) -> str:
        """Return what the protocol calls such a challenge."""
        return str(self.challenge.terms.__struct_config__.tag)


def of_person(db: Connection, participant: str, limit: int) -> list[tuple[Challenge, Member]]:
    """Return the challenges someone is in, the latest first, ended ones as well."""
    rows = db.execute(_OF_PEOPLE, {"people": [participant]})
    mine = {row.challenge: _member(row) for row in rows}
    return [(each, mine[each.id]) for each in record.latest(db, list(mine), limit)]


def played_by(db: Connection, participant: str) -> list[Played]:
    """Return every challenge someone joined, also those they left, in the order they did."""
    won = set(db.scalars(select(trophies.c.challenge).filter_by(participant=participant)))
    query = select(challenge_members).filter_by(participant=participant)
    order = (challenge_members.c.joined_us, challenge_members.c.challenge)
    rows = db.execute(query.order_by(*order)).all()
    found = record.some(db, [row.challenge for row in rows])
    return [
        Played(found[row.challenge], _member(row), row.left_us, row.challenge in won)
        for row in rows
    ]


def touched_by(
    db: Connection, days: Collection[tuple[str, date]]
) -> list[tuple[Challenge, Member]]:
    """Return whose tally in which challenge hinges on one of these people's days."""
    people = sorted({participant for participant, _ in days})
    members = [_member(row) for row in db.execute(_OF_PEOPLE, {"people": people})]
    if not members:
        return []
    found = record.some(db, sorted({member.challenge for member in members}))
    told: dict[str, list[date]] = {}
    for participant, day in days:
        told.setdefault(participant, []).append(day)
    return [
        (found[each.challenge], each)
        for each in members
        for day in told[each.participant]
        if each.from_day <= day <= found[each.challenge].last_day
    ]


def left(db: Connection, participant: str) -> set[str]:
    """Return the challenges someone has left."""
    gone = (challenge_members.c.participant == participant) & (
        challenge_members.c.left_us.is_not(None)
    )
    return set(db.scalars(select(challenge_members.c.challenge).where(gone)))


def member(db: Connection, challenge_id: str, participant: str) -> Member | None:
    """Return someone's place, or None if they are not in."""
    query = select(challenge_members).where(
        challenge_members.c.challenge == challenge_id,
        challenge_members.c.participant == participant,
        challenge_members.c.left_us.is_(None),
    )
    row = db.execute(query).first()
    return None if row is None else _member(row)


def members(
    db: Connection, challenge_id: str, on: Collection[str] | None = None
) -> list[Member]:
    """Return who is in, on some sides or on all, in the order they joined."""
    theirs = challenge_members.c.challenge == challenge_id
    if on is not None:
        theirs &= challenge_members.c.side.in_(on)
    query = select(challenge_members).where(theirs, challenge_members.c.left_us.is_(None))
    order = (challenge_members.c.joined_us, challenge_members.c.participant)
    return [_member(row) for row in db.execute(query.order_by(*order))]


def join(db: Connection, new: Member) -> bool:
    """Let someone in; return False when they are in already, or were and left."""
    row = {name: getattr(new, name) for name in Member.__slots__ if name != "tally"}
    if not insert_once(db, challenge_members, row | asdict(new.tally)):
        return False
    sides.begin(db, new.challenge, new.side)
    sides.grow(db, [Growth(new.challenge, new.side, new.tally, members=1)])
    return True


def leave(db: Connection, gone: Member, now_us: int) -> None:
    """Let someone out; their days no longer count."""
    db.execute(update(challenge_members).where(_is(gone)).values(left_us=now_us))
    sides.grow(db, [Growth(gone.challenge, gone.side, Tally() - gone.tally, members=-1)])


def retally(db: Connection, changed: Sequence[tuple[Member, Tally]]) -> None:
    """Put new tallies in place of members' old ones, and into those of their sides."""
    if not changed:
        return
    rows = [
        {"which": member.challenge, "who": member.participant}
        | {f"new_{name}": value for name, value in asdict(tally).items()}
        for member, tally in changed
    ]
    db.execute(_RETALLY, rows)
    sides.grow(
        db, [Growth(each.challenge, each.side, tally - each.tally) for each, tally in changed]
    )


def days_of(challenge: Challenge, from_day: date) -> Sequence[date]:
    """Return a member's days, from when they came in."""
    first = max(challenge.first_day, from_day)
    return [first + timedelta(n) for n in range((challenge.last_day - first).days + 1)]


def _is(member: Member) -> ColumnElement[bool]:
    return (challenge_members.c.challenge == member.challenge) & (
        challenge_members.c.participant == member.participant
    )


_OF_PEOPLE: Select[Any] = select(challenge_members).where(
    challenge_members.c.participant.in_(bindparam("people", expanding=True)),
    challenge_members.c.left_us.is_(None),
)
_RETALLY = (
    update(challenge_members)
    .where(
        challenge_members.c.challenge == bindparam("which"),
        challenge_members.c.participant == bindparam("who"),
    )
    .values({name: bindparam(f"new_{name}") for name in Tally.__slots__})
)


def _member(row: Row[Any]) -> Member:
    return Member(
        challenge=row.challenge,
        participant=row.participant,
        side=row.side,
        from_day=row.from_day,
        joined_us=row.joined_us,
        tally=Tally(row.effort, row.counted, row.reached, row.steps, row.open_days),
    )
