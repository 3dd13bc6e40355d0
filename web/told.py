"""What was measured of somebody, in the shapes that programs get it in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, TypeAlias

import numpy as np
from sqlalchemy import Connection

from analytics import scores

_MINUTE_US: Final = 60_000_000


@dataclass(frozen=True, slots=True)
class Epoch:
    """One minute of which something is known."""

    start: datetime
    state: str  # worn_still, worn_moving, not_worn or fault
    steps: int | None
    enmo_g: float | None
    heart_rate_bpm: float | None


@dataclass(frozen=True, slots=True)
class Score:
    """The activity score of a day, over it and the six days before."""

    day: date
    score: int | None  # 0 to 100; null: too few valid days
    provisional: bool
    mem_minutes: int
    mean_steps: int | None
    valid_days: int
    tier: str
    coverage_percent: int
    missing: tuple[str, ...]


Minute: TypeAlias = tuple[int, np.void, int, float]  # its start, steps and mean heart rate


def minutes(db: Connection, participant: str, start_us: int, end_us: int) -> Iterator[Minute]:
    """Yield each minute of a span, of days at most, of which something is known."""
    first_us = -(-start_us // _MINUTE_US) * _MINUTE_US
    found = scores.minutes(db, participant, first_us, end_us)
    steps, bpm = scores.steps(found), scores.mean_bpm(found)
    for place in np.flatnonzero(found["state"]):
        at_us = first_us + int(place) * _MINUTE_US
        yield at_us, found[place], int(steps[place]), float(bpm[place])


def epoch(minute: Minute, *, hearts: bool) -> Epoch:
    """Return a minute; its heart rate only where that may be told."""
    at_us, fields, steps, bpm = minute
    enmo_g = float(fields["enmo_g"])
    return Epoch(
        start=moment(at_us),
        state=scores.State(fields["state"]).name.lower(),
        steps=None if steps < 0 else steps,
        enmo_g=None if np.isnan(enmo_g) else round(enmo_g, 5),
        heart_rate_bpm=None if np.isnan(bpm) or not hearts else round(bpm, 1),
    )


def score(each: scores.Score) -> Score:
    """Return a day's score as programs get it."""
    return Score(
        each.day,
        each.score,
        each.provisional,
        each.mem_minutes,
        each.mean_steps,
        each.valid_days,
        each.tier.value,
        each.coverage_percent,
        each.missing,
    )


def moment(at_us: int) -> datetime:
    """Return an instant in UTC."""
    return datetime.fromtimestamp(at_us / 1e6, UTC)
