"""Sitting still: a look at whoever could have sat for long by now, and no look before."""

from collections.abc import Sequence

from sqlalchemy import Connection

from coaching import agenda
from coaching.agenda import Due, What
from coaching.daytime import MINUTE_US
from coaching.grounds import Grounds
from coaching.members import Member
from coaching.post.delivery import after_quiet_us
from coaching.prompts import body, prompting
from coaching.prompts.point import Point
from coaching.protocol import Protocol


def first_look(member: Member, protocol: Protocol) -> list[Due]:
    """Return when a newcomer is looked at first; nothing where the protocol does not ask."""
    limit_min = protocol.prompts.inactive_min
    if limit_min is None:
        return []
    return [_look_at(member.participant, member.enrolled_us + limit_min * MINUTE_US)]


def look(db: Connection, points: Sequence[Point], grounds: Grounds, now_us: int) -> set[str]:
    """Consider words for who has sat for long; look again when they next could have."""
    limit_min = grounds.protocol.prompts.inactive_min
    if limit_min is None or not points:
        return set()
    seen = body.bodies(db, points)
    still_min = [seen[point.member.participant].still_min for point in points]
    looks = [
        _next(point, min_, limit_min, now_us)
        for point, min_ in zip(points, still_min, strict=True)
    ]
    agenda.put(db, looks)
    sat = [point for point, min_ in zip(points, still_min, strict=True) if min_ >= limit_min]
    made = prompting.consider(db, sat, grounds, now_us)
    return {decision.state.participant for decision in made if decision.template}


def _next(point: Point, still_min: int, limit_min: int, now_us: int) -> Due:
    """Return the first moment at which they can have sat so long again, outside quiet hours."""
    has_sat = still_min if still_min < limit_min else 0
    # After an outage nobody is asked about each hour of it.
    from_us = max(point.due_us, now_us - limit_min * MINUTE_US)
    due_us = from_us + (limit_min - has_sat) * MINUTE_US
    return _look_at(
        point.member.participant, after_quiet_us(point.member, point.calendar, due_us)
    )


def _look_at(participant: str, due_us: int) -> Due:
    return Due(participant, What.LOOK, "", due_us)
