"""What a person's day came to, computed from its minutes alone, so that it can be done again.

Intensity of a minute: by heart-rate reserve where resting heart rate and age are known and a
heart rate was heard, else by cadence, which no placement of the sensor changes. There is no
cut-point of acceleration for glasses, and none is used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row

from analytics import epochs, intensity
from analytics.minutes import MINUTE, Flag, Minutes, State
from analytics.tables import day_facts

VALID_WEAR_MINUTES: Final = 600
#: Steps a minute; Tudor-Locke et al. 2019, Int J Behav Nutr Phys Act 16:8.
MODERATE_STEPS: Final = 100
VIGOROUS_STEPS: Final = 130
MODERATE_DECI_POINTS: Final = 10
VIGOROUS_DECI_POINTS: Final = 20

#: Of a minute, what a day's facts are made of; a zero is no data.
TOLD: Final = np.dtype(
    [
        (name, MINUTE[name])
        for name in ("state", "flags", "steps", "device_steps", "hr_n", "hr_sum_bpm")
    ]
)

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
    sampled_minutes: int  # of them, those counted from samples, not by the device itself
    wear_minutes: int
    moderate_minutes: int
    vigorous_minutes: int
    deci_points: int
    heart_minutes: int  # worn minutes with a heart rate
    resting_bpm: int | None  # as used for the reserve: the profile's, else the day's own
    zone_1_minutes: int | None  # by heart-rate reserve; None: age or rest is not known
    zone_2_minutes: int | None
    zone_3_minutes: int | None  # moderate
    zone_4_minutes: int | None  # vigorous
    zone_5_minutes: int | None
    trimp: float | None  # Banister's training impulse; None: sex, age or rest is not known
    data_minutes: int
    not_worn_minutes: int
    judged_not_worn_minutes: int  # of them, by motion and not by the device's own word
    fault_minutes: int
    last_minute_us: int | None  # the newest minute with data
    heard_until_us: int | None  # how far all devices with a memory have handed over
    valid: bool  # worn long enough to count
    complete: bool  # nothing is still to come, or it was waited for long enough

    @property
    def reserve_minutes(self) -> int:
        """Return how many worn minutes were judged by the heart-rate reserve."""
        zones = (
            *(self.zone_1_minutes, self.zone_2_minutes, self.zone_3_minutes),
            *(self.zone_4_minutes, self.zone_5_minutes),
        )
        return sum(minutes or 0 for minutes in zones)


_COLUMNS: Final = tuple(field.name for field in fields(DayFact))
_NO_RESERVE: Final = dict.fromkeys([*(f"zone_{n}_minutes" for n in range(1, 6)), "trimp"])


@dataclass(frozen=True, slots=True)
class Body:
    """What intensity is relative to."""

    age_years: int | None = None
    resting_bpm: int | None = None
    sex: str | None = None
    placement: str | None = None  # of the source of motion


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
    """Return what one day came to; see `compute_all`."""
    return compute_all([span], minutes.reshape(1, -1), [body])[0]


def compute_all(
    spans: Sequence[Span], minutes: Minutes, bodies: Sequence[Body]
) -> list[DayFact]:
    """Return what days came to.

    Parameters
    ----------
    spans : n Span
        Which day of whom.
    minutes : (n, m) TOLD or MINUTE
        Their minutes in order, merged over devices; a shorter day ends in minutes without data.
    bodies : n Body
        Age in years and resting heart rate in bpm, as far as known.
    """
    worn = _is_worn(minutes)
    heard = worn & (minutes["hr_n"] > 0)
    bpm = epochs.mean_bpm(minutes)
    resting_bpm = [
        body.resting_bpm or resting(each[there])
        for body, each, there in zip(bodies, bpm, heard, strict=True)
    ]
    share = np.where(heard, _shares(bpm, bodies, resting_bpm), np.nan)
    zone = intensity.zones(share)
    counts = {
        **_of_states(minutes),
        **_of_movement(epochs.steps(minutes), zone),
        "heart_minutes": _count(heard),
    }
    columns = {name: column.tolist() for name, column in counts.items()}
    return [
        _fact(
            span,
            _last_us(span, minutes["state"][n]),
            _heart(share[n], zone[n], bodies[n], resting_bpm[n]),
            {k: v[n] for k, v in columns.items()},
        )
        for n, span in enumerate(spans)
    ]


def _is_worn(minutes: Minutes) -> NDArray[np.bool_]:
    state = minutes["state"]
    return (state == State.WORN_STILL) | (state == State.WORN_MOVING)


def _of_states(minutes: Minutes) -> dict[str, NDArray[np.int64]]:
    """Return of each day how many minutes were what."""
    state, flags, worn = minutes["state"], minutes["flags"], _is_worn(minutes)
    return {
        "sampled_minutes": _count(worn & (flags & Flag.ACCEL != 0)),
        "wear_minutes": _count(worn),
        "data_minutes": _count(state != State.NO_DATA),
        "not_worn_minutes": _count(state == State.NOT_WORN),
        "judged_not_worn_minutes": _count(flags & Flag.JUDGED_NOT_WORN != 0),
        "fault_minutes": _count(state == State.FAULT),
    }


def _of_movement(
    steps: NDArray[np.int64], zone: NDArray[np.int64]
) -> dict[str, NDArray[np.int64]]:
    """Return of each day what was walked, and how hard."""
    moderate, vigorous = _bands(steps, zone)
    return {
        "steps": np.where(steps > 0, steps, 0).sum(axis=1),
        "step_minutes": _count(steps >= 0),
        "moderate_minutes": moderate,
        "vigorous_minutes": vigorous,
        "deci_points": MODERATE_DECI_POINTS * moderate + VIGOROUS_DECI_POINTS * vigorous,
    }


def _fact(
    span: Span, last_minute_us: int | None, heart: Mapping[str, Any], counts: Mapping[str, int]
) -> DayFact:
    return DayFact(
        participant=span.participant,
        day=span.day,
        zone=span.zone,
        start_us=span.start_us,
        end_us=span.end_us,
        last_minute_us=last_minute_us,
        heard_until_us=span.heard_until_us,
        valid=counts["wear_minutes"] >= VALID_WEAR_MINUTES,
        complete=span.complete,
        **heart,
        **counts,
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
    """Return the heart rate expected at the limit, 208 - 0.7 age, bpm.

    Tanaka et al. 2001, J Am Coll Cardiol 37:153: healthy adults of both sexes.
    """
    return 208.0 - 0.7 * age_years


def _shares(
    bpm: NDArray[np.float64], bodies: Sequence[Body], resting_bpm: Sequence[int | None]
) -> NDArray[np.float64]:
    """Return heart rates as shares of each person's reserve; nan where it is not known."""
    ends = np.full((2, len(bodies), 1), np.nan)
    for n, (body, rest_bpm) in enumerate(zip(bodies, resting_bpm, strict=True)):
        if body.age_years is not None and rest_bpm is not None:
            ends[:, n, 0] = rest_bpm, highest_bpm(body.age_years)
    return intensity.reserve(bpm, ends[0], ends[1])


def _heart(
    share: NDArray[np.float64], zone: NDArray[np.int64], body: Body, resting_bpm: int | None
) -> dict[str, int | float | None]:
    """Return what the heart did on one day, by its reserve where that is known."""
    if body.age_years is None or resting_bpm is None:
        return {**_NO_RESERVE, "resting_bpm": resting_bpm}
    minutes = np.bincount(zone, minlength=6).tolist()
    told = body.sex in intensity.TRIMP
    impulse = intensity.trimp(share[~np.isnan(share)], body.sex)
    return {
        "resting_bpm": resting_bpm,
        **{f"zone_{n}_minutes": minutes[n] for n in range(1, 6)},
        "trimp": round(float(impulse.sum()), 3) if told else None,
    }


def _bands(
    steps: NDArray[np.int64], zone: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how many minutes of each day are moderate and how many vigorous."""
    by_heart = zone > 0
    moderate = np.where(by_heart, zone >= intensity.MODERATE_ZONE, steps >= MODERATE_STEPS)
    vigorous = np.where(by_heart, zone >= intensity.VIGOROUS_ZONE, steps >= VIGOROUS_STEPS)
    hard = _count(vigorous)
    return _count(moderate) - hard, hard


def _count(where: NDArray[np.bool_]) -> NDArray[np.int64]:
    return np.count_nonzero(where, axis=-1)


def _last_us(span: Span, state: NDArray[np.uint8]) -> int | None:
    with_data = np.flatnonzero(state)
    if not with_data.size:
        return None
    first_us = span.start_us // epochs.MINUTE_US * epochs.MINUTE_US
    return first_us + int(with_data[-1]) * epochs.MINUTE_US


def as_row(fact: DayFact) -> dict[str, Any]:
    """Return a fact as a row of `day_facts`."""
    return {name: getattr(fact, name) for name in _COLUMNS}


def of_row(row: Row[Any]) -> DayFact:
    """Return the fact that a row of `day_facts` holds."""
    return DayFact(*row)


assert tuple(day_facts.c.keys()) == _COLUMNS  # noqa: S101 - one table, one record, one order
