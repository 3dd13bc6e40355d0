"""Odds that are learned for each person: Thompson sampling, centred on the action and clipped.

After Liao, Greenewald, Klasnja, Murphy, "Personalized HeartSteps", Proceedings of the ACM on
Interactive, Mobile, Wearable and Ubiquitous Technologies 4 (2020).
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Final

import msgspec
import numpy as np

from coaching.policies.belief import Belief
from coaching.policies.bounds import Bounds
from coaching.policies.terms import TERMS, log_steps
from coaching.prompts.state import Learned, State
from people.sentence import Sentence

OUTCOME_MIN: Final = 30  # how long after a decision its outcome is counted
_PLACES: Final = 6  # of the odds: more would depend on the machine's error function


class Guess(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is believed of a coefficient before anything was seen."""

    mean: float
    sd: float


class ThompsonSampling(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="policy",
    tag="thompson_sampling",
):
    """As likely as it is, by what was seen of this person, that a message helps now."""

    name: ClassVar[str] = "thompson_sampling"
    version: ClassVar[int] = 1

    baseline: dict[str, Guess]  # what the outcome is like without a message
    effect: dict[str, Guess]  # and what a message adds, in log steps
    noise_sd: float  # of an outcome, in log steps
    burden: float  # what a message costs for each one of the dose, in log steps
    first_days: int  # in which the odds are
    first_odds: float
    fewest_minutes: int  # that must be counted of the thirty to learn from them
    pool_people: int  # from whom a newcomer's first belief is taken, at least
    pool_points: int  # decisions learned from, of each of these

    def probability(self, state: State, bounds: Bounds) -> float:
        """Return π = clip(Φ(fᵀμ / √(fᵀΣf))), to six places."""
        if state.days_in < self.first_days:
            return self.first_odds
        learned = state.learned or self.learned(self.prior())
        middle, variance = _effect(learned, _values(self.effect, state))
        odds = 0.5 * (1 + math.erf(middle / math.sqrt(2 * variance)))
        return bounds.clip(round(odds, _PLACES))

    def prior(self) -> Belief:
        """Return what is believed of everyone at first."""
        effect = _guesses(self.effect)
        guesses = [*_guesses(self.baseline), *effect, *effect]
        mean = np.array([guess.mean for guess in guesses])
        return Belief(mean, np.diag([guess.sd * guess.sd for guess in guesses]))

    def learned(self, belief: Belief, version: int = 0, points: int = 0) -> Learned:
        """Return what a decision sees of a belief: what a message adds."""
        count = len(self.effect)
        covariance: list[list[float]] = belief.covariance[-count:, -count:].tolist()
        return Learned(
            version=version,
            points=points,
            mean=tuple(belief.mean[-count:].tolist()),
            covariance=tuple(map(tuple, covariance)),
        )

    def row(self, state: State, probability: float, *, sent: bool) -> list[float]:
        """Return φ = [g, πf, (a - π)f] of a decision."""
        effect = _values(self.effect, state)
        return [
            *_values(self.baseline, state),
            *(probability * value for value in effect),
            *((sent - probability) * value for value in effect),
        ]

    def reward(self, state: State, steps: int, *, sent: bool) -> float:
        """Return log(1/2 + steps) without what a message cost after so many others."""
        return log_steps(steps) - sent * self.burden * state.dose

    def looks_at(self) -> list[Sentence]:
        """Return in the participant's words what changes the odds."""
        words = [TERMS[name].words for name in sorted(self.effect)]
        return [each for each in words if each is not None]

    def checks(self, bounds: Bounds) -> Iterator[tuple[str, bool, str]]:
        """Yield each key, whether it can be used, and what it has to be."""
        low, high = bounds.lowest_odds, bounds.highest_odds
        yield from _term_checks("baseline", self.baseline)
        yield from _term_checks("effect", self.effect)
        yield "noise_sd", self.noise_sd > 0, "must be positive"
        yield "burden", self.burden >= 0, "cannot be negative"
        yield "first_days", self.first_days >= 0, "cannot be negative"
        yield "first_odds", low <= self.first_odds <= high, f"outside {low} to {high}"
        counted = 1 <= self.fewest_minutes <= OUTCOME_MIN
        yield "fewest_minutes", counted, f"1 to {OUTCOME_MIN}"
        yield "pool_people", self.pool_people >= 2, "at least two"
        yield "pool_points", self.pool_points >= 1, "at least one"


def _term_checks(key: str, terms: Mapping[str, Guess]) -> Iterator[tuple[str, bool, str]]:
    yield key, "always" in terms, "always is among them"
    yield key, terms.keys() <= TERMS.keys(), f"there are {', '.join(TERMS)}"
    doubt = all(guess.sd > 0 for guess in terms.values())
    yield key, doubt, "a guess without doubt cannot be changed"


def _guesses(guesses: Mapping[str, Guess]) -> list[Guess]:
    # By name: a protocol that was kept and read again has its keys in another order.
    return [guesses[name] for name in sorted(guesses)]


def _values(guesses: Mapping[str, Guess], state: State) -> list[float]:
    return [TERMS[name].of(state) for name in sorted(guesses)]


def _effect(learned: Learned, terms: Sequence[float]) -> tuple[float, float]:
    """Return mean and variance of fᵀβ."""
    middle = variance = 0.0
    lines = zip(terms, learned.mean, learned.covariance, strict=True)
    for term, coefficient, line in lines:
        middle += term * coefficient
        for other, value in zip(terms, line, strict=True):
            variance += term * other * value
    return middle, variance
