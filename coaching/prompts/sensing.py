"""From the database to a `State`: what a decision point gets to see."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from analytics import scores
from coaching import members
from coaching.days import goals
from coaching.days.goals import Goal
from coaching.daytime import HOUR_US, MINUTE_US, minute_of_day
from coaching.grounds import Grounds
from coaching.learned import learning
from coaching.members import Member
from coaching.post import inbox
from coaching.post.delivery import most_pushes, pushes_today
from coaching.post.inbox import Sent
from coaching.prompts import snoozes
from coaching.prompts.state import Learned, State, Worn
from coaching.safety import tickets
from people import registry
from people.registry import Calendar

_LOOK_BACK_US = 4 * HOUR_US
_LONGEST_DAY_US = 50 * HOUR_US  # a flight west across the date line
_WORN = {
    scores.State.NO_DATA: Worn.NO_DATA,
    scores.State.WORN_STILL: Worn.STILL,
    scores.State.WORN_MOVING: Worn.MOVING,
    scores.State.NOT_WORN: Worn.NOT_WORN,
    scores.State.FAULT: Worn.FAULT,
}


@dataclass(frozen=True, slots=True)
class Point:
    """A moment at which the coach considers writing."""

    member: Member
    calendar: Calendar
    kind: str
    occasion: str
    due_us: int
    epoch_us: int | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """What the last hours say."""

    last_data_us: int | None
    worn: Worn
    still_min: int
    steps_30min: int | None
    steps_2h: int | None


def sense(
    db: Connection, points: Sequence[Point], grounds: Grounds, now_us: int
) -> list[State]:
    """Return what each point sees; the points are of different people."""
    people = [point.member.participant for point in points]
    protocol = grounds.protocol
    novelty_us = protocol.prompts.novelty_h * HOUR_US
    seen = inbox.sent_after(db, people, now_us - max(novelty_us, _LONGEST_DAY_US))
    snoozed = snoozes.lasting(db, people, now_us)
    flagged = {each.participant for each in tickets.unresolved(db, people)}
    languages = registry.languages_of(db, people)
    resting = members.pauses_between(db, people, now_us, now_us + 1)
    days = {p.member.participant: p.calendar.local_day(p.due_us) for p in points}
    set_goals = goals.read(db, list(days.items()))
    felt = bodies(db, points)
    catching_up = scores.catching_up_of(db, people, now_us)
    learned = learning.known(db, [point.member for point in points], grounds)
    return [
        _state(
            point,
            now_us,
            body=felt[who],
            goal=set_goals.get((who, days[who])),
            lately=_Lately.of(seen.get(who, []), point, now_us, novelty_us),
            most_pushes=most_pushes(point.member, protocol, now_us),
            language=languages[who],
            snoozed=point.occasion in snoozed.get(who, ()),
            handed_over=who in flagged,
            paused=who in resting,
            catching_up=who in catching_up,
            learned=learned.get(who),
        )
        for who, point in zip(people, points, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Lately:
    last_push_us: int | None
    pushes_today: int
    used: tuple[str, ...]

    @classmethod
    def of(cls, seen: Sequence[Sent], point: Point, now_us: int, novelty_us: int) -> "_Lately":
        pushed = [each.pushed_us for each in seen if each.pushed_us is not None]
        return cls(
            last_push_us=max(pushed, default=None),
            pushes_today=pushes_today(point.calendar, seen, now_us),
            used=tuple(sorted({s.template for s in seen if s.sent_us > now_us - novelty_us})),
        )


def _state(
    point: Point,
    now_us: int,
    *,
    body: Body,
    goal: Goal | None,
    lately: _Lately,
    most_pushes: int,
    language: str,
    snoozed: bool,
    handed_over: bool,
    paused: bool,
    catching_up: bool,
    learned: Learned | None,
) -> State:
    member, calendar = point.member, point.calendar
    joined = calendar.local_day(member.enrolled_us)
    return State(
        participant=member.participant,
        counter=member.decisions_made,
        arm=member.arm,
        kind=point.kind,
        occasion=point.occasion,
        language=language,
        due_us=point.due_us,
        at_us=now_us,
        epoch_us=point.epoch_us,
        minute_of_day=minute_of_day(calendar, now_us),
        quiet_start_minute=member.quiet_start_minute,
        quiet_end_minute=member.quiet_end_minute,
        handed_over=handed_over,
        paused=paused,
        snoozed=snoozed,
        last_push_us=lately.last_push_us,
        pushes_today=lately.pushes_today,
        most_pushes=most_pushes,
        used=lately.used,
        last_data_us=body.last_data_us,
        worn=body.worn,
        still_min=body.still_min,
        steps_30min=body.steps_30min,
        steps_2h=body.steps_2h,
        steps_today=goal.done_steps if goal else None,
        goal_steps=goal.steps if goal else None,
        catching_up=catching_up,
        days_in=(calendar.local_day(now_us) - joined).days,
        dose=member.dose,
        learned=learned,
    )


def bodies(db: Connection, points: Sequence[Point]) -> dict[str, Body]:
    """Return what is known of each point's person, by one query for each moment."""
    by_end: dict[int, list[str]] = {}
    for point in points:
        end_us = point.due_us // MINUTE_US * MINUTE_US
        by_end.setdefault(end_us, []).append(point.member.participant)
    return {
        who: feel(minutes, end_us)
        for end_us, people in by_end.items()
        for who, minutes in scores.minutes_of(
            db, people, end_us - _LOOK_BACK_US, end_us
        ).items()
    }


def feel(minutes: scores.Minutes, end_us: int) -> Body:
    """Return what the minutes up to a moment say, as far as they are known."""
    known = np.flatnonzero(minutes["state"])
    if known.size == 0:
        return Body(None, Worn.NO_DATA, 0, None, None)
    latest = int(known[-1])
    counted = steps(minutes)
    still = (minutes["state"] == scores.State.WORN_STILL) & (counted == 0)
    return Body(
        last_data_us=end_us - (minutes.size - latest - 1) * MINUTE_US,
        worn=_WORN[scores.State(int(minutes["state"][latest]))],
        still_min=_trailing(still[: latest + 1]),
        steps_30min=_sum(counted[-30:]),
        steps_2h=_sum(counted[-120:]),
    )


def epoch_us_of(
    db: Connection, participant: str, start_us: int, end_us: int, enough: int
) -> int:
    """Return the start of the minute in which a day's steps came to `enough`."""
    counted = steps(scores.minutes(db, participant, start_us, end_us))
    so_far = np.cumsum(np.maximum(counted, 0))
    place = min(int(np.searchsorted(so_far, enough)), counted.size - 1)
    return start_us // MINUTE_US * MINUTE_US + place * MINUTE_US


def steps(minutes: scores.Minutes) -> NDArray[np.int64]:
    """Return the steps of each minute, -1 where nothing could count them."""
    by_accel = minutes["flags"] & scores.Flag.ACCEL != 0
    return np.where(by_accel, minutes["steps"], minutes["device_steps"]).astype(np.int64)


def _sum(counted: NDArray[np.int64]) -> int | None:
    known = counted[counted >= 0]
    return int(known.sum()) if known.size else None


def _trailing(flags: NDArray[np.bool_]) -> int:
    """Return how many of the last flags are set without a break."""
    broken = np.flatnonzero(~flags)
    return int(flags.size - broken[-1] - 1) if broken.size else int(flags.size)
