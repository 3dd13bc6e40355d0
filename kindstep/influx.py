"""Which minutes and scores go to a time-series database, and under which names."""

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import Connection

from analytics import scores
from analytics.days import DayFact
from analytics.epochs import MINUTE_US, State
from ingest.influx import Point, Sink, Value
from kindstep.settings import InfluxSettings

#: Minutes that a fact may have changed; what was older went out when it was new.
_RECENT_US: Final = 30 * MINUTE_US


def sink(settings: InfluxSettings) -> Sink:
    """Return the sink that an operator chose."""
    token = settings.token_file.read_text().strip() if settings.token_file else ""
    return Sink(settings.url, org=settings.org, bucket=settings.bucket, token=token)


def points(db: Connection, facts: Sequence[DayFact]) -> Iterator[Point]:
    """Yield the last minutes with data, and the scores, of days that changed."""
    for fact in facts:
        if fact.last_minute_us is not None:
            yield from _minutes(db, fact.participant, fact.last_minute_us)
        yield _day(db, fact)


def _minutes(db: Connection, participant: str, last_us: int) -> Iterator[Point]:
    first_us = last_us - _RECENT_US
    for place, minute in enumerate(
        scores.minutes(db, participant, first_us, last_us + MINUTE_US)
    ):
        state = State(int(minute["state"]))
        if state is State.NO_DATA:
            continue
        fields: dict[str, Value] = {"state": state.name.lower(), "steps": int(minute["steps"])}
        if minute["n_accel"]:
            fields["enmo_g"] = float(minute["enmo_g"])
        if minute["hr_n"]:
            fields["heart_rate_bpm"] = float(minute["hr_sum_bpm"] / minute["hr_n"])
        yield Point(
            "minute", {"participant": participant}, fields, first_us + place * MINUTE_US
        )


def _day(db: Connection, fact: DayFact) -> Point:
    score = scores.score(db, fact.participant, fact.day)
    fields: dict[str, Value] = {
        "wear_minutes": fact.wear_minutes,
        "complete": fact.complete,
    }
    if fact.step_minutes:
        fields["steps"] = fact.steps
    if score is not None and score.score is not None:
        fields["score"] = score.score
        fields["provisional"] = score.provisional
    return Point("day", {"participant": fact.participant}, fields, fact.start_us)
