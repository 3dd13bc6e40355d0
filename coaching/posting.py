"""What one person sends another: approved words, under the same manners as the bot."""

from enum import StrEnum

from sqlalchemy import Connection

from coaching import agenda, delivery, inbox, members, prompting
from coaching.agenda import Due, What
from coaching.grounds import Grounds
from coaching.inbox import Draft
from people import registry


class Posted(StrEnum):
    """What became of a message that a person sent."""

    PUSHED = "pushed"
    SILENT = "silent"  # in the inbox, and no push: it did not fit
    HELD = "held"  # until quiet hours end


def post(db: Connection, draft: Draft, grounds: Grounds, now_us: int) -> tuple[Posted, int]:
    """Write a message and let it in when manners allow; return what came of it, and when."""
    member = members.read(db, [draft.participant])[draft.participant]
    calendar = registry.calendar(db, draft.participant)
    message_id = inbox.write(db, [draft])[draft.source]
    agenda.put(db, [prompting.expiry(draft.participant, message_id, draft.expires_us)])
    due = Due(draft.participant, What.DELIVER, str(message_id), now_us)
    held_us = delivery.deliver(db, due, member, calendar, grounds, now_us)
    if held_us is not None:
        return Posted.HELD, held_us
    written = inbox.read(db, draft.participant, message_id)
    pushed = written is not None and written.pushed_us is not None
    return (Posted.PUSHED if pushed else Posted.SILENT), now_us
