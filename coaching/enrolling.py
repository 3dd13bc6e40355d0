"""Taking a participant in: their arm, their first goal, and when the coach looks first."""

from datetime import timedelta

from sqlalchemy import Connection

from coaching import agenda, features, members, rounds
from coaching.days import goal_setting
from coaching.daytime import minutes
from coaching.giving import gifts
from coaching.grounds import Grounds
from coaching.learned import learning
from coaching.members import Member
from coaching.protocol import Protocol
from people import registry
from people.registry import Calendar, Conflict
from people.sentence import say


def enrol(
    db: Connection, participant: str, arm: str, cause: str | None, grounds: Grounds, now_us: int
) -> None:
    """Take a participant in; one who is in stays as they are.

    Raises Conflict for an arm or a cause that the protocol does not have.
    """
    protocol = grounds.protocol
    if cause is not None and cause not in protocol.giving.causes:
        raise Conflict(say("this study has no cause %(cause)s", cause=cause))
    if members.one(db, participant) is not None:
        return
    if arm not in protocol.arms:
        raise Conflict(say("this study has no arm %(arm)s", arm=arm))
    calendar = registry.calendar(db, participant)
    member = _member(participant, arm, calendar, protocol, now_us)
    _pledge(db, protocol, now_us)
    members.enrol(db, member)
    learning.begin(db, member, grounds, now_us)
    agenda.put(db, rounds.first_entries(member, calendar, protocol))
    today = (participant, calendar.local_day(now_us))
    goal_setting.set_missing(db, [today], {participant: calendar}, grounds, now_us)
    features.of_days(db, grounds.chance, [today], now_us)
    if cause is not None:
        gifts.choose_cause(db, participant, cause, now_us)


def _pledge(db: Connection, protocol: Protocol, now_us: int) -> None:
    """Book what the sponsor pledged to each cause; it counts once a study."""
    for cause in protocol.giving.causes:
        pledged = protocol.giving.pledged_vouchers
        gifts.fund(db, cause, pledged, f"{protocol.name}/{cause}", now_us)


def _member(
    participant: str, arm: str, calendar: Calendar, protocol: Protocol, now_us: int
) -> Member:
    until_us = now_us + timedelta(weeks=protocol.weeks) // timedelta(microseconds=1)
    if protocol.ends is not None:
        until_us = min(until_us, calendar.day_bounds_us(protocol.ends)[1])
    if until_us <= now_us:
        raise Conflict(say("this study ended on %(day)s", day=str(protocol.ends)))
    return Member(
        participant=participant,
        arm=arm,
        enrolled_us=now_us,
        until_us=until_us,
        quiet_start_minute=minutes(protocol.quiet_hours.start),
        quiet_end_minute=minutes(protocol.quiet_hours.end),
    )
