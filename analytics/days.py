"""What a person's day came to, computed from its minutes alone, so that it can be done again.

Intensity of a minute: by heart-rate reserve where resting heart rate and age are known and a
heart rate was heard, else by cadence, which no placement of the sensor changes. There is no
cut-point of acceleration for glasses, and none is used.
"""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row

from analytics import epochs
from analytics.epochs import Minutes, State
from analytics.tables import day_facts

VALID_WEAR_MINUTES: Final = 600
MODERATE_STEPS: Final = 100  # a minute; Tudor-Locke
VIGOROUS_STEPS: Final = 130
MODERATE_RESERVE: Final = 0.40  # of the heart-rate reserve; Karvonen
VIGOROUS_RESERVE: Final = 0.60
MODERATE_DECI_POINTS: Final = 10
VIGOROUS_DECI_POINTS: Final = 20

RESTING_QUANTILE: Final = 0.05
RESTING_MINUTES: Final = 240  # fewer minutes of heart rate say nothing of rest
_LOWEST_BPM: Final = 25
_BINS: Final = 200


@dataclass(frozen=True, slots=True)
class DayFact:
    """One person's day. Minutes without data are in none of the counts."""

    participant: str
    day: date
    zone: str  # at its end
    start_us: int
    end_us: int
    steps: int
    step_minutes: int  # worn minutes with a step counter; 0: the steps are not known
    wear_minutes: int
    moderate_minutes: int
    vigorous_minutes: int
    deci_points: int
    heart_minutes: int  # worn minutes with a heart rate
    resting_bpm: int | None  # as used for the reserve: the profile's, else the day's own
    data_minutes: int
    not_worn_minutes: int
    fault_minutes: int
    last_minute_us: int | None  # the newest minute with data
    heard_until_us: int | None  # how far all devices with a memory have handed over
    valid: bool  # worn long enough to count
    complete: bool  # nothing is still to come, or it was waited for long enough


_COLUMNS: Final = tuple(field.name for field in fields(DayFact))


@dataclass(frozen=True, slots=True)
class Body:
    """What intensity is relative to."""

    age_years: int | None = None
    resting_bpm: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """One person's day as a stretch of time, and how far it was heard."""

    participant: str
    day: date
    zone: str
    start_us: int
    end_us: int
    heard_until_us: int | None = None
    complete: bool = False


def compute(span: Span, minutes: Minutes, body: Body) -> DayFact:
    """Return what a day came to.

    Parameters
    ----------
    span : Span
        Which day of whom.
    minutes : (n,) MINUTE
        Its minutes in order, merged over devices.
    body : Body
        Age in years and resting heart rate in bpm, as far as known.
    """
    state = minutes["state"]
    count = np.bincount(state, minlength=len(State))
    worn = (state == State.WORN_STILL) | (state == State.WORN_MOVING)
    steps = epochs.steps(minutes)
    heard = worn & (minutes["hr_n"] > 0)
    bpm = epochs.mean_bpm(minutes)
    resting_bpm = body.resting_bpm or resting(bpm[heard])
    moderate, vigorous = _bands(steps, bpm, heard, body.age_years, resting_bpm)
    with_data = np.flatnonzero(state)
    wear = int(count[State.WORN_STILL] + count[State.WORN_MOVING])
    return DayFact(
        participant=span.participant,
        day=span.day,
        zone=span.zone,
        start_us=span.start_us,
        end_us=span.end_us,
        steps=int(steps[steps > 0].sum()),
        step_minutes=int(np.count_nonzero(steps >= 0)),
        wear_minutes=wear,
        moderate_minutes=moderate,
        vigorous_minutes=vigorous,
        deci_points=MODERATE_DECI_POINTS * moderate + VIGOROUS_DECI_POINTS * vigorous,
        heart_minutes=int(np.count_nonzero(heard)),
        resting_bpm=resting_bpm,
        data_minutes=int(with_data.size),
        not_worn_minutes=int(count[State.NOT_WORN]),
        fault_minutes=int(count[State.FAULT]),
        last_minute_us=_minute_us(span, int(with_data[-1])) if with_data.size else None,
        heard_until_us=span.heard_until_us,
        valid=wear >= VALID_WEAR_MINUTES,
        complete=span.complete,
    )


def resting(bpm: NDArray[np.float64]) -> int | None:
    """Return the resting heart rate, bpm: a low quantile of minutes in bins of 1 bpm.

    Parameters
    ----------
    bpm : (n,) float64
        Mean heart rate of each worn minute that has one.
    """
    if bpm.size < RESTING_MINUTES:
        return None
    bins = np.clip(np.rint(bpm).astype(np.int64) - _LOWEST_BPM, 0, _BINS - 1)
    below = np.cumsum(np.bincount(bins, minlength=_BINS))
    return _LOWEST_BPM + int(np.searchsorted(below, RESTING_QUANTILE * bpm.size))


def highest_bpm(age_years: int) -> float:
    """Return the heart rate expected at the limit, 208 - 0.7 age (Tanaka 2001), bpm."""
    return 208.0 - 0.7 * age_years


def _bands(
    steps: NDArray[np.int64],
    bpm: NDArray[np.float64],
    heard: NDArray[np.bool_],
    age_years: int | None,
    resting_bpm: int | None,
) -> tuple[int, int]:
    moderate, vigorous = steps >= MODERATE_STEPS, steps >= VIGOROUS_STEPS
    if age_years is not None and resting_bpm is not None:
        reserve = highest_bpm(age_years) - resting_bpm
        with np.errstate(invalid="ignore"):
            moderate = np.where(
                heard, bpm >= resting_bpm + MODERATE_RESERVE * reserve, moderate
            )
            vigorous = np.where(
                heard, bpm >= resting_bpm + VIGOROUS_RESERVE * reserve, vigorous
            )
    hard = int(np.count_nonzero(vigorous))
    return int(np.count_nonzero(moderate)) - hard, hard


def _minute_us(span: Span, index: int) -> int:
    return span.start_us // epochs.MINUTE_US * epochs.MINUTE_US + index * epochs.MINUTE_US


def as_row(fact: DayFact) -> dict[str, Any]:
    """Return a fact as a row of `day_facts`."""
    return {name: getattr(fact, name) for name in _COLUMNS}


def of_row(row: Row[Any]) -> DayFact:
    """Return the fact that a row of `day_facts` holds."""
    return DayFact(**{name: getattr(row, name) for name in _COLUMNS})


assert {*day_facts.c.keys()} == {*_COLUMNS}  # noqa: S101 - table and record are the same thing
