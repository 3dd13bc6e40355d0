"""Which minutes, scores and gateways go to a time-series database, and under which names."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import numpy as np
from sqlalchemy import Connection

from analytics import scores
from analytics.epochs import HOUR_US, MINUTE_US
from analytics.news import News
from analytics.scores import DayFact, Flag, Minutes, Reading, Score, State
from gateway.wire import GatewayStatus
from ingest.influx import Point, Sink, Value
from kindstep.settings import InfluxSettings
from people import registry

_DAY: Final = timedelta(days=1)


def sink(settings: InfluxSettings, outbox: Path) -> Sink:
    """Return the sink that an operator chose; what waits for it is kept in a file."""
    token = settings.token_file.read_text().strip() if settings.token_file else ""
    return Sink(
        settings.url,
        outbox=outbox,
        org=settings.org,
        bucket=settings.bucket,
        token=token,
        limit_bytes=settings.outbox_bytes,
    )


def heard(db: Connection, news: News) -> Iterator[Point]:
    """Yield minutes that became known, however late, and readings."""
    for (first_us, end_us), people in _by_hours(news.minutes_us).items():
        for who, minutes in scores.minutes_of(db, people, first_us, end_us).items():
            yield from _minutes(who, first_us, minutes, news.minutes_us[who])
    yield from map(_reading, news.readings)


def days(db: Connection, facts: Sequence[DayFact]) -> Iterator[Point]:
    """Yield days that changed, and their scores."""
    told = scores.scores_on(db, [(fact.participant, fact.day) for fact in facts])
    for fact in facts:
        yield _day(fact, told.get((fact.participant, fact.day)))


def past(
    db: Connection, participants: Collection[str], first: date, last: date, now_us: int
) -> Iterator[list[Point]]:
    """Yield all points of each participant's days, a list for each."""
    for participant in participants:
        today = registry.local_day(db, participant, now_us)
        facts = scores.days(db, participant, (today - first) // _DAY + 1, now_us)
        kept = [fact for fact in facts if fact.data_minutes and fact.day <= last]
        told = list(days(db, kept))
        for fact in kept:
            first_us = fact.start_us // MINUTE_US * MINUTE_US
            minutes = scores.minutes(db, participant, first_us, fact.end_us)
            told += _minutes(participant, first_us, minutes)
            readings = scores.readings(db, [participant], fact.start_us, fact.end_us)
            told += map(_reading, readings)
        yield told


def gateway(status: GatewayStatus) -> Point:
    """Return how a gateway is."""
    fields: dict[str, Value] = {
        "online": status.online,
        "devices": len(status.devices),
        "spooled_batches": status.spooled_batches,
        "spooled_bytes": status.spooled_bytes,
        **status.counts,
        **status.traffic,
    }
    if status.oldest_spooled_us is not None:
        fields["oldest_spooled_s"] = (status.at_us - status.oldest_spooled_us) / 1e6
    return Point("gateway", {"gateway": status.gateway}, fields, status.at_us)


def _by_hours(
    minutes_us: Mapping[str, Collection[int]],
) -> dict[tuple[int, int], list[str]]:
    """Return people by the whole hours that their minutes are of: one query reads them."""
    found: dict[tuple[int, int], list[str]] = {}
    for who, theirs in minutes_us.items():
        first_us = min(theirs) // HOUR_US * HOUR_US
        end_us = max(theirs) // HOUR_US * HOUR_US + HOUR_US
        found.setdefault((first_us, end_us), []).append(who)
    return found


def _minutes(
    who: str, first_us: int, minutes: Minutes, asked_us: Collection[int] | None = None
) -> Iterator[Point]:
    """Yield the minutes of which anything is known, or of them those that are asked for."""
    steps = scores.steps(minutes).tolist()
    for place in np.flatnonzero(minutes["state"] != State.NO_DATA).tolist():
        at_us = first_us + place * MINUTE_US
        if asked_us is None or at_us in asked_us:
            minute = minutes[place]
            state = State(int(minute["state"])).name.lower()
            fields = {"state": state, **dict(_measured(minute, steps[place]))}
            yield Point("minute", {"participant": who}, fields, at_us)


def _measured(minute: np.void, steps: int) -> Iterator[tuple[str, Value]]:
    """Yield what is known of a minute; what is not has no field, never a zero."""
    if steps >= 0:
        yield "steps", steps
    if minute["n_accel"]:
        yield "enmo_g", float(minute["enmo_g"])
        yield "mad_g", float(minute["mad_g"])
    if minute["flags"] & Flag.COUNTS:
        for axis, counts in zip("xyz", minute["counts"].tolist(), strict=True):
            yield f"counts_{axis}", counts
    if minute["device_steps"] >= 0:
        yield "device_steps", int(minute["device_steps"])
    yield from _vitals(minute)


def _vitals(minute: np.void) -> Iterator[tuple[str, Value]]:
    if minute["hr_n"]:
        yield "heart_rate_bpm", float(minute["hr_sum_bpm"] / minute["hr_n"])
    if minute["rr_diff_n"]:
        yield "rmssd_ms", float(np.sqrt(minute["rr_diff_square_sum_ms2"] / minute["rr_diff_n"]))
    if minute["spo2_n"]:
        yield "spo2_percent", float(minute["spo2_sum_percent"] / minute["spo2_n"])


def _reading(reading: Reading) -> Point:
    tags = {
        "participant": reading.participant,
        "device": reading.device,
        "stream": reading.stream,
    }
    fields: dict[str, Value] = {"value": reading.value, "quality": reading.quality}
    if reading.second is not None:
        fields["second"] = reading.second
    return Point("reading", tags, fields, reading.at_us)


def _day(fact: DayFact, score: Score | None) -> Point:
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
