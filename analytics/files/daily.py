"""The days of a recording with dates, by its own clock, and the score of its last week."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from analytics import headline, wear
from analytics.days import Body, DayFact, Span, compute
from analytics.files.keeping import DAY_US, Kept

_ELSEWHERE: Final = (
    *("participant", "zone", "start_us", "end_us"),
    *("last_minute_us", "heard_until_us", "complete", "deci_points"),
)


def facts(kept: Kept, body: Body) -> list[DayFact]:
    """Return what each day came to, without those of which nothing is known."""
    found = [_fact(kept, start_us, body) for start_us in kept.days()]
    return [fact for fact in found if fact.data_minutes]


def _fact(kept: Kept, start_us: int, body: Body) -> DayFact:
    end_us = start_us + DAY_US
    day = datetime.fromtimestamp(start_us // 1_000_000, UTC).date()
    span = Span("", day, "UTC", start_us, end_us)
    return compute(span, wear.judged(kept.during(start_us, end_us)), body)


def as_dict(fact: DayFact) -> dict[str, Any]:
    """Return a day as plain values."""
    told = {name: value for name, value in asdict(fact).items() if name not in _ELSEWHERE}
    told |= {"day": fact.day.isoformat(), "points": fact.deci_points / 10}
    return told | {"steps": fact.steps if fact.step_minutes else None}


def score(known: Sequence[DayFact], body: Body) -> dict[str, Any] | None:
    """Return the activity score of the last day and the six before it."""
    if not known:
        return None
    last = known[-1].day
    week = [fact for fact in known if last - fact.day < timedelta(days=headline.DAYS)]
    told = asdict(headline.compute("", last, week, body))
    del told["participant"]
    return told | {"day": last.isoformat(), "missing": list(told["missing"])}
