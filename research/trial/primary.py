"""The primary outcome: daily steps by arm, by a linear mixed model of people over weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import statsmodels.api
from numpy.typing import NDArray

from coaching.effect import Interval, need
from people.sentence import say
from research.opened import Opened

sm: Any = statsmodels.api  # it has no types
_FEWEST_PEOPLE: Final = 5  # in each of two arms
_WEEK_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Fixed:
    """A coefficient of the model, in steps a day."""

    name: str
    effect: Interval
    p_value: float


@dataclass(frozen=True, slots=True)
class Primary:
    """Daily steps: what they are with the first arm, what another adds, and a week."""

    people: int
    days: int
    fixed: tuple[Fixed, ...]
    between_sd: float  # of people, in steps a day
    within_sd: float  # of one person's days


def primary(package: Opened) -> Primary:
    """Fit steps ~ arm + week + (1 | person) by restricted maximum likelihood.

    Over valid, complete days. Arms are compared with the first by name. Whether a difference
    between arms is an effect depends on how people came into them, which a package does not
    know.

    Raises
    ------
    TooLittle
        With fewer than five people in an arm.

    References
    ----------
    Laird, Ware, "Random-Effects Models for Longitudinal Data", Biometrics 38 (1982).
    """
    days = _days(package)
    names, design = _design(days, _arms(days))
    steps, person = np.array([each.steps for each in days]), [each.participant for each in days]
    fitted = sm.MixedLM(steps, design, groups=np.array(person, object)).fit(reml=True)
    return Primary(
        people=len(set(person)),
        days=len(days),
        fixed=tuple(_fixed(name, fitted, place) for place, name in enumerate(names)),
        between_sd=float(np.sqrt(np.asarray(fitted.cov_re)[0, 0])),
        within_sd=float(np.sqrt(fitted.scale)),
    )


@dataclass(frozen=True, slots=True)
class _Day:
    participant: str
    arm: str
    week: int  # of the study, from 0
    steps: float


def _days(package: Opened) -> list[_Day]:
    arm_of = {row["participant"]: row["arm"] for row in package.rows("participants")}
    return [
        _Day(
            participant=row["participant"],
            arm=arm_of[row["participant"]],
            week=(row["study_day"] - 1) // _WEEK_DAYS,
            steps=float(row["steps"]),
        )
        for row in package.rows("days")
        if row["valid"] and row["complete"] and row["steps"] is not None
    ]


def _design(days: Sequence[_Day], arms: Sequence[str]) -> tuple[list[str], NDArray[np.float64]]:
    """Return the names of the columns, and these: what does not vary is none."""
    columns = {"steps a day": np.ones(len(days))}
    for arm in arms[1:]:
        columns[f"{arm} instead of {arms[0]}"] = np.array(
            [each.arm == arm for each in days], float
        )
    weeks = np.array([each.week for each in days], float)
    if np.ptp(weeks) > 0:
        columns["a week later"] = weeks
    return list(columns), np.column_stack(list(columns.values()))


def _arms(days: Sequence[_Day]) -> list[str]:
    """Return the arms by name; raise TooLittle where one has hardly anybody."""
    found = [arm for _, arm in {(each.participant, each.arm) for each in days}]
    arms = sorted(set(found))
    need(
        min(map(found.count, arms), default=0),
        _FEWEST_PEOPLE,
        say("people with days in an arm"),
    )
    return arms


def _fixed(name: str, fitted: Any, place: int) -> Fixed:  # noqa: ANN401 - a fitted model
    low, high = np.asarray(fitted.conf_int())[place]
    value, se = float(fitted.params[place]), float(fitted.bse[place])
    return Fixed(
        name, Interval(value, float(low), float(high), se), float(fitted.pvalues[place])
    )
