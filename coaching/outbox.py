"""What is to leave by which channel: each message once a channel, by its key."""

from collections.abc import Mapping

from sqlalchemy import Connection, select

from coaching.tables import messages, outbox
from ingest.store import insert_once

IN_APP = "in_app"  # the page itself: it cannot fail, and every other channel only points to it


def queue(db: Connection, lock_texts: Mapping[int, str], now_us: int) -> None:
    """Put messages in the outbox; the same one never twice."""
    query = select(messages.c.id, messages.c.participant).where(messages.c.id.in_(lock_texts))
    for message, participant in db.execute(query).all():
        row = {
            "key": f"{IN_APP}:{message}",
            "message": message,
            "participant": participant,
            "channel": IN_APP,
            "lock_text": lock_texts[message],
            "queued_us": now_us,
            "sent_us": now_us,
        }
        insert_once(db, outbox, row)
