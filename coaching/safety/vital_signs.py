"""Looks at the last minutes of whoever was heard from, for vital signs beyond their bounds."""

from collections.abc import Sequence

from sqlalchemy import Connection

from analytics import scores
from analytics.scores import DayFact
from coaching.daytime import DAY_US, HOUR_US, MINUTE_US
from coaching.grounds import Grounds
from coaching.safety import alarm, vitals
from coaching.safety.alarm import RedFlag

_FRESH_US = 2 * HOUR_US  # what a tracker hands over later is for the coach's page


def look(db: Connection, facts: Sequence[DayFact], grounds: Grounds, now_us: int) -> None:
    """Ring for each red flag in what these people's trackers said last."""
    rules = grounds.protocol.safety
    span_us = vitals.longest_min(rules) * MINUTE_US
    if span_us == 0:
        return
    ends = {
        fact.participant: fact.last_minute_us + MINUTE_US
        for fact in facts
        if fact.last_minute_us is not None and now_us - fact.last_minute_us <= _FRESH_US
    }
    by_end: dict[int, list[str]] = {}
    for who, end_us in ends.items():
        by_end.setdefault(end_us, []).append(who)
    for end_us, people in by_end.items():
        found = scores.minutes_of(db, people, end_us - span_us, end_us)
        for who, minutes in found.items():
            for kind, says in vitals.red_flags(minutes, rules):
                source = f"safety:{kind}:{who}:{end_us // DAY_US}"
                flag = RedFlag(who, kind, says.capitalize(), source, end_us - MINUTE_US)
                alarm.ring(db, flag, grounds, now_us)
