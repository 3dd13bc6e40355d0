"""The door of analytics: the headline score, and what was measured of a person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, select

from analytics import coverage, epochs
from analytics import days as day_facts_of
from analytics import nights as nights_of
from analytics.days import DayFact, Span
from analytics.epochs import EPOCH, MINUTE, Flag, Minutes, State
from analytics.nights import Night
from analytics.tables import day_facts, metadata, nights, scores
from people import registry

__all__ = [
    "EPOCH",
    "MINUTE",
    "DayFact",
    "Flag",
    "Minutes",
    "Night",
    "Score",
    "State",
    "Today",
    "catching_up",
    "catching_up_of",
    "compute",
    "days",
    "metadata",
    "minutes",
    "minutes_of",
    "night",
    "score",
    "steps",
    "steps_between",
    "today",
]

DAYS: Final = 7
FEWEST_VALID_DAYS: Final = 4
MOVEMENT_SHARE: Final = 0.7
VOLUME_SHARE: Final = 0.3
WEEKLY_MINUTES: Final = 150  # moderate-equivalent; WHO 2020
STEPS_A_DAY: Final = 8000
STEPS_A_DAY_OLDER: Final = 6000
OLDER_YEARS: Final = 60


@dataclass(frozen=True, slots=True)
class Score:
    """The activity score of a day, over it and the six days before."""

    participant: str
    day: date
    score: int | None  # 0 to 100; None: too few valid days
    provisional: bool  # fewer than seven valid days
    mem_minutes: int  # moderate-equivalent minutes a week, scaled from valid days
    mean_steps: int | None  # a valid day; None: nothing counted steps
    valid_days: int
    missing: tuple[str, ...]  # "valid_days", "steps", "age_years", "resting_bpm"


@dataclass(frozen=True, slots=True)
class Today:
    """A person's day so far."""

    participant: str
    day: date
    fact: DayFact  # with data_minutes 0 when nothing was heard yet
    score: Score | None
    catching_up: bool  # a device may still hold what happened


def compute(
    participant: str, day: date, week: Sequence[DayFact], age_years: int | None
) -> Score:
    """Return the headline score.

    Parameters
    ----------
    participant, day
        Whose, and the last of the days.
    week : sequence of DayFact
        The day and the six before it; days without data may be left out.
    age_years : int or None
        None counts as younger than 60, and is named as missing.

    Notes
    -----
    G = min(100, 100 (1 - 2^(-MEM/150)) / 0.75), V = 100 min(1, mean steps / goal),
    score = 0.7 G + 0.3 V, or G alone when no steps are known. Goal 8000, from age 60 6000
    (Paluch 2022). Deci-points are integers, so the order of data cannot matter.
    """
    valid = [fact for fact in week if fact.valid]
    if not valid:
        return Score(participant, day, None, True, 0, None, 0, ("valid_days",))
    mem_minutes = DAYS * sum(fact.deci_points for fact in valid) / (10 * len(valid))
    known = [fact.steps for fact in valid if fact.step_minutes]
    mean_steps = sum(known) / len(known) if known else None
    enough = len(valid) >= FEWEST_VALID_DAYS
    return Score(
        participant=participant,
        day=day,
        score=_headline(mem_minutes, mean_steps, age_years) if enough else None,
        provisional=len(valid) < DAYS,
        mem_minutes=round(mem_minutes),
        mean_steps=None if mean_steps is None else round(mean_steps),
        valid_days=len(valid),
        missing=_missing(valid, age_years),
    )


def _headline(mem_minutes: float, mean_steps: float | None, age_years: int | None) -> int:
    movement = min(100.0, 100 * (1 - 2 ** (-mem_minutes / WEEKLY_MINUTES)) / 0.75)
    if mean_steps is None:
        return round(movement)
    goal = STEPS_A_DAY_OLDER if (age_years or 0) >= OLDER_YEARS else STEPS_A_DAY
    volume = 100 * min(1.0, mean_steps / goal)
    return round(MOVEMENT_SHARE * movement + VOLUME_SHARE * volume)


def _missing(valid: Sequence[DayFact], age_years: int | None) -> tuple[str, ...]:
    lacks = {
        "valid_days": len(valid) < FEWEST_VALID_DAYS,
        "steps": not any(fact.step_minutes for fact in valid),
        "age_years": age_years is None,
        "resting_bpm": not any(fact.resting_bpm for fact in valid),
    }
    return tuple(name for name, lacking in lacks.items() if lacking)


def today(db: Connection, participant: str, now_us: int) -> Today:
    """Return a person's day so far."""
    (fact,) = days(db, participant, 1, now_us)
    behind = coverage.catching_up(db, participant, now_us)
    return Today(participant, fact.day, fact, score(db, participant, fact.day), behind)


def minutes(db: Connection, participant: str, start_us: int, end_us: int) -> Minutes:
    """Return a person's minutes from the one that holds `start_us`, merged over devices."""
    return minutes_of(db, [participant], start_us, end_us)[participant]


def minutes_of(
    db: Connection, participants: Collection[str], start_us: int, end_us: int
) -> dict[str, Minutes]:
    """Return the same of many participants, by one query."""
    found = epochs.read(db, participants, start_us, end_us)
    first_us = start_us // epochs.MINUTE_US * epochs.MINUTE_US
    count = max(0, -(-(end_us - first_us) // epochs.MINUTE_US))
    return {who: epochs.merge(found.get(who, {}), count) for who in participants}


def days(db: Connection, participant: str, last: int, now_us: int) -> list[DayFact]:
    """Return the last days up to today in order, also those of which nothing is known."""
    ends = registry.local_day(db, participant, now_us)
    wanted = [ends - timedelta(days=back) for back in reversed(range(last))]
    query = select(day_facts).where(
        day_facts.c.participant == participant, day_facts.c.day.between(wanted[0], ends)
    )
    known = {row.day: day_facts_of.of_row(row) for row in db.execute(query)}
    return [known.get(day) or _unknown(db, participant, day) for day in wanted]


def _unknown(db: Connection, participant: str, day: date) -> DayFact:
    start_us, end_us = registry.day_bounds_us(db, participant, day)
    zone = registry.zone_at(db, participant, end_us - 1)
    span = Span(participant, day, zone, start_us, end_us)
    return day_facts_of.compute(span, epochs.blank(0), day_facts_of.Body())


def night(db: Connection, participant: str, day: date) -> Night | None:
    """Return the night before a day; None while it is not over, or nothing was heard of it."""
    query = select(nights).where(nights.c.participant == participant, nights.c.day == day)
    row = db.execute(query).one_or_none()
    return None if row is None else nights_of.of_row(row)


def score(db: Connection, participant: str, day: date) -> Score | None:
    """Return a day's score; None when no data of that week was ever scored."""
    query = select(scores).where(scores.c.participant == participant, scores.c.day == day)
    row = db.execute(query).one_or_none()
    return None if row is None else _of_row(row)


def _of_row(row: Row[Any]) -> Score:
    return Score(
        row.participant,
        row.day,
        row.score,
        row.provisional,
        row.mem_minutes,
        row.mean_steps,
        row.valid_days,
        tuple(row.missing.split()),
    )


def steps(minutes: Minutes) -> NDArray[np.int64]:
    """Return the steps of each minute, -1 where nothing could count them."""
    return epochs.steps(minutes)


def catching_up(db: Connection, participant: str, now_us: int) -> bool:
    """Return whether something of what happened lately is known to be still to come."""
    return coverage.catching_up(db, participant, now_us)


def catching_up_of(db: Connection, participants: Collection[str], now_us: int) -> set[str]:
    """Return those of many participants, by a few queries."""
    return coverage.catching_up_of(db, participants, now_us)


def steps_between(db: Connection, participant: str, start_us: int, end_us: int) -> int | None:
    """Return the steps of the minutes that begin in a span; None when nothing counted them."""
    begin_us = -(-start_us // epochs.MINUTE_US) * epochs.MINUTE_US
    counted = epochs.steps(minutes(db, participant, begin_us, end_us))
    known = counted[counted >= 0]
    return int(known.sum()) if known.size else None
