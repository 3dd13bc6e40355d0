"""Looks at what was heard of people last, for vital signs beyond their bounds."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from analytics import scores
from analytics.scores import DayFact
from coaching.daytime import DAY_US, HOUR_US, MINUTE_US
from coaching.grounds import Grounds
from coaching.safety import alarm, readings, vitals
from coaching.safety.alarm import RedFlag

_FRESH_US = 2 * HOUR_US  # what a tracker hands over later is for the coach's page


def look(db: Connection, facts: Sequence[DayFact], grounds: Grounds, now_us: int) -> None:
    """Ring for each red flag in what these people's devices said last."""
    _look_at_minutes(db, facts, grounds, now_us)
    if grounds.protocol.safety.readings:
        _look_at_readings(db, {fact.participant for fact in facts}, grounds, now_us)


def _look_at_readings(
    db: Connection, people: Collection[str], grounds: Grounds, now_us: int
) -> None:
    for each in scores.readings(db, people, now_us - _FRESH_US, now_us + MINUTE_US):
        for kind, says in readings.red_flags(each, grounds.protocol.safety):
            source = f"safety:{kind}:{each.participant}:{each.at_us // DAY_US}"
            flag = RedFlag(each.participant, kind, says, source, each.at_us)
            alarm.ring(db, flag, grounds, now_us)


def _look_at_minutes(
    db: Connection, facts: Sequence[DayFact], grounds: Grounds, now_us: int
) -> None:
    rules = grounds.protocol.safety
    span_min = vitals.longest_min(rules)
    ends_us = {
        fact.participant: fact.last_minute_us + MINUTE_US
        for fact in facts
        if fact.last_minute_us is not None and now_us - fact.last_minute_us <= _FRESH_US
    }
    if span_min == 0 or not ends_us:
        return
    first_us = min(ends_us.values()) - span_min * MINUTE_US
    found = scores.minutes_of(db, list(ends_us), first_us, max(ends_us.values()))
    for who, minutes in found.items():
        until = (ends_us[who] - first_us) // MINUTE_US
        for kind, says in vitals.red_flags(minutes[until - span_min : until], rules):
            source = f"safety:{kind}:{who}:{ends_us[who] // DAY_US}"
            flag = RedFlag(who, kind, says, source, ends_us[who] - MINUTE_US)
            alarm.ring(db, flag, grounds, now_us)
