"""A human coach's message: approved words, under the same quiet hours and budget as the bot."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from coaching import members
from coaching.acts.act import Outcome, accepted, refused
from coaching.acts.prompts import CoachMessage
from coaching.daytime import HOUR_US, day_and_time, local
from coaching.grounds import Grounds
from coaching.messages.library import Library
from coaching.post import inbox, posting
from coaching.post.posting import Letter, Posted
from coaching.requests.deed import Deed, Deeds
from people import registry
from people.authorize import Action, Topic

OCCASION = "coach"


@dataclass(frozen=True, slots=True)
class Template:
    """An approved message that a coach may send."""

    id: str
    text: str


def templates(library: Library) -> tuple[Template, ...]:
    """Return the messages a human coach may send."""
    return tuple(Template(each.id, each.text) for each in library.fitting(OCCASION))


def coach_message(db: Connection, act: CoachMessage, grounds: Grounds, now_us: int) -> Outcome:
    """Send an approved message now, or when manners allow."""
    member = members.one(db, act.participant)
    if member is None:
        return refused("Not enrolled in this study.")
    template = grounds.library.by_id.get(act.template_id)
    if template is None or OCCASION not in template.occasions:
        return refused("That is not one of the approved messages.")
    calendar = registry.calendar(db, act.participant)
    source = f"coach:{act.coach}:{act.participant}:{template.id}:{calendar.local_day(now_us)}"
    if inbox.is_written(db, source):
        return accepted("This message was sent today already.")
    expires_us = now_us + grounds.protocol.prompts.coach_expiry_h * HOUR_US
    letter = Letter(act.participant, source, act.coach, template.id, expires_us)
    posted, at_us = posting.post(db, letter, grounds, now_us)
    if posted is Posted.HELD:
        return accepted("Held until %(when)s.", when=day_and_time(local(calendar, at_us)))
    if posted is Posted.SILENT:
        return accepted("It waits in their inbox, without a push: no more today.")
    return accepted("Sent.")


DEEDS: Final[Deeds] = {
    CoachMessage: Deed(coach_message, Action.MESSAGE, Topic.MESSAGES),
}
