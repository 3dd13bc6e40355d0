"""The headline score of a week, in integers, so that every machine rounds it alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from enum import StrEnum
from typing import Final

from analytics.days import Body, DayFact

DAYS: Final = 7
FEWEST_VALID_DAYS: Final = 4
#: More than this lowers mortality hardly further: the lower ends of the ranges in Paluch et al.
#: 2022, Lancet Public Health 7:e219.
STEPS_A_DAY: Final = 8000
STEPS_A_DAY_OLDER: Final = 6000
OLDER_YEARS: Final = 60

_HALVES_MINUTES: Final = 150  # more halve what is lacking; the least that WHO 2020 asks for
_ENOUGH_MINUTES: Final = 300  # more makes no difference; the upper end of WHO 2020
_MILLI: Final = 1_000
_HIGHEST: Final = 100 * _MILLI
#: Tenths of the score: movement and volume.
_MOVEMENT, _VOLUME = 7, 3
#: A tier needs so large a share of worn time, percent.
_LEAST_COVERAGE: Final = 50


class Tier(StrEnum):
    """What the intensity of most worn minutes rests on, the strongest evidence first."""

    HEART_RATE = "heart_rate"  # the reserve between rest and the highest rate of that age
    CADENCE = "cadence"  # steps counted from samples
    DEVICE = "device"  # steps as the device's own firmware counted
    NONE = "none"  # neither for half of the worn time


@dataclass(frozen=True, slots=True)
class Score:
    """The activity score of a day, over it and the six days before."""

    participant: str
    day: date
    score: int | None  # 0 to 100; None: too few valid days
    provisional: bool  # fewer than seven valid days
    mem_minutes: int  # moderate-equivalent minutes a week, scaled from valid days
    mean_steps: int | None  # a valid day; None: nothing counted steps
    valid_days: int
    tier: Tier  # people are compared within one tier only
    coverage_percent: int  # of worn minutes that its tier rests on
    missing: tuple[str, ...]  # "valid_days", "steps", "age_years", "placement", "resting_bpm"


def compute(participant: str, day: date, week: Sequence[DayFact], body: Body) -> Score:
    """Return the headline score.

    Parameters
    ----------
    participant, day
        Whose, and the last of the days.
    week : sequence of DayFact
        The day and the six before it; days without data may be left out.
    body : Body
        An age that is not known counts as younger than 60. What is not known is named as
        missing.

    Notes
    -----
    G = min(100, 100 (1 - 2^(-MEM/150)) / 0.75), V = 100 min(1, mean steps / goal),
    score = 0.7 G + 0.3 V, or G alone when no steps are known. Goal 8000, from age 60 6000.
    MEM and mean steps are whole numbers, G whole thousandths; of two equally
    near integers the larger one is taken.
    """
    valid = [fact for fact in week if fact.valid]
    known = [fact.steps for fact in valid if fact.step_minutes]
    mem_minutes = _nearest(DAYS * sum(fact.deci_points for fact in valid), 10 * len(valid))
    mean_steps = _nearest(sum(known), len(known)) if known else None
    tier, coverage_percent = _evidence(valid)
    enough = len(valid) >= FEWEST_VALID_DAYS
    return Score(
        participant=participant,
        day=day,
        score=_headline(mem_minutes, mean_steps, body.age_years) if enough else None,
        provisional=len(valid) < DAYS,
        mem_minutes=mem_minutes,
        mean_steps=mean_steps,
        valid_days=len(valid),
        tier=tier,
        coverage_percent=coverage_percent,
        missing=_missing(valid, body),
    )


def _nearest(numerator: int, denominator: int) -> int:
    """Return the nearest integer to a quotient that is not negative, 0 of nothing."""
    return (2 * numerator + denominator) // (2 * denominator) if denominator else 0


def _movement(minutes: int) -> int:
    with localcontext() as exact:
        exact.prec = 40
        lacking = Decimal(2) ** (Decimal(-minutes) / _HALVES_MINUTES)
        return int(((1 - lacking) * _HIGHEST / Decimal("0.75")).to_integral_value())


#: G in thousandths of a point for each whole minute, by decimal arithmetic: no library's power
#: function has a say in the last digit.
MOVEMENT: Final = tuple(_movement(minutes) for minutes in range(_ENOUGH_MINUTES + 1))


def _headline(mem_minutes: int, mean_steps: int | None, age_years: int | None) -> int:
    movement = MOVEMENT[min(mem_minutes, _ENOUGH_MINUTES)]
    if mean_steps is None:
        return _nearest(movement, _MILLI)
    goal = STEPS_A_DAY_OLDER if (age_years or 0) >= OLDER_YEARS else STEPS_A_DAY
    volume_of_goal = _HIGHEST * min(mean_steps, goal)
    tenths = _MOVEMENT * movement * goal + _VOLUME * volume_of_goal
    return _nearest(tenths, 10 * _MILLI * goal)


def _evidence(valid: Sequence[DayFact]) -> tuple[Tier, int]:
    """Return the strongest tier that most worn minutes allow, and the share that does."""
    worn = sum(fact.wear_minutes for fact in valid)
    minutes = {
        Tier.HEART_RATE: sum(fact.reserve_minutes for fact in valid),
        Tier.CADENCE: sum(fact.sampled_minutes for fact in valid),
        Tier.DEVICE: sum(fact.step_minutes for fact in valid),
    }
    for tier, known in minutes.items():
        percent = _nearest(100 * known, worn)
        if worn and percent >= _LEAST_COVERAGE:
            return tier, percent
    return Tier.NONE, 0


def _missing(valid: Sequence[DayFact], body: Body) -> tuple[str, ...]:
    lacks = {
        "valid_days": len(valid) < FEWEST_VALID_DAYS,
        "steps": not any(fact.step_minutes for fact in valid),
        "age_years": body.age_years is None,
        "placement": body.placement is None,
        "resting_bpm": not any(fact.resting_bpm for fact in valid),
    }
    return tuple(name for name, lacking in lacks.items() if lacking)
