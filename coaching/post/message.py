"""A message: as it is to be written, and as it is kept with what became of it."""

from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import Row

COACH: Final = "coach"  # the sender of what the engine writes


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be written; the same source never writes twice."""

    participant: str
    source: str
    sender: str
    occasion: str
    template: str
    text: str
    options: tuple[str, ...]
    intended_us: int
    expires_us: int
    decision: int | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message and what became of it."""

    id: int
    participant: str
    source: str
    sender: str
    occasion: str
    decision: int | None
    template: str
    text: str
    options: tuple[str, ...]
    intended_us: int
    sent_us: int | None
    pushed_us: int | None
    delivered_us: int | None
    shown_us: int | None
    answered_us: int | None
    answer: str | None
    first_answered_us: int | None
    hidden_until_us: int
    expires_us: int
    expired_us: int | None


@dataclass(frozen=True, slots=True)
class Sent:
    """What came into a person's inbox and when, and whether it drew their attention."""

    sent_us: int
    pushed_us: int | None
    template: str


def as_row(draft: Draft) -> dict[str, object]:
    """Return a draft as the table of messages holds it."""
    return {
        "participant": draft.participant,
        "source": draft.source,
        "sender": draft.sender,
        "occasion": draft.occasion,
        "decision": draft.decision,
        "template": draft.template,
        "text": draft.text,
        "options": msgspec.json.encode(draft.options),
        "intended_us": draft.intended_us,
        "expires_us": draft.expires_us,
    }


def from_row(row: Row[Any]) -> Message:
    """Return the message of a row of that table."""
    return Message(
        id=row.id,
        participant=row.participant,
        source=row.source,
        sender=row.sender,
        occasion=row.occasion,
        decision=row.decision,
        template=row.template,
        text=row.text,
        options=_options.decode(row.options),
        intended_us=row.intended_us,
        sent_us=row.sent_us,
        pushed_us=row.pushed_us,
        delivered_us=row.delivered_us,
        shown_us=row.shown_us,
        answered_us=row.answered_us,
        answer=row.answer,
        first_answered_us=row.first_answered_us,
        hidden_until_us=row.hidden_until_us,
        expires_us=row.expires_us,
        expired_us=row.expired_us,
    )


_options = msgspec.json.Decoder(tuple[str, ...])
