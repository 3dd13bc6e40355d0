"""A human coach's message: approved words, under the same quiet hours and budget as the bot."""

from sqlalchemy import Connection

from coaching import agenda, delivery, inbox, members, prompting
from coaching.acts import CoachMessage, Outcome
from coaching.agenda import Due, What
from coaching.daytime import HOUR_US, local
from coaching.delivery import Parcel
from coaching.grounds import Grounds
from coaching.inbox import Draft
from coaching.messages.library import Message
from people import registry

OCCASION = "coach"


def coach_message(db: Connection, act: CoachMessage, grounds: Grounds, now_us: int) -> Outcome:
    """Send an approved message now, or when manners allow."""
    member = members.one(db, act.participant)
    if member is None:
        return Outcome(ok=False, says="Not enrolled in this study.")
    template = grounds.library.by_id.get(act.template_id)
    if template is None or OCCASION not in template.occasions:
        return Outcome(ok=False, says="That is not one of the approved messages.")
    calendar = registry.calendar(db, act.participant)
    source = f"coach:{act.coach}:{act.participant}:{template.id}:{calendar.local_day(now_us)}"
    if inbox.is_written(db, source):
        return Outcome(ok=True, says="This message was sent today already.")
    due = _write(db, _draft(act, source, template, grounds, now_us), grounds, now_us)
    held_us = delivery.deliver(db, due, member, calendar, grounds, now_us)
    if held_us is None:
        return Outcome(ok=True, says="Sent.")
    return Outcome(ok=True, says=f"Held until {local(calendar, held_us):%A %H:%M}.")


def _draft(
    act: CoachMessage, source: str, template: Message, grounds: Grounds, now_us: int
) -> Draft:
    return Draft(
        participant=act.participant,
        source=source,
        sender=act.coach,
        template=template.id,
        text=template.text,
        options=grounds.library.answers_to(template.id),
        intended_us=now_us,
        expires_us=now_us + grounds.protocol.prompts.coach_expiry_h * HOUR_US,
    )


def _write(db: Connection, draft: Draft, grounds: Grounds, now_us: int) -> Due:
    message_id = inbox.write(db, [draft])[draft.source]
    parcel = Parcel(message_id, draft.participant, grounds.library.lock_text)
    delivery.queue(db, [parcel], now_us)
    agenda.put(db, [prompting.expiry(draft.participant, message_id, draft.expires_us)])
    return Due(draft.participant, What.DELIVER, str(message_id), now_us)
