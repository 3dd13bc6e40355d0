"""How long people wear it: the curve of those who have not left off, and wear by week."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Final

import numpy as np
import statsmodels.api

from coaching.effect import Interval
from research.engagement.following import Followed
from research.means import mean_of

sm: Any = statsmodels.api  # it has no types
_Z: Final = NormalDist().inv_cdf(0.975)
_WEEK_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Step:
    """From a day on this share of people is still with it."""

    day: int
    share: Interval
    at_risk: int  # who had not left off and was still followed


@dataclass(frozen=True, slots=True)
class Retention:
    """Time to leaving off, by Kaplan and Meier."""

    people: int
    left: int
    steps: tuple[Step, ...]  # the first is day 0, on which everyone is with it

    @property
    def median_day(self) -> int | None:
        """Return the day by which half have left off; None: fewer have."""
        return next((step.day for step in self.steps if step.share.value <= 0.5), None)


@dataclass(frozen=True, slots=True)
class WornWeek:
    """A week of the study: on which share of its days it was worn for ten hours or more."""

    week: int
    people: int  # who were followed into it
    share: Interval


def retention(people: Sequence[Followed]) -> Retention:
    """Estimate how many are still with it from day to day.

    Somebody leaves off on their last worn day once two weeks passed without another; whoever is
    followed for less after it may come back, and is censored on their last worn day.

    References
    ----------
    Kaplan, Meier, "Nonparametric Estimation from Incomplete Observations", Journal of the
    American Statistical Association 53 (1958). Limits on the scale of log(-log S): Kalbfleisch,
    Prentice, The Statistical Analysis of Failure Time Data (2002), section 1.4.
    """
    left = sum(each.left_off for each in people)
    steps = [Step(0, Interval(1.0, 1.0, 1.0, 0.0), len(people))]
    if left:
        stayed = np.array([max(each.stayed, 0.5) for each in people])
        fit = sm.SurvfuncRight(stayed, np.array([each.left_off for each in people], int))
        found = (fit.surv_times, fit.surv_prob, fit.surv_prob_se, fit.n_risk)
        rows = zip(*(np.asarray(each).tolist() for each in found), strict=True)
        steps += [Step(int(day), _limits(s, se), int(n)) for day, s, se, n in rows]
    return Retention(len(people), left, tuple(steps))


def worn_weeks(people: Sequence[Followed]) -> tuple[WornWeek, ...]:
    """Return wear week by week, over the days on which people were followed.

    Limits are of a mean over people, so that one person's many days count as one.
    """
    last = max((each.days for each in people), default=0)
    found: list[WornWeek] = []
    for week in range(1, last // _WEEK_DAYS + 1):
        days = range((week - 1) * _WEEK_DAYS + 1, week * _WEEK_DAYS + 1)
        shares = [
            len(each.valid.intersection(days)) / _WEEK_DAYS
            for each in people
            if each.days >= days[-1]
        ]
        if shares:
            found.append(WornWeek(week, len(shares), mean_of(shares)))
    return tuple(found)


def _limits(share: float, se: float) -> Interval:
    if not 0 < share < 1:
        return Interval(share, share, share, se)
    spread = _Z * se / (share * abs(math.log(share)))
    low, high = share ** math.exp(spread), share ** math.exp(-spread)
    return Interval(share, low, high, se)
