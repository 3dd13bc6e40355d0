"""Vital signs beyond a clinician's thresholds, at rest and for minutes on end."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from analytics import scores
from coaching.prompts import body
from coaching.safety.rules import Safety, Vital
from people.sentence import Sentence, say


def red_flags(minutes: scores.Minutes, rules: Safety) -> Iterator[tuple[str, Sentence]]:
    """Yield kind and words of each vital sign that was beyond, every minute up to the last.

    A minute counts in which the tracker was worn, nobody moved and the sign was measured; one
    that lacks any of it is no evidence, and breaks the row.
    """
    still = (minutes["state"] == scores.State.WORN_STILL) & (body.steps(minutes) <= 0)
    pulse = _mean(minutes["hr_sum_bpm"], minutes["hr_n"])
    oxygen = _mean(minutes["spo2_sum_percent"], minutes["spo2_n"])
    yield from _beyond(
        say("Heart rate"), "bpm", np.where(still, pulse, np.nan), rules.heart_rate
    )
    yield from _beyond(say("Oxygen"), "%", np.where(still, oxygen, np.nan), rules.oxygen)


def longest_min(rules: Safety) -> int:
    """Return how many minutes must be looked at; 0 where no threshold is set."""
    return max((each.minutes for each in (rules.heart_rate, rules.oxygen) if each), default=0)


def _mean(total: NDArray[np.generic], count: NDArray[np.generic]) -> NDArray[np.float64]:
    counted = count.astype(np.float64)
    blank = np.full(counted.shape, np.nan)
    return np.divide(total.astype(np.float64), counted, out=blank, where=counted > 0)


def _beyond(
    sign: Sentence, unit: str, values: NDArray[np.float64], rule: Vital | None
) -> Iterator[tuple[str, Sentence]]:
    if rule is None or values.size < rule.minutes:
        return
    kind, last = str(sign).lower(), values[-rule.minutes :]
    held = say("at rest for %(minutes)s minutes", minutes=rule.minutes)
    if rule.low is not None and bool((last <= rule.low).all()):
        bound = f"{rule.low:g} {unit}"
        yield (
            kind,
            say("%(sign)s at or below %(bound)s %(held)s", sign=sign, bound=bound, held=held),
        )
    if rule.high is not None and bool((last >= rule.high).all()):
        bound = f"{rule.high:g} {unit}"
        yield (
            kind,
            say("%(sign)s at or above %(bound)s %(held)s", sign=sign, bound=bound, held=held),
        )
