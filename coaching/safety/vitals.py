"""Vital signs beyond a clinician's thresholds, at rest and for minutes on end."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from analytics import scores
from coaching.prompts import body
from coaching.safety.rules import Safety, Vital


def red_flags(minutes: scores.Minutes, rules: Safety) -> Iterator[tuple[str, str]]:
    """Yield kind and words of each vital sign that was beyond, every minute up to the last.

    A minute counts in which the tracker was worn, nobody moved and the sign was measured; one
    that lacks any of it is no evidence, and breaks the row.
    """
    still = (minutes["state"] == scores.State.WORN_STILL) & (body.steps(minutes) <= 0)
    pulse = _mean(minutes["hr_sum_bpm"], minutes["hr_n"])
    oxygen = _mean(minutes["spo2_sum_percent"], minutes["spo2_n"])
    yield from _beyond("heart rate", "bpm", np.where(still, pulse, np.nan), rules.heart_rate)
    yield from _beyond("oxygen", "%", np.where(still, oxygen, np.nan), rules.oxygen)


def longest_min(rules: Safety) -> int:
    """Return how many minutes must be looked at; 0 where no threshold is set."""
    return max((each.minutes for each in (rules.heart_rate, rules.oxygen) if each), default=0)


def _mean(total: NDArray[np.generic], count: NDArray[np.generic]) -> NDArray[np.float64]:
    counted = count.astype(np.float64)
    blank = np.full(counted.shape, np.nan)
    return np.divide(total.astype(np.float64), counted, out=blank, where=counted > 0)


def _beyond(
    name: str, unit: str, values: NDArray[np.float64], rule: Vital | None
) -> Iterator[tuple[str, str]]:
    if rule is None or values.size < rule.minutes:
        return
    last = values[-rule.minutes :]
    for side, bound, is_beyond in (
        ("at or below", rule.low, last <= rule.low if rule.low is not None else None),
        ("at or above", rule.high, last >= rule.high if rule.high is not None else None),
    ):
        if is_beyond is not None and bool(is_beyond.all()):
            yield name, f"{name} {side} {bound:g} {unit} at rest for {rule.minutes} minutes"
