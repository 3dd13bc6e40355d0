"""What one person sends another: approved words, under the same manners as the bot."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from coaching import agenda, members
from coaching.agenda import Due, What
from coaching.grounds import Grounds
from coaching.post import delivery, inbox
from coaching.post.message import Draft
from coaching.prompts import prompting
from people import registry


class Posted(StrEnum):
    """What became of a message that a person sent."""

    PUSHED = "pushed"
    SILENT = "silent"  # in the inbox, and no push: it did not fit
    HELD = "held"  # until quiet hours end


@dataclass(frozen=True, slots=True)
class Letter:
    """An approved message from one person to another; the same source never writes twice."""

    participant: str  # who receives it
    source: str
    sender: str
    template: str
    expires_us: int


def post(db: Connection, letter: Letter, grounds: Grounds, now_us: int) -> tuple[Posted, int]:
    """Write a letter and let it in when manners allow; return what came of it, and when."""
    who = letter.participant
    member = members.read(db, [who])[who]
    message_id = _write(db, letter, grounds, now_us)
    due = Due(who, What.DELIVER, str(message_id), now_us)
    calendar = registry.calendar(db, who)
    held_us = delivery.deliver(db, due, member, calendar, grounds, now_us)
    if held_us is not None:
        return Posted.HELD, held_us
    written = inbox.read(db, who, message_id)
    pushed = written is not None and written.pushed_us is not None
    return (Posted.PUSHED if pushed else Posted.SILENT), now_us


def _write(db: Connection, letter: Letter, grounds: Grounds, now_us: int) -> int:
    """Write it in the words of its reader's language."""
    language = registry.languages_of(db, [letter.participant])[letter.participant]
    words = grounds.words(language)
    template = words.by_id[letter.template]
    draft = Draft(
        participant=letter.participant,
        source=letter.source,
        sender=letter.sender,
        occasion=template.occasions[0],
        template=template.id,
        text=template.text,
        options=words.answers_to(template.id),
        intended_us=now_us,
        expires_us=letter.expires_us,
    )
    message_id = inbox.write(db, [draft])[letter.source]
    agenda.put(db, [prompting.expiry(letter.participant, message_id, letter.expires_us)])
    return message_id
