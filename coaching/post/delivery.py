"""From written to seen: held in quiet hours, pushed within one budget, silent beyond it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, bindparam, update

from coaching import agenda, members, taper
from coaching.agenda import Due
from coaching.daytime import DAY_MIN, DAY_US, MINUTE_US, is_quiet, minute_of_day
from coaching.grounds import Grounds
from coaching.members import Member
from coaching.post import inbox, outbox
from coaching.post.message import Message, Sent
from coaching.prompts import snoozes
from coaching.protocol import Protocol
from coaching.tables import messages
from people import registry
from people.registry import Calendar

_STEP_MIN = 30  # no clock is turned by less


def deliver(
    db: Connection, due: Due, member: Member, calendar: Calendar, grounds: Grounds, now_us: int
) -> int | None:
    """Let a message into the inbox, with a push if there is room for one.

    In quiet hours it is held; then the return is until when.
    """
    message = inbox.read(db, member.participant, int(due.ref))
    if message is None or message.expires_us <= now_us:
        return None
    until_us = after_quiet_us(member, calendar, now_us)
    if until_us > now_us:
        agenda.put(db, [replace(due, due_us=until_us)])
        return until_us
    if message.sent_us is not None:  # it comes back because that was asked for
        lock_text = {message.id: _lock_text(db, member, grounds)}
        outbox.queue(db, lock_text, now_us, again=f"@{due.due_us}")
        return None
    send(db, [message.id], now_us)
    if _has_room(db, message, member, calendar, grounds.protocol, now_us):
        push(db, {message.id: _lock_text(db, member, grounds)}, now_us)
    return None


def _lock_text(db: Connection, member: Member, grounds: Grounds) -> str:
    who = member.participant
    return grounds.words(registry.languages_of(db, [who])[who]).lock_text


def _has_room(
    db: Connection,
    message: Message,
    member: Member,
    calendar: Calendar,
    protocol: Protocol,
    now_us: int,
) -> bool:
    who = member.participant
    if members.pauses_between(db, [who], now_us, now_us + 1):
        return False
    if message.occasion in snoozes.lasting(db, [who], now_us).get(who, ()):
        return False
    return spent_today(db, who, calendar, now_us) < most_pushes(member, protocol, now_us)


def spent_today(db: Connection, participant: str, calendar: Calendar, now_us: int) -> int:
    """Return how many pushes have reached a person today."""
    seen = inbox.sent_after(db, [participant], now_us - 2 * DAY_US).get(participant, [])
    return pushes_today(calendar, seen, now_us)


def most_pushes(member: Member, protocol: Protocol, now_us: int) -> int:
    """Return how many pushes a day may reach a person: what they chose, within the study's.

    Towards the end of the study they grow fewer.
    """
    chosen, most = member.pushes_a_day, protocol.attention.pushes_a_day
    left = taper.share(member, protocol.taper.weeks, now_us)
    return taper.tapered(most if chosen is None else min(chosen, most), left)


def pushes_today(calendar: Calendar, seen: Sequence[Sent], now_us: int) -> int:
    """Return how many pushes reached a person on the day it is."""
    start_us, end_us = calendar.day_bounds_us(calendar.local_day(now_us))
    return sum(
        each.pushed_us is not None and start_us <= each.pushed_us < end_us for each in seen
    )


def after_quiet_us(member: Member, calendar: Calendar, at_us: int) -> int:
    """Return `at_us`, or the first moment after it that the wall clock shows as not quiet."""
    start, end = member.quiet_start_minute, member.quiet_end_minute
    while is_quiet(minute := minute_of_day(calendar, at_us), start, end):
        # In small steps: the clock may be turned, or the person fly, before quiet hours end.
        left_min = min((end - minute) % DAY_MIN, _STEP_MIN)
        at_us = at_us // MINUTE_US * MINUTE_US + left_min * MINUTE_US
    return at_us


def send(db: Connection, message_ids: Sequence[int], now_us: int) -> None:
    """Let messages appear in the inbox, where nothing can get lost."""
    if message_ids:
        db.execute(_SENT, [{"which": each, "at_us": now_us} for each in message_ids])


def push(db: Connection, lock_texts: Mapping[int, str], now_us: int) -> None:
    """Draw attention to messages in the inbox, each once; a locked screen shows the text."""
    if lock_texts:
        db.execute(_PUSHED, [{"which": each, "at_us": now_us} for each in lock_texts])
        outbox.queue(db, lock_texts, now_us)


_SENT = (
    update(messages)
    .where(messages.c.id == bindparam("which"), messages.c.sent_us.is_(None))
    .values(sent_us=bindparam("at_us"))
)
_PUSHED = (
    update(messages)
    .where(messages.c.id == bindparam("which"), messages.c.pushed_us.is_(None))
    .values(pushed_us=bindparam("at_us"))
)
