"""A study's live panel of effect: by occasion, week, feature and dose, and under other odds."""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from coaching.effect import chances, feature_days
from coaching.effect.chances import Chances
from coaching.effect.estimates import Excursion, Interval, excursion, value
from coaching.effect.floors import TooLittle, need
from coaching.policies.terms import DOSE_KEPT
from coaching.protocol import EffectRules
from people.sentence import Sentence, say

_TOLD: Final = Sentence("")  # nothing was refused
_CURVE: Final = 9  # doses at which the habituation curve is told
_OTHERS: Final = ((say("always"), 1.0), (say("every second time"), 0.5), (say("never"), 0.0))


@dataclass(frozen=True, slots=True)
class Told:
    """What something adds to the steps that follow it, or why that is not told."""

    name: Sentence
    points: int
    effect: Interval | None = None  # in log steps
    refused: Sentence = _TOLD

    @property
    def says(self) -> Sentence:
        """The effect with its limits in percent, or the refusal."""
        return _percent(self.effect) if self.effect else self.refused


@dataclass(frozen=True, slots=True)
class Habituation:
    """How the effect changes with the dose, and whether fewer messages would do better."""

    curve: tuple[tuple[float, Interval], ...] = ()  # messages a day, effect in log steps
    messages_a_day: float = 0.0  # on average, now
    proposed_a_day: float | None = None  # none: no reason to send fewer
    refused: Sentence = _TOLD

    @property
    def says(self) -> Sentence:
        """What the curve means, or the refusal."""
        if self.refused.words:
            return self.refused
        now = f"{self.messages_a_day:.1f}"
        if self.proposed_a_day is None:
            return say("The effect does not wear off at %(a_day)s messages a day.", a_day=now)
        return say(
            "The effect wears off at %(a_day)s messages a day: send at most %(proposed)s.",
            a_day=now,
            proposed=f"{self.proposed_a_day:.1f}",
        )


@dataclass(frozen=True, slots=True)
class OtherOdds:
    """What would be walked in the half hour under other odds, or why that is not told."""

    name: Sentence
    log_steps: float | None = None
    effective: float = 0.0  # sample size
    refused: Sentence = _TOLD

    @property
    def says(self) -> Sentence:
        """The geometric mean of the steps, or the refusal."""
        if self.log_steps is None:
            return self.refused
        steps = math.exp(self.log_steps) - 0.5
        return say(
            "%(steps)s steps, from %(effective)s effective points",
            steps=f"{steps:.0f}",
            effective=f"{self.effective:.0f}",
        )


@dataclass(frozen=True, slots=True)
class EffectPanel:
    """All of it, from those decisions of some people that were left to chance."""

    people: int
    overall: Told
    by_occasion: tuple[Told, ...]
    by_week: tuple[Told, ...]
    by_feature: tuple[Told, ...]  # social ones, on the steps of the whole day
    habituation: Habituation
    other_odds: tuple[OtherOdds, ...]


def panel(db: Connection, participants: Collection[str], rules: EffectRules) -> EffectPanel:
    """Estimate from all that has followed these people's decisions so far."""
    found = chances.read(db, participants, rules.fewest_minutes)
    days = feature_days.read(db, participants)
    return tell(found, chances.decisions_a_day(db, participants), rules, days)


def tell(
    found: Chances, often: float, rules: EffectRules, days: Chances | None = None
) -> EffectPanel:
    """Estimate from points, of people who are considered so often a day.

    `days` are points of social features, if the study leaves any to chance.
    """
    return EffectPanel(
        people=len({*found.person.tolist()}),
        overall=_told(say("All messages"), found, rules),
        by_occasion=_groups(found, found.occasion, _occasion, rules),
        by_week=_groups(found, found.week + 1, _week, rules),
        by_feature=() if days is None else _groups(days, days.occasion, _occasion, rules),
        habituation=_habituation(found, often, rules),
        other_odds=tuple(_under(name, odds, found, rules) for name, odds in _OTHERS),
    )


def _groups(
    found: Chances,
    labels: NDArray[np.generic],
    called: Callable[[Any], Sentence],
    rules: EffectRules,
) -> tuple[Told, ...]:
    return tuple(
        _told(called(label), found.at(labels == label), rules)
        for label in np.unique(labels).tolist()
    )


def _occasion(name: str) -> Sentence:
    return Sentence(name.replace("_", " "))


def _week(number: int) -> Sentence:
    return say("Week %(number)s", number=number)


def _told(name: Sentence, found: Chances, rules: EffectRules) -> Told:
    try:
        return Told(name, len(found), _fit(found, rules).at([1.0]))
    except TooLittle as little:
        return Told(name, len(found), refused=_not_told(little))


def _fit(found: Chances, rules: EffectRules, *moderators: NDArray[np.float64]) -> Excursion:
    need(len({*found.person.tolist()}), rules.fewest_people, say("people"))
    need(len(found), rules.fewest_points, say("decisions left to chance"))
    ones = np.ones(len(found))
    helps = [each for each in (found.recent, *moderators) if np.ptp(each) > 0]
    return excursion(
        found.person,
        found.sent,
        found.probability,
        found.outcome,
        np.column_stack([ones, *helps]),
        np.column_stack([ones, *moderators]),
    )


def _habituation(found: Chances, often: float, rules: EffectRules) -> Habituation:
    try:
        fit = _fit(found, rules, found.dose)
    except TooLittle as little:
        return Habituation(refused=_not_told(little))
    doses = np.linspace(0.0, float(np.quantile(found.dose, 0.95)), _CURVE)
    a_day = often * (1 - DOSE_KEPT)  # of a steady dose of 1
    curve = [(float(dose), fit.at([1.0, dose])) for dose in doses]
    now = float(found.dose.mean())
    lower = _lower(fit, curve, now)
    return Habituation(
        curve=tuple((dose * a_day, effect) for dose, effect in curve),
        messages_a_day=now * a_day,
        proposed_a_day=None if lower is None else lower * a_day,
    )


def _lower(fit: Excursion, curve: list[tuple[float, Interval]], now: float) -> float | None:
    """Return the highest dose below today's that surely helps, where today's does not.

    Only where the effect surely falls with the dose; where no dose surely helps, none at all.
    """
    falls = fit.at([0.0, 1.0]).high < 0
    if not falls or fit.at([1.0, now]).low > 0:
        return None
    return max((dose for dose, effect in curve if effect.low > 0 and dose < now), default=0.0)


def _under(name: Sentence, odds: float, found: Chances, rules: EffectRules) -> OtherOdds:
    try:
        need(len({*found.person.tolist()}), rules.fewest_people, say("people"))
        worth = value(
            found.sent, found.probability, found.outcome, odds, rules.fewest_effective
        )
    except TooLittle as little:
        return OtherOdds(name, refused=_not_told(little))
    return OtherOdds(name, worth.snips, worth.effective)


def _not_told(little: TooLittle) -> Sentence:
    return say("Not told: %(why)s.", why=little.says)


def _percent(effect: Interval) -> Sentence:
    middle, low, high = (
        100 * math.expm1(each) for each in (effect.value, effect.low, effect.high)
    )
    return say(
        "%(middle)s %% (%(low)s to %(high)s %%)",
        middle=f"{middle:+.0f}",
        low=f"{low:+.0f}",
        high=f"{high:+.0f}",
    )
