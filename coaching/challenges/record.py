"""Challenges as they are kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, bindparam, select, update

from coaching.challenges.kinds import Terms
from coaching.challenges.tables import challenges
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


def start(db: Connection, challenge: Challenge) -> bool:
    """Keep a new challenge; return False when it was started already."""
    row = {name: getattr(challenge, name) for name in Challenge.__slots__}
    row["terms"] = msgspec.json.encode(challenge.terms, order="sorted")
    row["invited"] = msgspec.json.encode(challenge.invited)
    return insert_once(db, challenges, row)


def one(db: Connection, challenge_id: str) -> Challenge | None:
    """Return a challenge."""
    return some(db, [challenge_id]).get(challenge_id)


def some(db: Connection, ids: Collection[str]) -> dict[str, Challenge]:
    """Return challenges by their ids."""
    rows = db.execute(_SOME, {"ids": list(ids)})
    return {row.id: _challenge(row) for row in rows}


def latest(db: Connection, ids: Collection[str], limit: int) -> list[Challenge]:
    """Return those of the challenges that last the longest, the last to end first."""
    which = select(challenges).where(challenges.c.id.in_(ids))
    query = which.order_by(challenges.c.last_day.desc(), challenges.c.id).limit(limit)
    return [_challenge(row) for row in db.execute(query)]


def not_ended(db: Connection, from_day: date) -> list[Challenge]:
    """Return what runs or is still to come, the first to end first."""
    running = challenges.c.ended_us.is_(None) & (challenges.c.last_day >= from_day)
    query = select(challenges).where(running)
    rows = db.execute(query.order_by(challenges.c.last_day, challenges.c.id))
    return [_challenge(row) for row in rows]


def every(db: Connection) -> list[Challenge]:
    """Return all there ever were, in a settled order."""
    return [_challenge(row) for row in db.execute(select(challenges).order_by(challenges.c.id))]


def end(db: Connection, challenge: Challenge, now_us: int) -> None:
    """Note that the verdict was given."""
    which = update(challenges).where(challenges.c.id == challenge.id)
    db.execute(which.values(ended_us=now_us))


_SOME: Select[Any] = select(challenges).where(
    challenges.c.id.in_(bindparam("ids", expanding=True))
)
_terms = msgspec.json.Decoder(Terms)
_invited = msgspec.json.Decoder(tuple[str, ...])


def _challenge(row: Row[Any]) -> Challenge:
    kept = {name: getattr(row, name) for name in Challenge.__slots__}
    kept["terms"], kept["invited"] = _terms.decode(row.terms), _invited.decode(row.invited)
    return Challenge(**kept)
