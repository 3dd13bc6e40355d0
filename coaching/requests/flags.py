"""What a coach does with a red flag: take it, and close it with a note."""

from typing import Final

from sqlalchemy import Connection

from coaching.acts.act import Outcome, accepted, refused
from coaching.acts.prompts import (
    AssignTicket,
    ReleaseTicket,
    ReopenTicket,
    ResolveTicket,
    TakeTicket,
)
from coaching.daytime import HOUR_US
from coaching.grounds import Grounds
from coaching.requests.deed import Deed, Deeds
from coaching.safety import alarm, tickets
from coaching.safety.tickets import Ticket
from people import registry
from people.authorize import Action, Topic

_GONE = refused("That red flag is closed already.")
_LONGEST_NOTE = 2000
_UNDO_US = HOUR_US


def take(db: Connection, act: TakeTicket, _: Grounds, now_us: int) -> Outcome:
    """Look after it; the first one has it."""
    ticket = _open(db, act.participant, act.ticket_id)
    if ticket is None:
        return _GONE
    if ticket.taken_by not in (None, act.coach):
        return refused("%(taken_by)s has taken it already.", taken_by=ticket.taken_by)
    if ticket.taken_by is None:
        tickets.take(db, ticket.id, act.coach, now_us)
    return accepted("You have it. Write what came of it when you close it.")


def resolve(db: Connection, act: ResolveTicket, _: Grounds, now_us: int) -> Outcome:
    """Close it; the bot may write again."""
    ticket = _open(db, act.participant, act.ticket_id)
    note = act.note.strip()
    if ticket is None:
        return _GONE
    if not 1 <= len(note) <= _LONGEST_NOTE:
        return refused("Please write what came of it.")
    tickets.resolve(db, ticket.id, act.coach, note, now_us)
    return accepted("Closed. The coach may write again.")


def assign(db: Connection, act: AssignTicket, _: Grounds, now_us: int) -> Outcome:
    """Let another coach of theirs look after it."""
    ticket = _open(db, act.participant, act.ticket_id)
    if ticket is None:
        return _GONE
    if act.to not in registry.coaches_of(db, act.participant, now_us):
        return refused("Only to another coach of theirs.")
    tickets.take(db, ticket.id, act.to, now_us, by=act.coach)
    return accepted("Handed over.")


def release(db: Connection, act: ReleaseTicket, grounds: Grounds, now_us: int) -> Outcome:
    """Look after it no longer; whoever could take it has the same time anew."""
    ticket = _open(db, act.participant, act.ticket_id)
    if ticket is None:
        return _GONE
    tickets.release(db, ticket.id, act.coach, now_us)
    alarm.await_human(db, ticket, grounds.protocol.safety, now_us)
    return accepted("Nobody looks after it now.")


def reopen(db: Connection, act: ReopenTicket, grounds: Grounds, now_us: int) -> Outcome:
    """Undo that one closed it, as long as nobody could rely on it yet."""
    ticket = tickets.read(db, act.ticket_id)
    if ticket is None or (ticket.participant, ticket.resolved_by) != (
        act.participant,
        act.coach,
    ):
        return refused("That is no red flag that you closed.")
    if now_us - (ticket.resolved_us or 0) > _UNDO_US:
        return refused("It was closed more than an hour ago.")
    tickets.reopen(db, ticket.id, act.coach, now_us)
    if ticket.taken_us is None:
        alarm.await_human(db, ticket, grounds.protocol.safety, now_us)
    return accepted("Open again. The coach does not write to them.")


def _open(db: Connection, participant: str, ticket_id: int) -> Ticket | None:
    ticket = tickets.read(db, ticket_id)
    if ticket is None or ticket.participant != participant or ticket.resolved_us is not None:
        return None
    return ticket


DEEDS: Final[Deeds] = {
    TakeTicket: Deed(take, Action.MESSAGE, Topic.MESSAGES),
    AssignTicket: Deed(assign, Action.MESSAGE, Topic.MESSAGES),
    ReleaseTicket: Deed(release, Action.MESSAGE, Topic.MESSAGES),
    ReopenTicket: Deed(reopen, Action.MESSAGE, Topic.MESSAGES),
    ResolveTicket: Deed(resolve, Action.MESSAGE, Topic.MESSAGES),
}
