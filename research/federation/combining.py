"""What all sites' sums come to: the estimate that one pot of all rows would have given."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from coaching.effect import Excursion, inverse, need
from people.sentence import say
from research.federation.messages import (
    COEFFICIENTS,
    WIDTH,
    Answer,
    Ask,
    BrokenMessage,
    Matrix,
    Moments,
    Pooled,
    Spread,
    Vector,
)
from research.federation.summing import as_rows, folding

_FEWEST_DF: Final = 5  # as the estimate on one's own data


Floats = NDArray[np.floating[Any]]
Sums = TypeVar("Sums", Moments, Spread)


def next_round(ask: Ask, name: str, answers: Mapping[str, Answer]) -> Ask:
    """Return the second ask, from a first one, its hash and each site's answer."""
    moments = [_of_round(answer.moments, 1) for answer in _complete(ask, name, answers)]
    known = sum(each.known for each in moments)
    mean_before = sum(each.sum_before for each in moments) / known if known else 0.0
    fold = folding(mean_before)
    people = sum(each.people for each in moments)
    need(people - COEFFICIENTS, _FEWEST_DF, say("people more than coefficients"))
    squares = fold.T @ _sum([each.squares for each in moments], (WIDTH, WIDTH)) @ fold
    products = fold.T @ _sum([each.products for each in moments], (WIDTH,))
    bread = inverse(squares)
    pooled = Pooled(
        people=people,
        points=sum(each.points for each in moments),
        mean_before=mean_before,
        bread=as_rows(bread),
        coefficients=tuple((bread @ products).tolist()),
    )
    return msgspec.structs.replace(ask, round=2, pooled=pooled)


def combine(ask: Ask, name: str, answers: Mapping[str, Answer]) -> Excursion:
    """Return the estimate, from the second ask, its hash and each site's answer to it."""
    if ask.pooled is None:
        raise BrokenMessage("the first round is not over")
    spread = [_of_round(answer.spread, 2) for answer in _complete(ask, name, answers)]
    size = (COEFFICIENTS, COEFFICIENTS)
    bread, coefficients = np.array(ask.pooled.bread), np.array(ask.pooled.coefficients)
    corrected = bread @ _sum([each.corrected for each in spread], size) @ bread
    people = sum(each.people for each in spread)
    if people != ask.pooled.people:
        raise BrokenMessage(f"{people} people answered, {ask.pooled.people} before")
    return Excursion(
        beta=coefficients[-1:],
        covariance=corrected[-1:, -1:],
        plain=bread @ _sum([each.plain for each in spread], size) @ bread,
        coefficients=coefficients,
        people=people,
        points=ask.pooled.points,
    )


def _complete(ask: Ask, name: str, answers: Mapping[str, Answer]) -> list[Answer]:
    """Return the answers in the order of the sites, once each site has given one."""
    strangers = answers.keys() - set(ask.sites)
    missing = [site for site in ask.sites if site not in answers]
    if strangers or missing:
        who = ", ".join(sorted(strangers) or missing)
        raise BrokenMessage(f"{'nobody asked' if strangers else 'no answer of'} {who}")
    if any(answers[site].ask != name for site in ask.sites):
        raise BrokenMessage("an answer is to another ask")
    return [answers[site] for site in ask.sites]


def _of_round(said: Sums | None, number: int) -> Sums:
    if said is None:
        raise BrokenMessage(f"an answer says nothing of round {number}")
    return said


def _sum(parts: Sequence[Matrix | Vector], shape: tuple[int, ...]) -> Floats:
    found = [np.array(part) for part in parts]
    if any(part.shape != shape or not np.isfinite(part).all() for part in found):
        raise BrokenMessage(f"sums are not {' by '.join(map(str, shape))} numbers")
    return np.sum(found, axis=0)
