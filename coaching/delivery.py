"""From written to sent: held in quiet hours and beyond the budget, once a channel."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, bindparam, insert, select, update

from coaching import agenda, inbox
from coaching.agenda import Due
from coaching.daytime import DAY_US, is_quiet, minute_of_day, next_us, time_of
from coaching.grounds import Grounds
from coaching.inbox import Push
from coaching.members import Member
from coaching.tables import messages, outbox
from people.registry import Calendar

IN_APP = "in_app"  # the page itself: it cannot fail, and every other channel only points to it


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message on its way by one channel."""

    message: int
    participant: str
    lock_text: str
    channel: str = IN_APP

    @property
    def key(self) -> str:
        return f"{self.channel}:{self.message}"


def deliver(
    db: Connection, due: Due, member: Member, calendar: Calendar, grounds: Grounds, now_us: int
) -> int | None:
    """Send a message if manners allow it now; else hold it and return until when."""
    message = inbox.read(db, member.participant, int(due.ref))
    if message is None or message.sent_us is not None or message.expires_us <= now_us:
        return None  # one that was put away comes back by itself
    seen = inbox.pushes(db, [member.participant], now_us - 2 * DAY_US)
    budget = grounds.protocol.attention.pushes_a_day
    may_us = may_push_us(member, calendar, seen.get(member.participant, []), budget, now_us)
    if may_us > now_us:
        agenda.put(db, [replace(due, due_us=may_us)])
        return may_us
    send(db, [message.id], now_us)
    return None


def may_push_us(
    member: Member, calendar: Calendar, seen: Sequence[Push], pushes_a_day: int, now_us: int
) -> int:
    """Return the earliest moment, now or later, that quiet hours and the budget leave."""
    start_us, end_us = calendar.day_bounds_us(calendar.local_day(now_us))
    spent = sum(start_us <= push.sent_us < end_us for push in seen)
    return after_quiet_us(member, calendar, end_us if spent >= pushes_a_day else now_us)


def after_quiet_us(member: Member, calendar: Calendar, at_us: int) -> int:
    """Return `at_us`, or the end of the quiet hours it falls into."""
    minute = minute_of_day(calendar, at_us)
    if not is_quiet(minute, member.quiet_start_minute, member.quiet_end_minute):
        return at_us
    return next_us(calendar, time_of(member.quiet_end_minute), at_us)


def queue(db: Connection, parcels: Sequence[Parcel], now_us: int) -> None:
    """Put parcels in the outbox; the same one never twice."""
    keys = [parcel.key for parcel in parcels]
    known = set(db.scalars(select(outbox.c.key).where(outbox.c.key.in_(keys))))
    rows = [_row(parcel, now_us) for parcel in parcels if parcel.key not in known]
    if rows:
        db.execute(insert(outbox), rows)


def send(db: Connection, message_ids: Sequence[int], now_us: int) -> None:
    """Let messages appear in the inbox."""
    if message_ids:
        rows = [{"which": each, "at_us": now_us} for each in message_ids]
        db.execute(_SENT_MESSAGE, rows)
        db.execute(_SENT_PARCEL, rows)


_SENT_MESSAGE = (
    update(messages)
    .where(messages.c.id == bindparam("which"), messages.c.sent_us.is_(None))
    .values(sent_us=bindparam("at_us"))
)
_SENT_PARCEL = (
    update(outbox)
    .where(outbox.c.message == bindparam("which"), outbox.c.sent_us.is_(None))
    .values(sent_us=bindparam("at_us"))
)


def _row(parcel: Parcel, now_us: int) -> dict[str, object]:
    return {
        "key": parcel.key,
        "message": parcel.message,
        "participant": parcel.participant,
        "channel": parcel.channel,
        "lock_text": parcel.lock_text,
        "queued_us": now_us,
    }
