"""What messages did, estimated from decisions left to chance: plain numbers in and out."""

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coaching.effect.floors import need
from coaching.effect.sandwich import Floats, corrected, inverse, sandwich
from people.sentence import say

CONFIDENCE: Final = 0.95
_FEWEST_DF: Final = 5  # below this an expansion of Student's t is off in the third place


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and between which limits the truth lies at 95 % confidence."""

    value: float
    low: float
    high: float
    se: float

    def excludes(self, value: float) -> bool:
        return not self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Excursion:
    """What a message adds to the outcome, as a linear function of moderators."""

    beta: Floats  # (p,) of the moderators
    covariance: Floats  # (p, p) corrected for few people
    plain: Floats  # (k, k) of all coefficients, baseline first, without the correction
    coefficients: Floats  # (k,) baseline first
    people: int
    points: int

    @property
    def df(self) -> int:
        return self.people - len(self.coefficients)

    def at(self, moderators: ArrayLike) -> Interval:
        """Return the effect where the moderators have these values."""
        f = np.asarray(moderators, float)
        value, se = float(f @ self.beta), math.sqrt(float(f @ self.covariance @ f))
        half = t_quantile(0.5 + CONFIDENCE / 2, self.df) * se
        return Interval(value, value - half, value + half, se)


def excursion(
    person: ArrayLike,
    sent: ArrayLike,
    probability: ArrayLike,
    outcome: ArrayLike,
    baseline: ArrayLike,
    moderators: ArrayLike,
    reference: float = 0.5,
) -> Excursion:
    """Estimate a causal excursion effect by weighted and centred least squares.

    Regresses y on [g, (a - p̃)f] with weights (p̃/π)^a ((1 - p̃)/(1 - π))^(1 - a), over available
    points. The covariance is the sandwich clustered by person, corrected for few people;
    intervals take Student's t with people - k degrees of freedom. With a constant p̃ the effect
    is averaged evenly over the points, whatever odds they had.

    Parameters
    ----------
    person : (n,) array
        Whose point it is, any labels.
    sent : (n,) array of bool
        a: whether a message was sent.
    probability : (n,) array
        π: the odds at which it was, strictly between 0 and 1.
    outcome : (n,) array
        y, for steps log(1/2 + steps) of the half hour after.
    baseline : (n, q) array
        g: what helps to tell the outcome without a message, with a column of ones.
    moderators : (n, p) array
        f: what the effect may depend on, with a column of ones.
    reference : float
        p̃.

    Raises
    ------
    TooLittle
        With fewer than 5 people more than coefficients, without variation, or where one
        person alone decides a coefficient.

    References
    ----------
    Boruvka, Almirall, Witkiewitz, Murphy, "Assessing Time-Varying Causal Effect Moderation in
    Mobile Health", Journal of the American Statistical Association 113 (2018).
    """
    a, pi, y = (np.asarray(each, float) for each in (sent, probability, outcome))
    f = np.asarray(moderators, float)
    x = np.hstack([np.asarray(baseline, float), (a - reference)[:, None] * f])
    fit = _fit(np.asarray(person), x, y, _weights(a, pi, reference))
    grown = corrected(fit.gram, fit.bread, fit.score)
    moderated = slice(x.shape[1] - f.shape[1], None)
    return Excursion(
        beta=fit.coefficients[moderated],
        covariance=sandwich(fit.bread, grown)[moderated, moderated],
        plain=sandwich(fit.bread, fit.score),
        coefficients=fit.coefficients,
        people=len(fit.gram),
        points=len(y),
    )


@dataclass(frozen=True, slots=True)
class _Fit:
    """Weighted least squares of points that come from people."""

    coefficients: Floats  # (k,)
    bread: Floats  # (k, k) the inverse of all people's gram together
    gram: Floats  # (people, k, k) XᵀWX of each
    score: Floats  # (people, k) XᵀW(y - Xβ) of each


def _fit(person: NDArray[Any], x: Floats, y: Floats, weight: Floats) -> _Fit:
    _, whose = np.unique(person, return_inverse=True)
    people = int(whose.max(initial=-1)) + 1
    need(people - x.shape[1], _FEWEST_DF, say("people more than coefficients"))
    weighted = weight[:, None] * x
    gram = _by_person(whose, people, weighted[:, :, None] * x[:, None, :])
    bread = inverse(gram.sum(axis=0))
    coefficients = bread @ (x.T @ (weight * y))
    score = _by_person(whose, people, (weight * (y - x @ coefficients))[:, None] * x)
    return _Fit(coefficients, bread, gram, score)


def _weights(sent: Floats, probability: Floats, odds: float | Floats) -> Floats:
    """Return how much more often what was done is done at other odds."""
    return np.where(sent > 0, odds / probability, (1 - odds) / (1 - probability))


@dataclass(frozen=True, slots=True)
class Value:
    """The mean outcome that other odds would have brought, from what was seen under these."""

    ips: float
    snips: float
    effective: float  # sample size


def value(
    sent: ArrayLike,
    probability: ArrayLike,
    outcome: ArrayLike,
    odds: ArrayLike,
    fewest_effective: float,
) -> Value:
    """Estimate the value of other odds by inverse propensity, plain and self-normalised.

    Parameters
    ----------
    sent, probability, outcome : (n,) arrays
        What was done, at which odds strictly between 0 and 1, and what followed.
    odds : (n,) array or float
        At which a message would be sent instead.
    fewest_effective : float
        The floor of the effective sample size (Σw)²/Σw².

    Raises
    ------
    TooLittle
        Below the floor.

    References
    ----------
    Swaminathan, Joachims, "The Self-Normalized Estimator for Counterfactual Learning", NIPS
    2015.
    """
    a, pi, y = (np.asarray(each, float) for each in (sent, probability, outcome))
    asked = np.broadcast_to(np.asarray(odds, float), a.shape)
    weight = _weights(a, pi, asked)
    total, square = float(weight.sum()), float((weight * weight).sum())
    effective = total * total / square if square else 0.0
    need(effective, fewest_effective, say("effective points"))
    weighted = float(weight @ y)
    return Value(weighted / len(y), weighted / total, effective)


def t_quantile(share: float, df: int) -> float:
    """Return a quantile of Student's t for at least five degrees of freedom.

    The expansion around the normal quantile (Abramowitz, Stegun, Handbook of Mathematical
    Functions, 26.7.5): right to 0.0003 with 5 degrees of freedom, to 0.000002 with 15.
    """
    need(df, _FEWEST_DF, say("degrees of freedom"))
    x = NormalDist().inv_cdf(share)
    terms = (
        (x**3 + x) / 4,
        (5 * x**5 + 16 * x**3 + 3 * x) / 96,
        (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384,
        (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92160,
    )
    return x + sum(term / df**power for power, term in enumerate(terms, 1))


def _by_person(whose: NDArray[np.int64], people: int, rows: Floats) -> Floats:
    total = np.zeros((people, *rows.shape[1:]))
    np.add.at(total, whose, rows)
    return total
