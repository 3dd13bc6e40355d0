"""Where people stand: their days so far, also those of which nothing is known."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Final

from sqlalchemy import Connection, bindparam, select

from analytics import coverage, epochs
from analytics import days as day_facts_of
from analytics.days import Body, DayFact, Span
from analytics.headline import Score
from analytics.lookups import Lookups
from analytics.scored import scores_on
from analytics.tables import day_facts

_PEOPLE: Final = bindparam("people", type_=day_facts.c.participant.type, expanding=True)
_AT: Final = bindparam("days", type_=day_facts.c.day.type, expanding=True)
_DAYS: Final = select(day_facts).where(
    day_facts.c.participant.in_(_PEOPLE), day_facts.c.day.in_(_AT)
)


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


def days_of(db: Connection, participant: str) -> list[DayFact]:
    """Return every day of which something was ever heard, in order."""
    query = select(day_facts).where(day_facts.c.participant == participant)
    return [day_facts_of.of_row(row) for row in db.execute(query.order_by(day_facts.c.day))]


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


def _last_days(today: date, count: int) -> list[date]:
    return [today - timedelta(days=back) for back in reversed(range(count))]


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
