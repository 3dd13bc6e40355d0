"""From what followed a person's decisions to what is believed of them afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coaching.policies.belief import Belief, absorb
from coaching.policies.thompson_sampling import ThompsonSampling
from coaching.prompts.state import State


@dataclass(frozen=True, slots=True)
class Seen:
    """A decision at known odds, and the steps that were counted after it."""

    state: State
    probability: float
    sent: bool
    steps: int


def teach(
    policy: ThompsonSampling, begin: Sequence[Belief], lessons: Sequence[Sequence[Seen]]
) -> list[Belief]:
    """Return what is believed of each person after their lesson; the order in it counts.

    The bits are the same however many people are taught at once.
    """
    mean = np.stack([belief.mean for belief in begin])
    covariance = np.stack([belief.covariance for belief in begin])
    for n in range(max(map(len, lessons), default=0)):
        row, outcome = np.zeros_like(mean), np.zeros(len(begin))
        for place, lesson in enumerate(lessons):
            if n < len(lesson):
                row[place], outcome[place] = _row(policy, lesson[n])
        absorb(mean, covariance, row, outcome, policy.noise_sd)
    return [Belief(*each) for each in zip(mean, covariance, strict=True)]


def _row(policy: ThompsonSampling, seen: Seen) -> tuple[list[float], float]:
    return (
        policy.row(seen.state, seen.probability, sent=seen.sent),
        policy.reward(seen.state, seen.steps, sent=seen.sent),
    )
