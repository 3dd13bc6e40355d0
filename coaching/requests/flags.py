"""What a coach does with a red flag: take it, and close it with a note."""

from typing import Final

from sqlalchemy import Connection

from coaching.acts.act import Outcome
from coaching.acts.prompts import ResolveTicket, TakeTicket
from coaching.grounds import Grounds
from coaching.requests.deed import Deed, Deeds
from coaching.safety import tickets
from coaching.safety.tickets import Ticket
from people.authorize import Action, Topic

_GONE = Outcome(ok=False, says="That red flag is closed already.")
_LONGEST_NOTE = 2000


def take(db: Connection, act: TakeTicket, _: Grounds, now_us: int) -> Outcome:
    """Look after it; the first one has it."""
    ticket = _open(db, act.participant, act.ticket_id)
    if ticket is None:
        return _GONE
    if ticket.taken_by not in (None, act.coach):
        return Outcome(ok=False, says=f"{ticket.taken_by} has taken it already.")
    if ticket.taken_by is None:
        tickets.take(db, ticket.id, act.coach, now_us)
    return Outcome(ok=True, says="You have it. Write what came of it when you close it.")


def resolve(db: Connection, act: ResolveTicket, _: Grounds, now_us: int) -> Outcome:
    """Close it; the bot may write again."""
    ticket = _open(db, act.participant, act.ticket_id)
    note = act.note.strip()
    if ticket is None:
        return _GONE
    if not 1 <= len(note) <= _LONGEST_NOTE:
        return Outcome(ok=False, says="Please write what came of it.")
    tickets.resolve(db, ticket.id, act.coach, note, now_us)
    return Outcome(ok=True, says="Closed. The coach may write again.")


def _open(db: Connection, participant: str, ticket_id: int) -> Ticket | None:
    ticket = tickets.read(db, ticket_id)
    if ticket is None or ticket.participant != participant or ticket.resolved_us is not None:
        return None
    return ticket


DEEDS: Final[Deeds] = {
    TakeTicket: Deed(take, Action.MESSAGE, Topic.MESSAGES),
    ResolveTicket: Deed(resolve, Action.MESSAGE, Topic.MESSAGES),
}
