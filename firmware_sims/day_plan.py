"""What a simulated person does on one day, minute by minute; a seed and a date decide it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

MINUTES: Final = 24 * 60


class Activity(IntEnum):
    """What one may be doing."""

    SLEEP = 0
    REST = 1
    DESK = 2
    HOUSEHOLD = 3
    WALKING = 4
    RUNNING = 5
    DRIVING = 6
    OFF_BODY = 7  # measuring on a table
    CHARGING = 8  # not measuring at all


#: Heart rate above rest, as a share of the reserve.
EFFORT: Final = np.array([-0.03, 0.05, 0.08, 0.22, 0.38, 0.75, 0.10, 0.0, 0.0])


@dataclass(frozen=True, slots=True)
class Habits:
    """What distinguishes one person's days from another's."""

    activity_level: float  # 0: hardly leaves the chair, 1: runs before breakfast
    trend_per_week: float  # how much more or less they walk each week
    gap_share: float  # how often the device is forgotten or charged by day
    runs: bool
    drives: bool
    pace_spm: float  # steps a minute when walking


@dataclass(frozen=True, slots=True)
class DayPlan:
    """One local day: an entry a minute."""

    activity: NDArray[np.uint8]
    steps: NDArray[np.int64]
    bpm_effort: NDArray[np.float64]
    away: NDArray[np.bool_]  # out of the house, out of the gateway's range


def plan_day(habits: Habits, seed: int, ordinal: int, weeks: float) -> DayPlan:
    """Return the day with this date ordinal, `weeks` after the person's habits began."""
    rng = np.random.default_rng([seed, ordinal])
    activity = np.full(MINUTES, Activity.REST, np.uint8)
    away = np.zeros(MINUTES, np.bool_)
    wake, bed = int(rng.normal(410, 25)), int(rng.normal(1365, 25))
    if ordinal % 7 in {6, 0}:  # Saturday and Sunday
        wake += 60
        _free_day(activity, away, rng, wake)
    else:
        _working_day(activity, away, rng, wake, drives=habits.drives)
    _set(activity, away, 1130, int(rng.integers(30, 60)), Activity.HOUSEHOLD)
    _walks(activity, away, rng, _walking_minutes(habits, rng, weeks), wake, bed)
    if habits.runs and rng.random() < 0.35:
        _set(activity, away, 1085, int(rng.integers(25, 45)), Activity.RUNNING, is_away=True)
    activity[:wake] = activity[bed:] = Activity.SLEEP
    away[:wake] = away[bed:] = False
    _gaps(activity, rng, habits.gap_share, wake)
    return _detail(activity, away, rng, habits)


def follow(program: Sequence[tuple[Activity, int]], habits: Habits, seed: int) -> DayPlan:
    """Return a day of these activities, each for so many minutes, over and over."""
    once = np.repeat([what for what, _ in program], [minutes for _, minutes in program])
    activity = np.resize(once, MINUTES).astype(np.uint8)
    rng = np.random.default_rng([seed, 11])
    return _detail(activity, np.zeros(MINUTES, np.bool_), rng, habits)


def _detail(
    activity: NDArray[np.uint8],
    away: NDArray[np.bool_],
    rng: np.random.Generator,
    habits: Habits,
) -> DayPlan:
    return DayPlan(activity, _steps(activity, rng, habits), _effort(activity, rng), away)


def _walking_minutes(habits: Habits, rng: np.random.Generator, weeks: float) -> int:
    usual = 8 + 100 * habits.activity_level
    return int(usual * max(0.05, 1 + habits.trend_per_week * weeks) * rng.lognormal(0, 0.25))


def _set(
    activity: NDArray[np.uint8],
    away: NDArray[np.bool_],
    start: int,
    minutes: int,
    what: Activity,
    *,
    is_away: bool = False,
) -> int:
    activity[start : start + minutes] = what
    away[start : start + minutes] = is_away
    return start + minutes


def _working_day(
    activity: NDArray[np.uint8],
    away: NDArray[np.bool_],
    rng: np.random.Generator,
    wake: int,
    *,
    drives: bool,
) -> None:
    way = Activity.DRIVING if drives else Activity.WALKING
    commute = int(rng.integers(18, 35)) if drives else int(rng.integers(8, 16))
    at = _set(activity, away, wake, int(rng.integers(25, 45)), Activity.HOUSEHOLD)
    at = _set(activity, away, at, commute, way, is_away=True)
    at = _set(activity, away, at, 1005 - at, Activity.DESK, is_away=True)
    _set(activity, away, at, commute, way, is_away=True)


def _free_day(
    activity: NDArray[np.uint8], away: NDArray[np.bool_], rng: np.random.Generator, wake: int
) -> None:
    _set(activity, away, wake, int(rng.integers(40, 90)), Activity.HOUSEHOLD)
    at = _set(activity, away, 660, int(rng.integers(15, 30)), Activity.DRIVING, is_away=True)
    at = _set(activity, away, at, int(rng.integers(30, 70)), Activity.HOUSEHOLD, is_away=True)
    _set(activity, away, at, 20, Activity.DRIVING, is_away=True)


def _walks(
    activity: NDArray[np.uint8],
    away: NDArray[np.bool_],
    rng: np.random.Generator,
    minutes: int,
    wake: int,
    bed: int,
) -> None:
    """Spread the day's walking over bouts of a few to some twenty minutes."""
    starts = rng.integers(wake + 30, bed - 40, size=64)
    lengths = rng.integers(3, 24, size=64)
    for start, length in zip(starts.tolist(), lengths.tolist(), strict=True):
        if minutes <= 0:
            return
        walked = min(length, minutes)
        outside = bool(away[start]) or length > 12
        _set(activity, away, start, walked, Activity.WALKING, is_away=outside)
        minutes -= walked


def _gaps(
    activity: NDArray[np.uint8], rng: np.random.Generator, gap_share: float, wake: int
) -> None:
    fate, start = rng.random(), int(rng.integers(wake + 60, 1000))
    if fate < gap_share / 4:
        activity[wake + 20 :] = Activity.OFF_BODY  # left at home
    elif fate < gap_share:
        activity[start : start + int(rng.integers(45, 260))] = Activity.CHARGING
    if rng.random() < 0.5:
        activity[1290 : 1290 + int(rng.integers(10, 30))] = Activity.OFF_BODY  # shower


def _steps(
    activity: NDArray[np.uint8], rng: np.random.Generator, habits: Habits
) -> NDArray[np.int64]:
    walking = np.clip(np.rint(rng.normal(habits.pace_spm, 2.5, len(activity))), 96, 132)
    running = np.rint(rng.normal(163, 2, len(activity)))
    household = rng.integers(0, 26, len(activity))
    steps = np.zeros(len(activity), np.int64)
    for what, made in (
        (Activity.WALKING, walking),
        (Activity.RUNNING, running),
        (Activity.HOUSEHOLD, np.where(household < 8, 0, household)),
    ):
        steps[activity == what] = made[activity == what]
    return steps


def _effort(activity: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the share of heart-rate reserve: it follows what one does with a lag."""
    wanted = EFFORT[activity] + rng.normal(0, 0.012, len(activity))
    before = np.concatenate((wanted[:1], wanted[:1], wanted[:1], wanted))
    return 0.45 * before[3:] + 0.3 * before[2:-1] + 0.15 * before[1:-2] + 0.1 * before[:-3]
