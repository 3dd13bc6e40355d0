"""Days and scores computed again from their minutes, many people at a time."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from analytics import coverage, days, epochs, headline, wear
from analytics.days import DayFact, Span
from analytics.epochs import HOUR_US, MINUTE_US, Minutes
from analytics.lookups import Lookups
from analytics.tables import day_facts, scores
from ingest.store import upsert
from people.registry import Places

Key = tuple[str, date]  # participant, day

_TO_NEXT_DAY = timedelta(days=1)
_WEEK = timedelta(days=headline.DAYS - 1)
_PEOPLE_AT_ONCE = 64  # what is looked at of their days stays within the processor's reach


def days_of(lookups: Lookups, participant: str, minutes_us: Iterable[int]) -> set[Key]:
    """Return which days some minutes of a person touch."""
    ordered = sorted(set(minutes_us))
    touched: set[Key] = set()
    end_us = 0
    for minute_us in ordered:
        for at_us in (minute_us, minute_us + MINUTE_US - 1):
            if not touched or at_us >= end_us:
                day = lookups.day_at(participant, at_us)
                touched.add((participant, day.day))
                end_us = day.end_us
    return touched


def days_of_all(
    lookups: Lookups, minutes_us: Mapping[str, Collection[int]], ahead_us: int = 0
) -> set[Key]:
    """Return the days of many people's minutes, or with `ahead_us` of so much later."""
    keys: set[Key] = set()
    for participant, theirs in minutes_us.items():
        keys |= days_of(lookups, participant, [each + ahead_us for each in theirs])
    return keys


def refresh(
    db: Connection, keys: Collection[Key], lookups: Lookups, now_us: int
) -> list[DayFact]:
    """Compute days and the scores they bear on again; return the days."""
    facts: list[DayFact] = []
    for wave in _waves(keys):
        facts += _facts(db, wave, lookups, now_us)
    if facts:
        db.execute(upsert(db, day_facts), [days.as_row(fact) for fact in facts])
        _score(db, facts, lookups)
    return facts


def _waves(keys: Collection[Key]) -> Iterator[list[Key]]:
    """Yield keys of one date and many people, whose minutes one query reads."""
    by_day: dict[date, list[Key]] = {}
    for key in sorted(keys):
        by_day.setdefault(key[1], []).append(key)
    for _, wave in sorted(by_day.items()):
        for at in range(0, len(wave), _PEOPLE_AT_ONCE):
            yield wave[at : at + _PEOPLE_AT_ONCE]


def _facts(db: Connection, keys: Sequence[Key], lookups: Lookups, now_us: int) -> list[DayFact]:
    people = [participant for participant, _ in keys]
    lookups.expect_people(people)
    known = {participant: lookups.day(participant, day) for participant, day in keys}
    heard = coverage.of(db, people)
    complete = coverage.completed(db, known, now_us, heard)
    spans = [
        Span(
            who,
            day.day,
            day.zone,
            day.start_us,
            day.end_us,
            heard[who].until_us(now_us),
            who in complete,
        )
        for who, day in known.items()
    ]
    table = _heard(db, spans, lookups)
    return days.compute_all(spans, table, [lookups.body(participant) for participant in known])


def _heard(db: Connection, spans: Sequence[Span], lookups: Lookups) -> NDArray[np.void]:
    """Return what was heard of days, a row each; nothing follows where a row ends."""
    people = [span.participant for span in spans]
    base_us = min(span.start_us for span in spans) // HOUR_US * HOUR_US
    last_us = max(span.end_us for span in spans)
    # Wear is judged by windows of an hour, that may reach as far beyond the last minute.
    end_us = min(last_us, epochs.heard_until(db, people, base_us, last_us) + HOUR_US)
    found = epochs.read(db, people, base_us, end_us)
    table = np.zeros((len(spans), -(-(end_us - base_us) // MINUTE_US)), days.TOLD)
    for span, row in zip(spans, table, strict=True):
        if by_device := found.get(span.participant):
            until_us = min(span.end_us, end_us)
            places = lookups.places(span.participant)
            minutes = merged(by_device, base_us, span.start_us, until_us, places)
            for name in days.TOLD.names or ():
                row[name][: minutes.size] = minutes[name]
    return table


def merged(
    by_device: Mapping[str, Minutes],
    base_us: int,
    start_us: int,
    end_us: int,
    places: Places,
) -> Minutes:
    """Return a person's minutes of a span, judged for wear and merged over devices.

    `by_device` are minutes from the one that begins at `base_us`.
    """
    begin = (start_us - base_us) // MINUTE_US
    end = -(-(end_us - base_us) // MINUTE_US)
    cut = {name: wear.judged(minutes[begin:end]) for name, minutes in by_device.items()}
    return epochs.merged(cut, base_us + begin * MINUTE_US, end - begin, places)


def _score(db: Connection, facts: Sequence[DayFact], lookups: Lookups) -> None:
    """Score the days that changed, and those after them that look back on them."""
    first: dict[str, date] = {}
    last: dict[str, date] = {}
    for fact in facts:
        first[fact.participant] = min(fact.day, first.get(fact.participant, fact.day))
        last[fact.participant] = max(fact.day, last.get(fact.participant, fact.day))
    known = known_days(db, first, min(first.values()) - _WEEK, max(last.values()) + _WEEK)
    rows: list[dict[str, Any]] = []
    for participant, from_day in first.items():
        mine = known[participant]
        body = lookups.body(participant)
        day = from_day
        while day <= last[participant] + _WEEK:
            if day in mine:
                week = [f for d, f in mine.items() if day - _WEEK <= d <= day]
                rows.append(_row(headline.compute(participant, day, week, body)))
            day += _TO_NEXT_DAY
    db.execute(upsert(db, scores), rows)


def known_days(
    db: Connection, people: Collection[str], from_day: date, until_day: date
) -> dict[str, dict[date, DayFact]]:
    """Return each person's days from one to another, as far as they were computed."""
    query = select(day_facts).where(
        day_facts.c.participant.in_(people), day_facts.c.day.between(from_day, until_day)
    )
    found: dict[str, dict[date, DayFact]] = {}
    for row in db.execute(query):
        fact = days.of_row(row)
        found.setdefault(fact.participant, {})[fact.day] = fact
    return found


def _row(score: headline.Score) -> dict[str, Any]:
    return {
        "participant": score.participant,
        "day": score.day,
        "score": score.score,
        "provisional": score.provisional,
        "mem_minutes": score.mem_minutes,
        "mean_steps": score.mean_steps,
        "valid_days": score.valid_days,
        "tier": score.tier.value,
        "coverage_percent": score.coverage_percent,
        "missing": " ".join(score.missing),
    }


def days_between(
    lookups: Lookups, participant: str, since_us: int, until_us: int
) -> list[date]:
    """Return the days of a person from the one of an instant to the one of another."""
    first = lookups.day_at(participant, since_us).day
    last = lookups.day_at(participant, until_us).day
    return [*between(first, last), last]


def between(first: date, until: date) -> list[date]:
    """Return the days from one on to before another."""
    return [first + timedelta(days=n) for n in range((until - first).days)]
