"""Tickets for a human: opened, taken, escalated, resolved, each step in the audit."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from coaching.tables import ticket_steps, tickets
from people.sentence import Sentence

ENGINE = "engine"


@dataclass(frozen=True, slots=True)
class Ticket:
    """Something that needs a human."""

    id: int
    participant: str
    kind: str
    says: Sentence
    opened_us: int
    due_us: int  # escalated if nobody has taken it by then
    taken_us: int | None
    taken_by: str | None
    escalated_us: int | None
    resolved_us: int | None
    resolved_by: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the audit."""

    ticket: int
    at_us: int
    who: str
    what: str  # "opened" | "taken" | "assigned" | "released" | "escalated" | "resolved" …
    note: str


def open_(
    db: Connection, participant: str, kind: str, says: Sentence, now_us: int, due_us: int
) -> int:
    """Open a ticket; return its id."""
    row = {
        "participant": participant,
        "kind": kind,
        "says": says,
        "opened_us": now_us,
        "due_us": due_us,
    }
    made = db.execute(insert(tickets).values(row).returning(tickets.c.id)).scalar_one()
    _log(db, made, now_us, ENGINE, "opened", str(says))
    return made


def unresolved(db: Connection, participants: Collection[str]) -> list[Ticket]:
    """Return these people's open tickets, the oldest first."""
    query = select(tickets).where(
        tickets.c.participant.in_(participants), tickets.c.resolved_us.is_(None)
    )
    return [_ticket(row) for row in db.execute(query.order_by(tickets.c.opened_us))]


def latest(db: Connection, participant: str, kind: str) -> Ticket | None:
    """Return a person's last ticket of a kind, resolved or not."""
    same = (tickets.c.participant == participant) & (tickets.c.kind == kind)
    query = select(tickets).where(same).order_by(tickets.c.opened_us.desc()).limit(1)
    row = db.execute(query).first()
    return None if row is None else _ticket(row)


def read(db: Connection, ticket_id: int) -> Ticket | None:
    """Return a ticket."""
    row = db.execute(select(tickets).where(tickets.c.id == ticket_id)).first()
    return None if row is None else _ticket(row)


def take(db: Connection, ticket_id: int, who: str, now_us: int, by: str | None = None) -> None:
    """Note who looks after it, and who said so if it was somebody else."""
    _set(db, ticket_id, taken_us=now_us, taken_by=who)
    if by is None:
        _log(db, ticket_id, now_us, who, "taken", "")
    else:
        _log(db, ticket_id, now_us, by, "assigned", who)


def release(db: Connection, ticket_id: int, who: str, now_us: int) -> None:
    """Note that nobody looks after it any more."""
    _set(db, ticket_id, taken_us=None, taken_by=None)
    _log(db, ticket_id, now_us, who, "released", "")


def reopen(db: Connection, ticket_id: int, who: str, now_us: int) -> None:
    """Note that closing it was a mistake; its audit keeps both."""
    _set(db, ticket_id, resolved_us=None, resolved_by=None, note=None)
    _log(db, ticket_id, now_us, who, "reopened", "")


def wait(db: Connection, ticket_id: int, due_us: int) -> None:
    """Note until when somebody is to take it."""
    _set(db, ticket_id, due_us=due_us)


def escalate(db: Connection, ticket_id: int, now_us: int) -> None:
    """Note that nobody had taken it in time."""
    _set(db, ticket_id, escalated_us=now_us)
    _log(db, ticket_id, now_us, ENGINE, "escalated", "")


def resolve(db: Connection, ticket_id: int, who: str, note: str, now_us: int) -> None:
    """Close it; from then on the bot may write again."""
    _set(db, ticket_id, resolved_us=now_us, resolved_by=who, note=note)
    _log(db, ticket_id, now_us, who, "resolved", note)


def steps(db: Connection, ticket_id: int) -> list[Step]:
    """Return the audit of a ticket, in order."""
    query = select(ticket_steps).where(ticket_steps.c.ticket == ticket_id)
    rows = db.execute(query.order_by(ticket_steps.c.id))
    return [Step(row.ticket, row.at_us, row.who, row.what, row.note) for row in rows]


def last_step(db: Connection) -> int:
    """Return the number of the last step that was taken with any ticket, 0 before the first."""
    return db.scalar(select(func.max(ticket_steps.c.id))) or 0


def steps_after(db: Connection, step: int) -> list[tuple[int, str]]:
    """Return the steps behind one, in order: number and participant."""
    query = select(ticket_steps.c.id, tickets.c.participant).join(
        tickets, tickets.c.id == ticket_steps.c.ticket
    )
    rows = db.execute(query.where(ticket_steps.c.id > step).order_by(ticket_steps.c.id))
    return [(row.id, row.participant) for row in rows]


def step(db: Connection, number: int) -> tuple[Step, Ticket] | None:
    """Return a step, and the ticket as it is now."""
    row = db.execute(select(ticket_steps).where(ticket_steps.c.id == number)).first()
    ticket = None if row is None else read(db, row.ticket)
    if row is None or ticket is None:
        return None
    return Step(row.ticket, row.at_us, row.who, row.what, row.note), ticket


def _log(db: Connection, ticket: int, at_us: int, who: str, what: str, note: str) -> None:
    row = {"ticket": ticket, "at_us": at_us, "who": who, "what": what, "note": note}
    db.execute(insert(ticket_steps).values(row))


def _set(db: Connection, ticket_id: int, **values: object) -> None:
    db.execute(update(tickets).where(tickets.c.id == ticket_id).values(values))


def _ticket(row: Row[Any]) -> Ticket:
    return Ticket(*(getattr(row, name) for name in Ticket.__slots__))
