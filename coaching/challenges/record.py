"""Challenges, their sides and members, as they are kept."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, select, update

from coaching.challenges.effort import Tally
from coaching.challenges.kinds import Terms
from coaching.challenges.side import Side
from coaching.challenges.tables import (
    challenge_members,
    challenge_sides,
    challenges,
    trophies,
)
from ingest.store import insert_once


@dataclass(frozen=True, slots=True)
class Challenge:
    """One challenge, from its first to its last local day of each member."""

    id: str
    offer: str
    terms: Terms
    invited: tuple[str, ...]  # sides; none: every team
    first_day: date
    last_day: date
    started_by: str
    started_us: int
    ended_us: int | None = None  # when the verdict was given


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


def start(db: Connection, challenge: Challenge) -> bool:
    """Keep a new challenge; return False when it was started already."""
    row = {name: getattr(challenge, name) for name in Challenge.__slots__}
    row["terms"] = msgspec.json.encode(challenge.terms, order="sorted")
    row["invited"] = msgspec.json.encode(challenge.invited)
    return insert_once(db, challenges, row)


def one(db: Connection, challenge_id: str) -> Challenge | None:
    """Return a challenge."""
    row = db.execute(_ONE, {"which": challenge_id}).first()
    return None if row is None else _challenge(row)


def not_ended(db: Connection, from_day: date) -> list[Challenge]:
    """Return what runs or is still to come, the first to end first."""
    running = challenges.c.ended_us.is_(None) & (challenges.c.last_day >= from_day)
    query = select(challenges).where(running)
    rows = db.execute(query.order_by(challenges.c.last_day, challenges.c.id))
    return [_challenge(row) for row in rows]


def every(db: Connection) -> list[Challenge]:
    """Return all there ever were, in a settled order."""
    return [_challenge(row) for row in db.execute(select(challenges).order_by(challenges.c.id))]


def of_person(db: Connection, participant: str, limit: int) -> list[tuple[Challenge, Member]]:
    """Return the challenges someone is in, the latest first, ended ones as well."""
    query = select(challenge_members).where(
        challenge_members.c.participant == participant, challenge_members.c.left_us.is_(None)
    )
    mine = {row.challenge: _member(row) for row in db.execute(query)}
    which = select(challenges).where(challenges.c.id.in_(list(mine)))
    latest = which.order_by(challenges.c.last_day.desc(), challenges.c.id).limit(limit)
    return [(_challenge(row), mine[row.id]) for row in db.execute(latest)]


def played_by(db: Connection, participant: str) -> list[Played]:
    """Return every challenge someone joined, also those they left, in the order they did."""
    won = set(db.scalars(select(trophies.c.challenge).filter_by(participant=participant)))
    query = select(challenge_members).filter_by(participant=participant)
    order = (challenge_members.c.joined_us, challenge_members.c.challenge)
    rows = db.execute(query.order_by(*order)).all()
    found = {
        row.id: _challenge(row)
        for row in db.execute(_MANY, {"ids": [each.challenge for each in rows]})
    }
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
    ids = sorted({member.challenge for member in members})
    found = {row.id: _challenge(row) for row in db.execute(_MANY, {"ids": ids})}
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


def members(db: Connection, challenge_id: str, side: str | None = None) -> list[Member]:
    """Return who is in, of a side or of all, in the order they joined."""
    theirs = challenge_members.c.challenge == challenge_id
    if side is not None:
        theirs &= challenge_members.c.side == side
    query = select(challenge_members).where(theirs, challenge_members.c.left_us.is_(None))
    order = (challenge_members.c.joined_us, challenge_members.c.participant)
    return [_member(row) for row in db.execute(query.order_by(*order))]


def sides(db: Connection, challenge_id: str) -> dict[str, Side]:
    """Return what each side has come to."""
    found: dict[str, Side] = {}
    for row in db.execute(_SIDES, {"which": challenge_id}):
        side, size, reached_us, *counts = tuple[Any, ...](row)
        found[side] = Side(Tally(*counts), (), size, reached_us is not None)
    return found


def join(db: Connection, new: Member) -> bool:
    """Let someone in; return False when they are in already, or were and left."""
    row = {name: getattr(new, name) for name in Member.__slots__ if name != "tally"}
    if not insert_once(db, challenge_members, row | asdict(new.tally)):
        return False
    insert_once(db, challenge_sides, {"challenge": new.challenge, "side": new.side})
    _grow(db, [(new, new.tally, 1)])
    return True


def leave(db: Connection, gone: Member, now_us: int) -> None:
    """Let someone out; their days no longer count."""
    db.execute(update(challenge_members).where(_is(gone)).values(left_us=now_us))
    _grow(db, [(gone, Tally() - gone.tally, -1)])


def retally(db: Connection, changed: Sequence[tuple[Member, Tally]]) -> None:
    """Put new tallies in place of members' old ones, and into those of their sides."""
    if not changed:
        return
    rows = [
        {"which": member.challenge, "who": member.participant} | _prefixed("new", tally)
        for member, tally in changed
    ]
    db.execute(_RETALLY, rows)
    _grow(db, [(member, tally - member.tally, 0) for member, tally in changed])


def note_won(db: Connection, challenge_id: str, side: str, now_us: int) -> None:
    """Note that a side reached its aim, once and for all."""
    here = (challenge_sides.c.challenge == challenge_id) & (challenge_sides.c.side == side)
    db.execute(update(challenge_sides).where(here).values(reached_us=now_us))


def end(db: Connection, challenge: Challenge, now_us: int) -> None:
    """Note that the verdict was given."""
    which = update(challenges).where(challenges.c.id == challenge.id)
    db.execute(which.values(ended_us=now_us))


def days_of(challenge: Challenge, from_day: date) -> Sequence[date]:
    """Return a member's days, from when they came in."""
    first = max(challenge.first_day, from_day)
    return [first + timedelta(n) for n in range((challenge.last_day - first).days + 1)]


def _grow(db: Connection, changes: Sequence[tuple[Member, Tally, int]]) -> None:
    """Add tallies and people to the members' sides."""
    more: dict[tuple[str, str], tuple[Tally, int]] = {}
    for member, tally, people in changes:
        so_far, count = more.get((member.challenge, member.side), (Tally(), 0))
        more[member.challenge, member.side] = (so_far + tally, count + people)
    rows = [
        {"which": challenge, "on": side, "people": people} | _prefixed("more", tally)
        for (challenge, side), (tally, people) in more.items()
    ]
    db.execute(_GROW, rows)


def _prefixed(word: str, tally: Tally) -> dict[str, int]:
    return {f"{word}_{name}": value for name, value in asdict(tally).items()}


def _is(member: Member) -> ColumnElement[bool]:
    return (challenge_members.c.challenge == member.challenge) & (
        challenge_members.c.participant == member.participant
    )


_ONE: Select[Any] = select(challenges).where(challenges.c.id == bindparam("which"))
_MANY: Select[Any] = select(challenges).where(
    challenges.c.id.in_(bindparam("ids", expanding=True))
)
# By place: a board of thousands of teams is made anew for whoever looks at it.
_SIDES: Select[Any] = select(
    challenge_sides.c.side,
    challenge_sides.c.members,
    challenge_sides.c.reached_us,
    *(challenge_sides.c[name] for name in Tally.__slots__),
).where(challenge_sides.c.challenge == bindparam("which"), challenge_sides.c.members > 0)
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
_GROW = (
    update(challenge_sides)
    .where(
        challenge_sides.c.challenge == bindparam("which"),
        challenge_sides.c.side == bindparam("on"),
    )
    .values(
        {name: challenge_sides.c[name] + bindparam(f"more_{name}") for name in Tally.__slots__}
        | {"members": challenge_sides.c.members + bindparam("people")}
    )
)
_terms = msgspec.json.Decoder(Terms)
_invited = msgspec.json.Decoder(tuple[str, ...])


def _challenge(row: Row[Any]) -> Challenge:
    kept = {name: getattr(row, name) for name in Challenge.__slots__}
    kept["terms"], kept["invited"] = _terms.decode(row.terms), _invited.decode(row.invited)
    return Challenge(**kept)


def _member(row: Row[Any]) -> Member:
    return Member(
        challenge=row.challenge,
        participant=row.participant,
        side=row.side,
        from_day=row.from_day,
        joined_us=row.joined_us,
        tally=_tally(row),
    )


def _tally(row: Row[Any]) -> Tally:
    return Tally(row.effort, row.counted, row.reached, row.steps, row.open_days)
