"""What a site adds up of its own people, and nothing else leaves it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coaching.effect import Point, corrected, gather
from research.federation.messages import Ask, BrokenMessage, Matrix, Moments, Spread

Floats = NDArray[np.floating[Any]]


class TooFewPeople(ValueError):
    """A site's sums would speak of too few people to leave it."""


def first_round(points: Sequence[Point], ask: Ask) -> Moments:
    """Return the sums that the regression needs.

    Weighted and centred as in `coaching.effect.excursion`: with a column that tells where
    nobody knows the steps before, so that these can be given the mean of all sites later.
    """
    people = _people(points, ask)
    x, y, weight = _columns(points, ask.reference)
    known = x[:, 2] == 0
    return Moments(
        people=people,
        points=len(points),
        known=int(known.sum()),
        sum_before=float(x[known, 1].sum()),
        squares=as_rows(x.T @ (weight[:, None] * x)),
        products=tuple((x.T @ (weight * y)).tolist()),
    )


def second_round(points: Sequence[Point], ask: Ask) -> Spread:
    """Return the spread of people's scores, corrected with the bread of all sites."""
    people = _people(points, ask)
    if ask.pooled is None:
        raise BrokenMessage("the second round says nothing of the first")
    x, y, weight = _columns(points, ask.reference)
    x = x @ folding(ask.pooled.mean_before)
    bread, coefficients = np.array(ask.pooled.bread), np.array(ask.pooled.coefficients)
    residual = weight * (y - x @ coefficients)
    whose = np.array([point.participant for point in points])
    squares = np.empty((people, *bread.shape))
    scores = np.empty((people, len(bread)))
    for n, who in enumerate(np.unique(whose)):
        theirs = x[whose == who]
        squares[n] = theirs.T @ (weight[whose == who, None] * theirs)
        scores[n] = theirs.T @ residual[whose == who]
    grown = corrected(squares, bread, scores)
    return Spread(
        people=people,
        plain=as_rows(scores.T @ scores),
        corrected=as_rows(grown.T @ grown),
    )


def folding(mean_before: float) -> Floats:
    """Return what turns a site's columns into the regression's, by the mean of all sites."""
    return np.array([[1.0, 0, 0], [0, 1, 0], [0, mean_before, 0], [0, 0, 1]])


def as_rows(matrix: Floats) -> Matrix:
    """Return a matrix as a message holds it."""
    return tuple(tuple(row) for row in matrix.tolist())


def _people(points: Sequence[Point], ask: Ask) -> int:
    people = len({point.participant for point in points})
    if people < ask.fewest_people:
        raise TooFewPeople(f"{people} people here, of at least {ask.fewest_people}")
    return people


def _columns(points: Sequence[Point], reference: float) -> tuple[Floats, Floats, Floats]:
    """Return columns, outcome and weight of each point."""
    found = gather(points)
    unknown = np.array([point.seen.steps_30min is None for point in points])
    before = np.where(unknown, 0.0, found.recent)
    sent, odds = found.sent.astype(float), found.probability
    x = np.column_stack([np.ones(len(found)), before, unknown, sent - reference])
    weight = np.where(found.sent, reference / odds, (1 - reference) / (1 - odds))
    return x, found.outcome, weight
