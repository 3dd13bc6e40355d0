"""A coach's desk: notes, flags that are dealt with, drafts, and days off."""

from datetime import date
from typing import Final

from sqlalchemy import Connection

from coaching import members
from coaching.acts.act import Outcome, accepted, refused
from coaching.acts.desk import (
    Deal,
    DecideDraft,
    HandOver,
    Look,
    StrikeNote,
    Supervise,
    TakeBack,
    UndoDeal,
    WriteNote,
)
from coaching.agenda import Due, What
from coaching.coaches import changes, deals, directory, notes
from coaching.daytime import DAY_US, HOUR_US, day_and_time, local
from coaching.grounds import Grounds
from coaching.post import delivery, drafts
from coaching.post.message import Message
from coaching.requests.coach_messages import OCCASION
from coaching.requests.deed import Deed, Deeds
from people import registry
from people.authorize import Action, Topic

_MOST_HOURS: Final = 24 * 14
_MOST_DAYS: Final = 90
_GONE: Final = refused("That draft is gone: sent, held or too late.")


def write_note(db: Connection, act: WriteNote, _: Grounds, now_us: int) -> Outcome:
    """Keep a note."""
    text = act.text.strip()
    if not 1 <= len(text) <= notes.LONGEST:
        return refused("1 to %(most)s characters, please.", most=notes.LONGEST)
    notes.write(db, act.participant, act.coach, text, now_us)
    return accepted("Noted. All their coaches see it, and they in their data.")


def strike_note(db: Connection, act: StrikeNote, _: Grounds, now_us: int) -> Outcome:
    """Take one's own note back."""
    if not notes.strike(db, act.participant, act.coach, act.note, now_us):
        return refused("That is no note of yours.")
    return accepted("Taken back.")


def deal(db: Connection, act: Deal, _: Grounds, now_us: int) -> Outcome:
    """Deal with what is flagged."""
    if not 1 <= act.hours <= _MOST_HOURS:
        return refused("Between an hour and two weeks, please.")
    if act.how == deals.ASSIGNED and act.to not in registry.coaches_of(
        db, act.participant, now_us
    ):
        return refused("Only to another coach of theirs.")
    made = deals.Deal(
        id=0,
        participant=act.participant,
        coach=act.coach,
        how=act.how,
        to=act.to if act.how == deals.ASSIGNED else None,
        flag=act.flag,
        at_us=now_us,
        until_us=now_us + act.hours * HOUR_US,
    )
    deals.deal(db, made)
    return _DEALT[act.how]


_DEALT: Final = {
    deals.SEEN: accepted("Off the list until tomorrow, unless something else comes up."),
    deals.PUT_OFF: accepted("Put off. It comes back by itself."),
    deals.ASSIGNED: accepted("Handed over. It stands on their list now."),
}


def undo_deal(db: Connection, act: UndoDeal, _: Grounds, now_us: int) -> Outcome:
    """Let a flag stand again."""
    if not deals.undo(db, act.participant, act.deal, act.coach, now_us):
        return refused("That was undone already.")
    return accepted("Back on the list.")


def look(db: Connection, act: Look, _: Grounds, now_us: int) -> Outcome:
    """Note that a coach looked."""
    changes.look(db, act.coach, act.participant, now_us)
    return accepted("Seen.")


def supervise(db: Connection, act: Supervise, _: Grounds, now_us: int) -> Outcome:
    """See the bot's drafts first, or no longer."""
    if act.on:
        drafts.supervise(db, act.participant, act.coach, now_us)
        return accepted("What the bot would write to them waits for a coach now.")
    drafts.let_go(db, act.participant)
    return accepted("The bot writes to them by itself again.")


def decide_draft(db: Connection, act: DecideDraft, grounds: Grounds, now_us: int) -> Outcome:
    """Let a draft go under the manners of every message, or hold it."""
    waiting = drafts.waiting(db, [act.participant], now_us)
    draft = next((each for each in waiting if each.id == act.message_id), None)
    if draft is None:
        return _GONE
    if not act.send:
        drafts.decide(db, draft, act.coach, drafts.HELD, now_us)
        return accepted("Held: it is not sent.")
    if act.template_id is not None and not _rewritten(db, draft, act, grounds):
        return refused("That is not one of the approved messages.")
    what = drafts.APPROVED if act.template_id is None else drafts.EDITED
    drafts.decide(db, draft, act.coach, what, now_us)
    member = members.read(db, [act.participant])[act.participant]
    calendar = registry.calendar(db, act.participant)
    due = Due(act.participant, What.DELIVER, str(draft.id), now_us)
    held_us = delivery.deliver(db, due, member, calendar, grounds, now_us)
    if held_us is not None:
        return accepted("Held until %(when)s.", when=day_and_time(local(calendar, held_us)))
    return accepted("Sent.")


def _rewritten(db: Connection, draft: Message, act: DecideDraft, grounds: Grounds) -> bool:
    template = act.template_id or ""
    language = registry.languages_of(db, [act.participant])[act.participant]
    words = grounds.words(language)
    chosen = words.by_id.get(template)
    if chosen is None or OCCASION not in chosen.occasions:
        return False
    drafts.rewrite(db, draft, act.coach, template, chosen.text, words.answers_to(template))
    return True


def hand_over(db: Connection, act: HandOver, _: Grounds, now_us: int) -> Outcome:
    """Let a colleague look after a panel from one day to another, both included."""
    days = (act.last_day - act.first_day).days
    if not 0 <= days < _MOST_DAYS:
        return refused("One to %(most)s days, please.", most=_MOST_DAYS)
    if act.colleague == act.participant:
        return refused("A colleague is somebody else.")
    if not directory.is_verified(db, act.colleague, act.first_day):
        return refused("They have no credential that holds then.")
    from_us = max(now_us, _midnight_us(act.first_day))
    until_us = _midnight_us(act.last_day) + DAY_US
    if until_us <= now_us:
        return refused("Those days are over.")
    count = registry.stand_in(db, act.participant, act.colleague, from_us, until_us)
    return accepted("They look after %(count)s people then, as you do.", count=count)


def take_back(db: Connection, act: TakeBack, _: Grounds, now_us: int) -> Outcome:
    """End that at once."""
    registry.end_stand_in(db, act.participant, act.colleague, now_us)
    return accepted("Your panel is yours alone again.")


def _midnight_us(day: date) -> int:
    return (day - date(1970, 1, 1)).days * DAY_US


DEEDS: Final[Deeds] = {
    WriteNote: Deed(write_note, Action.KNOW),
    StrikeNote: Deed(strike_note, Action.KNOW),
    Deal: Deed(deal, Action.KNOW),
    UndoDeal: Deed(undo_deal, Action.KNOW),
    Look: Deed(look, Action.KNOW),
    Supervise: Deed(supervise, Action.MESSAGE, Topic.MESSAGES),
    DecideDraft: Deed(decide_draft, Action.MESSAGE, Topic.MESSAGES),
    HandOver: Deed(hand_over, Action.COACH),
    TakeBack: Deed(take_back, Action.COACH),
}
