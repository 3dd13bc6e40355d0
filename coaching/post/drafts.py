"""What the bot would write to people whose coach wants to see it first."""

from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from coaching.coaches.tables import draft_steps, supervised
from coaching.post import inbox
from coaching.post.message import Message
from coaching.tables import messages
from ingest.store import upsert

APPROVED, EDITED, HELD = "approved", "edited", "held"


def supervise(db: Connection, participant: str, coach: str, now_us: int) -> None:
    """Let nothing of the bot go to a person unseen."""
    row = {"participant": participant, "coach": coach, "since_us": now_us}
    db.execute(upsert(db, supervised), row)


def let_go(db: Connection, participant: str) -> None:
    """Let the bot write by itself again."""
    db.execute(delete(supervised).where(supervised.c.participant == participant))


def among(db: Connection, people: Collection[str]) -> set[str]:
    """Return those of these people to whom nothing goes unseen."""
    query = select(supervised.c.participant).where(supervised.c.participant.in_(people))
    return set(db.scalars(query))


def waiting(db: Connection, people: Collection[str], now_us: int) -> list[Message]:
    """Return the drafts to these people that nobody has decided on, the oldest first."""
    query = select(messages).where(
        messages.c.participant.in_(people),
        messages.c.decision.is_not(None),
        messages.c.sent_us.is_(None),
        messages.c.expires_us > now_us,
        messages.c.id.not_in(select(draft_steps.c.message)),
    )
    return inbox.read_all(db, query.order_by(messages.c.id))


def decide(db: Connection, draft: Message, coach: str, what: str, now_us: int) -> None:
    """Note what a coach decided."""
    row = {
        "message": draft.id,
        "coach": coach,
        "what": what,
        "bot_template": draft.template,
        "at_us": now_us,
    }
    db.execute(insert(draft_steps).values(row))


def rewrite(
    db: Connection, draft: Message, coach: str, template: str, text: str, options: Sequence[str]
) -> None:
    """Put a coach's choice of words in the place of the bot's, under their name."""
    words = {"template": template, "text": text, "options": msgspec.json.encode(options)}
    db.execute(update(messages).where(messages.c.id == draft.id).values(sender=coach, **words))
