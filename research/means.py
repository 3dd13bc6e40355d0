"""Means and rates over people, with limits that take each person's days together."""

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import scipy.stats

from coaching.effect import Interval

stats: Any = scipy.stats  # it has no types
_UPPER: Final = 0.975


def mean_of(values: Sequence[float]) -> Interval:
    """Return a mean over people with its 95 % limits; nan where one person has none."""
    count = len(values)
    mean = float(np.mean(values))
    if count == 1:
        return Interval(mean, math.nan, math.nan, math.nan)
    return _around(mean, float(np.std(values, ddof=1)) / math.sqrt(count), count - 1)


def rate_of(counts: Sequence[float], spans: Sequence[float]) -> Interval:
    """Return a rate over people, all counts over all time, with its 95 % limits.

    Parameters
    ----------
    counts, spans : (n,) sequences of float
        What was counted of each person, and for how long, in the unit of time asked for.

    References
    ----------
    The ratio estimator, by the variance of its residuals: Cochran, Sampling Techniques (1977),
    section 6.4.
    """
    x, t = np.asarray(counts, float), np.asarray(spans, float)
    rate, people = float(x.sum() / t.sum()), len(x)
    if people == 1:
        return Interval(rate, math.nan, math.nan, math.nan)
    residuals = x - rate * t
    variance = people / (people - 1) * float(residuals @ residuals) / float(t.sum()) ** 2
    return _around(rate, math.sqrt(variance), people - 1)


def difference_of(one: Sequence[float], other: Sequence[float]) -> Interval:
    """Return by how much one mean is above another, after Welch, with its 95 % limits."""
    a, b = (np.asarray(each, float) for each in (one, other))
    parts = [float(np.var(each, ddof=1)) / len(each) for each in (a, b)]
    freedom = sum(parts) ** 2 / sum(
        part * part / (len(each) - 1) for part, each in zip(parts, (a, b), strict=True)
    )
    return _around(float(a.mean() - b.mean()), math.sqrt(sum(parts)), freedom)


def _around(value: float, se: float, freedom: float) -> Interval:
    half = float(stats.t.ppf(_UPPER, freedom)) * se
    return Interval(value, value - half, value + half, se)
