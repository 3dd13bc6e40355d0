"""The door of analytics: the headline score, and what was measured of a person."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, bindparam, select

from analytics import coverage, epochs
from analytics import days as day_facts_of
from analytics import nights as nights_of
from analytics import readings as readings_of
from analytics.days import Body, DayFact, Span
from analytics.epochs import EPOCH, MINUTE, OPAQUE, Flag, Minutes, State
from analytics.headline import DAYS, FEWEST_VALID_DAYS, Score, Tier, compute
from analytics.lookups import Lookups, body
from analytics.nights import Night
from analytics.placing import IMPORTED, imported_from
from analytics.readings import TOLD, Reading
from analytics.reassigning import change_zone
from analytics.tables import day_facts, lanes, metadata, nights, rescores, scores
from people import registry

__all__ = [
    "DAYS",
    "EPOCH",
    "FEWEST_VALID_DAYS",
    "IMPORTED",
    "MINUTE",
    "OPAQUE",
    "TOLD",
    "Body",
    "DayFact",
    "Flag",
    "Minutes",
    "Night",
    "Reading",
    "Score",
    "State",
    "Tier",
    "Today",
    "body",
    "catching_up",
    "catching_up_of",
    "change_zone",
    "complete_days",
    "compute",
    "days",
    "days_of",
    "imported_from",
    "last_days_of",
    "mean_bpm",
    "metadata",
    "minutes",
    "minutes_of",
    "night",
    "nights_of_person",
    "not_scored_again",
    "readings",
    "score",
    "scores_of",
    "scores_on",
    "steps",
    "steps_between",
    "streams_of",
    "today",
    "today_of",
]


_PEOPLE: Final = bindparam("people", type_=day_facts.c.participant.type, expanding=True)
_AT: Final = bindparam("days", type_=day_facts.c.day.type, expanding=True)
_DAYS: Final = select(day_facts).where(
    day_facts.c.participant.in_(_PEOPLE), day_facts.c.day.in_(_AT)
)
_SCORES: Final = select(scores).where(scores.c.participant.in_(_PEOPLE), scores.c.day.in_(_AT))


@dataclass(frozen=True, slots=True)
class Today:
    """A person's day so far."""

    participant: str
    day: date
    fact: DayFact  # with data_minutes 0 when nothing was heard yet
    score: Score | None
    catching_up: bool  # a device may still hold what happened


def today(db: Connection, participant: str, now_us: int) -> Today:
    """Return a person's day so far."""
    return today_of(db, [participant], now_us)[participant]


def today_of(db: Connection, participants: Collection[str], now_us: int) -> dict[str, Today]:
    """Return the day so far of many participants, by a few queries."""
    lookups = Lookups(db)
    lookups.expect_people(participants)
    days = {who: lookups.day_at(who, now_us).day for who in participants}
    asked = {"people": [*days], "days": [*{*days.values()}]}
    rows = {(row.participant, row.day): row for row in db.execute(_DAYS, asked)}
    facts = {key: day_facts_of.of_row(row) for key, row in rows.items()}
    told = scores_on(db, days.items())
    behind = coverage.catching_up_of(db, participants, now_us)
    return {
        who: Today(
            who,
            day,
            facts.get((who, day)) or _unknown(lookups, who, day),
            told.get((who, day)),
            who in behind,
        )
        for who, day in days.items()
    }


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
    places = registry.places_of(db, participants)
    return {
        who: epochs.merged(found.get(who, {}), first_us, count, places[who])
        for who in participants
    }


def days(db: Connection, participant: str, last: int, now_us: int) -> list[DayFact]:
    """Return the last days up to today in order, also those of which nothing is known."""
    return last_days_of(db, {participant: last}, now_us)[participant]


def last_days_of(
    db: Connection, last: Mapping[str, int], now_us: int
) -> dict[str, list[DayFact]]:
    """Return the same of many participants, of each as many days, by two queries."""
    lookups = Lookups(db)
    lookups.expect_days(last)
    wanted = {
        who: _last_days(lookups.day_at(who, now_us).day, count) for who, count in last.items()
    }
    asked = {"people": [*wanted], "days": [*{day for each in wanted.values() for day in each}]}
    known = {(row.participant, row.day): row for row in db.execute(_DAYS, asked)}
    facts = {key: day_facts_of.of_row(row) for key, row in known.items()}
    return {
        who: [facts.get((who, day)) or _unknown(lookups, who, day) for day in each]
        for who, each in wanted.items()
    }


def _last_days(today: date, count: int) -> list[date]:
    return [today - timedelta(days=back) for back in reversed(range(count))]


def days_of(db: Connection, participant: str) -> list[DayFact]:
    """Return every day of which something was ever heard, in order."""
    query = select(day_facts).where(day_facts.c.participant == participant)
    return [day_facts_of.of_row(row) for row in db.execute(query.order_by(day_facts.c.day))]


def nights_of_person(db: Connection, participant: str) -> list[Night]:
    """Return every night of which something was ever heard, in order."""
    query = select(nights).where(nights.c.participant == participant)
    return [nights_of.of_row(row) for row in db.execute(query.order_by(nights.c.day))]


def scores_of(db: Connection, participant: str) -> list[Score]:
    """Return every day's score, in order."""
    query = select(scores).where(scores.c.participant == participant)
    return [_of_row(row) for row in db.execute(query.order_by(scores.c.day))]


def scores_on(
    db: Connection, keys: Collection[tuple[str, date]]
) -> dict[tuple[str, date], Score]:
    """Return the scores of many people and days, by one query."""
    wanted = set(keys)
    asked = {"people": [*{who for who, _ in wanted}], "days": [*{day for _, day in wanted}]}
    found = map(_of_row, db.execute(_SCORES, asked))
    return {(each.participant, each.day): each for each in found}


def streams_of(db: Connection, participant: str) -> dict[str, tuple[str, ...]]:
    """Return by device which streams of someone were ever heard."""
    query = select(lanes.c.device, lanes.c.stream).where(lanes.c.participant == participant)
    found: dict[str, tuple[str, ...]] = {}
    for device, stream in db.execute(query.order_by(lanes.c.device, lanes.c.stream)):
        found[device] = (*found.get(device, ()), stream)
    return found


def complete_days(
    db: Connection, participants: Collection[str], first: date, last: date
) -> set[tuple[str, date]]:
    """Return whose days of a span are known as far as they ever will be."""
    query = select(day_facts.c.participant, day_facts.c.day).where(
        day_facts.c.participant.in_(participants),
        day_facts.c.day.between(first, last),
        day_facts.c.complete,
    )
    return {(participant, day) for participant, day in db.execute(query)}


def _unknown(lookups: Lookups, participant: str, day: date) -> DayFact:
    known = lookups.day(participant, day)
    return replace(
        _nothing(),
        participant=participant,
        day=day,
        zone=known.zone,
        start_us=known.start_us,
        end_us=known.end_us,
    )


@cache
def _nothing() -> DayFact:
    """Return a day of which nothing is known, computed once: a panel has thousands of them."""
    return day_facts_of.compute(Span("", date.min, "UTC", 0, 0), epochs.blank(0), Body())


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
        Tier(row.tier),
        row.coverage_percent,
        tuple(row.missing.split()),
    )


def steps(minutes: Minutes) -> NDArray[np.int64]:
    """Return the steps of each minute, -1 where nothing could count them."""
    return epochs.steps(minutes)


def mean_bpm(minutes: Minutes) -> NDArray[np.float64]:
    """Return the mean heart rate of each minute, nan where none was heard."""
    return epochs.mean_bpm(minutes)


def readings(
    db: Connection, participants: Collection[str], start_us: int, end_us: int
) -> list[Reading]:
    """Return what devices told one reading at a time, in order."""
    return readings_of.between(db, participants, start_us, end_us)


def not_scored_again(db: Connection) -> list[tuple[str, date, str]]:
    """Return days that late data came for and that stay as they were: whose, which, and why."""
    query = select(rescores.c.participant, rescores.c.day, rescores.c.refused)
    rows = db.execute(query.where(rescores.c.refused.is_not(None)).order_by(rescores.c.day))
    return [(participant, day, reason) for participant, day, reason in rows]


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
