"""A human coach's message: approved words, under the same quiet hours and budget as the bot."""

from sqlalchemy import Connection

from coaching import members
from coaching.acts import CoachMessage, Outcome
from coaching.daytime import HOUR_US, local
from coaching.grounds import Grounds
from coaching.post import inbox, posting
from coaching.post.posting import Letter, Posted
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
    expires_us = now_us + grounds.protocol.prompts.coach_expiry_h * HOUR_US
    letter = Letter(act.participant, source, act.coach, template.id, expires_us)
    posted, at_us = posting.post(db, letter, grounds, now_us)
    held = f"Held until {local(calendar, at_us):%A %H:%M}."
    silent = "It waits in their inbox, without a push: no more today."
    says = {Posted.PUSHED: "Sent.", Posted.SILENT: silent, Posted.HELD: held}[posted]
    return Outcome(ok=True, says=says)
