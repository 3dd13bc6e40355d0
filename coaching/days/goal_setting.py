"""Sets the goals of a day for many people at once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import Connection

from coaching import grounds as grounds_of
from coaching import members
from coaching.days import goals
from coaching.days.goals import Goal, Inputs, Key
from coaching.daytime import HOUR_US
from coaching.grounds import Grounds
from coaching.members import Member
from people.registry import Calendar

_LOOK_BACK = timedelta(days=28)
_DAY = timedelta(days=1)


def set_missing(
    db: Connection,
    keys: Collection[Key],
    calendars: Mapping[str, Calendar],
    grounds: Grounds,
    now_us: int,
) -> dict[Key, Goal]:
    """Return the goals of these people and days, each set now unless it stands."""
    found = goals.read(db, keys)
    missing = [key for key in keys if key not in found]
    if missing:
        made = _decide(db, missing, calendars, grounds, now_us)
        grounds_of.keep(db, grounds)
        goals.write(db, made)
        found |= {goal.key: goal for goal in made}
    return found


def _decide(
    db: Connection,
    keys: Sequence[Key],
    calendars: Mapping[str, Calendar],
    grounds: Grounds,
    now_us: int,
) -> list[Goal]:
    people = [participant for participant, _ in keys]
    first, last = min(day for _, day in keys), max(day for _, day in keys)
    past = goals.between(db, people, first - _LOOK_BACK, last - _DAY)
    rule = grounds.protocol.goal
    enrolled = members.read(db, people)
    rested = _rested(db, keys, calendars, rule.hold_days * 24 * HOUR_US)
    made: list[Goal] = []
    for key in keys:
        inputs = _inputs(
            key,
            past.get(key[0], []),
            rule.most_days,
            enrolled[key[0]],
            paused_lately=key in rested,
        )
        steps, reason = goals.steps_for(inputs, rule)
        made.append(Goal(*key, steps, str(reason), inputs, grounds.protocol_digest, now_us))
    return made


def _inputs(
    key: Key, past: Sequence[Goal], most_days: int, member: Member, *, paused_lately: bool
) -> Inputs:
    day = key[1]
    before = [goal for goal in past if day - _LOOK_BACK <= goal.day < day]
    valid = [
        goal.done_steps for goal in before if goal.done_valid and goal.done_steps is not None
    ]
    return Inputs(
        valid_steps=tuple(valid[:most_days]),
        previous_steps=before[0].steps if before else None,
        paused_lately=paused_lately,
        lowest_steps=member.lowest_goal_steps,
        highest_steps=member.highest_goal_steps,
    )


def _rested(
    db: Connection, keys: Sequence[Key], calendars: Mapping[str, Calendar], hold_us: int
) -> set[Key]:
    """Return those that begin within a pause, or soon after one."""
    starts = {(who, day): calendars[who].day_bounds_us(day)[0] for who, day in keys}
    first_us, last_us = min(starts.values()) - hold_us, max(starts.values())
    pauses = members.pauses_between(db, [who for who, _ in keys], first_us, last_us + 1)
    return {
        key
        for key, start_us in starts.items()
        for from_us, until_us in pauses.get(key[0], [])
        if from_us <= start_us and until_us > start_us - hold_us
    }
