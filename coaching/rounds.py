"""The coach's rounds: whatever has fallen due is done, in order, a wave of people at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time

from sqlalchemy import Connection

from coaching import agenda, features, members
from coaching.agenda import Due, What
from coaching.challenges import following, play
from coaching.days import goal_setting
from coaching.daytime import instant_us, next_us
from coaching.grounds import Grounds
from coaching.learned import learning
from coaching.members import Member
from coaching.post import delivery, inbox
from coaching.prompts import prompting, stillness
from coaching.prompts.kind import RESERVED, Kind
from coaching.prompts.point import Point
from coaching.protocol import Protocol
from coaching.questionnaires import questions
from coaching.safety import alarm
from people import registry
from people.registry import Calendar


@dataclass(frozen=True, slots=True)
class _Call:
    """One entry of the agenda with what is known of its person."""

    due: Due
    member: Member
    calendar: Calendar


def tick(db: Connection, grounds: Grounds, now_us: int) -> set[str]:
    """Do everything that is due; return for whom something changed."""
    changed: set[str] = set()
    while entries := agenda.first_due(db, now_us):
        changed |= _wave(db, entries, grounds, now_us)
    return changed


def first_entries(member: Member, calendar: Calendar, protocol: Protocol) -> list[Due]:
    """Return what a newcomer's agenda begins with."""
    who, now_us = member.participant, member.enrolled_us
    times = [
        Due(who, What.PROMPT, slot.occasion, next_us(calendar, slot.at, now_us))
        for slot in protocol.prompts.schedule
    ]
    day = Due(who, What.DAY, "", _next_midnight_us(calendar, now_us))
    asks = questions.first_due(member, calendar, protocol)
    return [*times, day, *asks, *stillness.first_look(member, protocol)]


def _wave(db: Connection, entries: Sequence[Due], grounds: Grounds, now_us: int) -> set[str]:
    enrolled = members.read(db, [entry.participant for entry in entries])
    agenda.strike(db, entries)
    calendars = registry.calendars(db, list(enrolled))
    calls = [
        _Call(entry, enrolled[entry.participant], calendars[entry.participant])
        for entry in entries
    ]
    changed: set[str] = set()
    for what, handle in _HANDLERS.items():
        chosen = [call for call in calls if call.due.what is what]
        if chosen:
            changed |= handle(db, chosen, grounds, now_us)
    return changed


def _days(db: Connection, calls: Sequence[_Call], grounds: Grounds, now_us: int) -> set[str]:
    lasting = [call for call in calls if call.due.due_us < call.member.until_us]
    keys = [
        (call.member.participant, call.calendar.local_day(call.due.due_us)) for call in lasting
    ]
    calendars = {call.member.participant: call.calendar for call in lasting}
    if keys:
        goal_setting.set_missing(db, keys, calendars, grounds, now_us)
        features.of_days(db, grounds.chance, keys, now_us)
    midnights_us = {call.member.participant: call.due.due_us for call in lasting}
    learning.night(db, [call.member for call in lasting], midnights_us, grounds, now_us)
    agenda.put(db, [replace(call.due, due_us=_after(call)) for call in lasting])
    return {call.member.participant for call in lasting}


def _prompts(db: Connection, calls: Sequence[_Call], grounds: Grounds, now_us: int) -> set[str]:
    times = {slot.occasion: slot.at for slot in grounds.protocol.prompts.schedule}
    lasting = [call for call in calls if call.due.due_us < call.member.until_us]
    agenda.put(db, [again for call in lasting for again in _again(call, times)])
    points = [_point(call) for call in lasting if _is_time(call, times)]
    made = prompting.consider(db, points, grounds, now_us)
    return {decision.state.participant for decision in made if decision.template}


def _again(call: _Call, times: Mapping[str, time]) -> Iterator[Due]:
    at = times.get(call.due.ref)
    if at is not None:
        due_us = next_us(call.calendar, at, call.due.due_us)
        yield Due(call.member.participant, What.PROMPT, call.due.ref, due_us)


def _is_time(call: _Call, times: Mapping[str, time]) -> bool:
    """Tell whether the person's clock still shows the set time: they may have flown."""
    if call.due.ref in RESERVED:
        return True
    at = times.get(call.due.ref)
    day = call.calendar.local_day(call.due.due_us)
    return at is not None and instant_us(call.calendar, day, at) == call.due.due_us


def _point(call: _Call) -> Point:
    kind = Kind(call.due.ref) if call.due.ref in RESERVED else Kind.SCHEDULED
    return Point(call.member, call.calendar, kind, call.due.ref, call.due.due_us)


def _looks(db: Connection, calls: Sequence[_Call], grounds: Grounds, now_us: int) -> set[str]:
    points = [
        Point(call.member, call.calendar, Kind.INACTIVE, Kind.INACTIVE, call.due.due_us)
        for call in calls
        if call.due.due_us < call.member.until_us
    ]
    return stillness.look(db, points, grounds, now_us)


def _deliveries(
    db: Connection, calls: Sequence[_Call], grounds: Grounds, now_us: int
) -> set[str]:
    held = [
        delivery.deliver(db, call.due, call.member, call.calendar, grounds, now_us)
        for call in calls
    ]
    return {
        call.member.participant
        for call, until_us in zip(calls, held, strict=True)
        if until_us is None
    }


def _expiries(db: Connection, calls: Sequence[_Call], _: Grounds, now_us: int) -> set[str]:
    inbox.expire(db, [int(call.due.ref) for call in calls], now_us)
    return {call.member.participant for call in calls}


def _asks(db: Connection, calls: Sequence[_Call], grounds: Grounds, now_us: int) -> set[str]:
    lasting = [call for call in calls if call.due.due_us < call.member.until_us]
    for call in lasting:
        questions.ask(db, call.due, grounds, now_us)
    weekly = {
        name: each.at
        for name, each in grounds.protocol.questionnaires.items()
        if each.when == "weekly"
    }
    again = [
        replace(call.due, due_us=questions.again_us(call.calendar, at, call.due.due_us))
        for call in lasting
        if (at := weekly.get(call.due.ref)) is not None
    ]
    agenda.put(db, again)
    return {call.member.participant for call in lasting}


def _escalations(
    db: Connection, calls: Sequence[_Call], grounds: Grounds, now_us: int
) -> set[str]:
    rules = grounds.protocol.safety
    found = [alarm.escalate(db, int(call.due.ref), rules, now_us) for call in calls]
    return {ticket.participant for ticket in found if ticket is not None}


def _after(call: _Call) -> int:
    return _next_midnight_us(call.calendar, call.due.due_us)


def _next_midnight_us(calendar: Calendar, at_us: int) -> int:
    _, end_us = calendar.day_bounds_us(calendar.local_day(at_us))
    return end_us


def _challenges(db: Connection, calls: Sequence[_Call], _: Grounds, now_us: int) -> set[str]:
    return {
        who
        for call in calls
        for won in following.close(db, call.due.ref, now_us)
        for who in play.reward(db, won, now_us)
    }


_Handler = Callable[[Connection, Sequence[_Call], Grounds, int], set[str]]
_HANDLERS: dict[What, _Handler] = {
    What.DAY: _days,
    What.PROMPT: _prompts,
    What.LOOK: _looks,
    What.DELIVER: _deliveries,
    What.EXPIRE: _expiries,
    What.ASK: _asks,
    What.ESCALATE: _escalations,
    What.CHALLENGE: _challenges,
}
