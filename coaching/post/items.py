"""Messages as their receiver sees them, each with why it came."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from coaching.daytime import local
from coaching.post import inbox
from coaching.post.message import Message
from coaching.prompts import decisions
from coaching.prompts.decisions import Decision
from coaching.prompts.why import Why, explain
from coaching.protocol import Protocol
from people import registry
from people.registry import Calendar


@dataclass(frozen=True, slots=True)
class InboxItem:
    """A message as its receiver sees it."""

    id: int
    sender: str  # "coach" for what the engine writes, else a coach's id
    occasion: str  # "cheer" and "coach" are people's
    text: str
    options: tuple[str, ...]  # the answers it offers
    sent_us: int
    answered: str | None
    answered_us: int | None
    wrote: tuple[str, ...]  # in their own words
    expires_us: int
    why: Why | None  # none for what a person wrote
    decision: int | None  # its number; none for what a person wrote


def items(
    db: Connection, participant: str, found: Sequence[Message], protocol: Protocol
) -> list[InboxItem]:
    """Return messages with why each came, in the same order."""
    if not found:
        return []
    counters = [each.decision for each in found if each.decision is not None]
    made = decisions.read(db, participant, counters)
    wrote = inbox.replies_to(db, [each.id for each in found])
    calendar = registry.calendar(db, participant)
    why = {counter: _why(each, calendar, protocol) for counter, each in made.items()}
    return [
        InboxItem(
            id=each.id,
            sender=each.sender,
            occasion=each.occasion,
            text=each.text,
            options=each.options,
            sent_us=each.sent_us or each.intended_us,
            answered=each.answer,
            answered_us=each.answered_us,
            wrote=wrote.get(each.id, ()),
            expires_us=each.expires_us,
            why=None if each.decision is None else why[each.decision],
            decision=each.decision,
        )
        for each in found
    ]


def _why(decision: Decision, calendar: Calendar, protocol: Protocol) -> Why:
    due = f"{local(calendar, decision.state.due_us):%H:%M}"
    return explain(decision, protocol, due)
