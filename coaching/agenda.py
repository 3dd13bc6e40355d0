"""Everything that will fall due, in one list: set times, days, deliveries, expiries."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from coaching.tables import agenda

_AT_ONCE: Final = 1_000  # what a wave holds in memory


class What(StrEnum):
    """What falls due."""

    CHALLENGE = "challenge"  # one was waited for long enough
    ASK = "ask"  # a questionnaire
    DAY = "day"  # a local day begins
    DELIVER = "deliver"  # a held or snoozed message
    ESCALATE = "escalate"  # a red flag that nobody has taken
    EXPIRE = "expire"
    LOOK = "look"  # whether somebody has sat for long
    PROMPT = "prompt"  # a decision point


@dataclass(frozen=True, slots=True)
class Due:
    """One entry; there is one for each (participant, what, ref)."""

    participant: str
    what: What
    ref: str  # the occasion, or the message's id
    due_us: int


def put(db: Connection, entries: Collection[Due]) -> None:
    """Enter what will fall due; an entry that stands is moved."""
    strike(db, entries)
    rows = [
        {"participant": e.participant, "what": e.what.value, "ref": e.ref, "due_us": e.due_us}
        for e in entries
    ]
    if rows:
        db.execute(insert(agenda), rows)


def strike(db: Connection, entries: Collection[Due]) -> None:
    """Remove entries."""
    rows = [{"p": e.participant, "w": e.what.value, "r": e.ref} for e in entries]
    if rows:
        db.execute(_STRIKE, rows)


def first_due(db: Connection, now_us: int) -> list[Due]:
    """Return some of what is due: each person's earliest entry, so that the order is kept."""
    rows = db.execute(_DUE, {"now_us": now_us})
    first: dict[str, Due] = {}
    for row in rows:
        if row.participant not in first:
            first[row.participant] = Due(row.participant, What(row.what), row.ref, row.due_us)
    return list(first.values())


def next_due_us(db: Connection) -> int | None:
    """Return when the next entry falls due."""
    return db.scalar(select(func.min(agenda.c.due_us)))


_STRIKE = delete(agenda).where(
    agenda.c.participant == bindparam("p"),
    agenda.c.what == bindparam("w"),
    agenda.c.ref == bindparam("r"),
)
_DUE = (
    select(agenda)
    .where(agenda.c.due_us <= bindparam("now_us"))
    .order_by(agenda.c.due_us, agenda.c.participant, agenda.c.what, agenda.c.ref)
    .limit(_AT_ONCE)
)
