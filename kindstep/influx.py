"""Which minutes, scores and gateways go to a time-series database, and under which names."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import numpy as np
from sqlalchemy import Connection

from analytics import scores
from analytics.days import DayFact
from analytics.epochs import MINUTE_US, Flag, State
from gateway.wire import GatewayStatus
from ingest.influx import Point, Sink, Value
from kindstep.settings import InfluxSettings
from people import registry

#: Minutes that a fact may have changed; what was older went out when it was new.
_RECENT_US: Final = 30 * MINUTE_US
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


def points(db: Connection, facts: Sequence[DayFact]) -> Iterator[Point]:
    """Yield the last minutes with data, and the scores, of days that changed."""
    for fact in facts:
        if fact.last_minute_us is not None:
            end_us = fact.last_minute_us + MINUTE_US
            yield from _minutes(db, fact.participant, fact.last_minute_us - _RECENT_US, end_us)
        yield _day(db, fact)


def past(
    db: Connection, participants: Collection[str], first: date, last: date, now_us: int
) -> Iterator[list[Point]]:
    """Yield all points of each participant's days, a list for each."""
    for participant in participants:
        today = registry.local_day(db, participant, now_us)
        facts = scores.days(db, participant, (today - first) // _DAY + 1, now_us)
        told: list[Point] = []
        for fact in facts:
            if fact.data_minutes and fact.day <= last:
                told += _minutes(db, participant, fact.start_us, fact.end_us)
                told.append(_day(db, fact))
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


def _minutes(db: Connection, participant: str, first_us: int, end_us: int) -> Iterator[Point]:
    first_us = first_us // MINUTE_US * MINUTE_US
    minutes = scores.minutes(db, participant, first_us, end_us)
    for place, (minute, steps) in enumerate(zip(minutes, scores.steps(minutes), strict=True)):
        state = State(int(minute["state"]))
        if state is not State.NO_DATA:
            at_us = first_us + place * MINUTE_US
            fields = {"state": state.name.lower(), **dict(_measured(minute, int(steps)))}
            yield Point("minute", {"participant": participant}, fields, at_us)


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
