"""Simulated trials: whether what the coach says of its own effect is true.

`python -m tests.trials 2000` prints for each world the mean of the estimate, how often its
interval covers the truth, and how often an effect is claimed. Each trial is as large as
HeartSteps' first: 37 people, 42 days, 5 decision points a day. Odds come from Thompson sampling
as the coach does it; trial n takes the random numbers of seed n, however many run at once.
"""

import math
import sys
from dataclasses import dataclass

import msgspec
import numpy as np
from scipy.special import ndtr

from coaching.effect import excursion
from coaching.policies.belief import absorb
from tests.learned import POLICY as SMALL

POLICY = msgspec.structs.replace(SMALL, first_days=7)
LOW, HIGH = 0.2, 0.8
PEOPLE, DAYS, A_DAY = 37, 42, 5
AT_ONCE = 20
AVAILABLE = 0.8
NOMINAL = 0.95


@dataclass(frozen=True)
class World:
    """What a message truly adds, by day."""

    name: str
    first: float
    half_life_days: float = math.inf

    def effect(self, days):
        return self.first * 0.5 ** (np.arange(days) / self.half_life_days)


WORLDS = (
    World("effect 0.20", 0.20),
    World("no effect", 0.0),
    World("decaying from 0.40", 0.40, 10.0),
)


class Trials:
    """Some trials of one world side by side, as lanes of (trial, person)."""

    def __init__(self, world, seeds, days=DAYS):
        self.days, self.trials = days, len(seeds)
        shape = (self.trials, PEOPLE, days, A_DAY)
        self.open = np.empty(shape, bool)  # available
        self.chance, self.recent, noise = (np.empty(shape) for _ in range(3))
        own = np.empty((self.trials, PEOPLE, 2))
        for n, seed in enumerate(seeds):
            rng = np.random.default_rng(seed)
            own[n] = rng.normal(size=(PEOPLE, 2))
            self.open[n] = rng.random(shape[1:]) < AVAILABLE
            self.chance[n] = rng.random(shape[1:])
            self.recent[n] = rng.normal(0, 0.5, shape[1:])
            noise[n] = rng.normal(0, 2.0, shape[1:])
        # People differ in what they walk and in what a message does to them; all walk less
        # as weeks go by, which an estimate that compares sent with unsent takes for an effect.
        level = 3.0 + 0.8 * own[..., :1, None] - 1.0 * np.arange(days)[:, None] / DAYS
        self.without = level + 0.8 * self.recent + noise
        self.adds = world.effect(days)[:, None] + 0.2 * own[..., 1:, None]
        self.odds, self.outcome = np.zeros(shape), np.zeros(shape)
        self.sent = np.zeros(shape, bool)

    def run(self):
        prior, lanes = POLICY.prior(), (self.trials, PEOPLE)
        mean = np.broadcast_to(prior.mean, (*lanes, 6)).copy()
        covariance = np.broadcast_to(prior.covariance, (*lanes, 6, 6)).copy()
        dose = np.zeros(lanes)
        for day in range(self.days):
            tonight = []
            for point in range(A_DAY):
                tonight.append(self._point((..., day, point), day, mean, covariance, dose))
                dose = 0.95 * dose + self.sent[..., day, point]
            for row, reward in tonight:  # a night's lesson
                absorb(mean, covariance, row, reward, POLICY.noise_sd)
        return self

    def _point(self, at, day, mean, covariance, dose):
        f = np.stack([np.ones_like(dose), dose / 20], axis=-1)
        odds = odds_of(f, mean[..., -2:], covariance[..., -2:, -2:])
        pi = np.where(day < POLICY.first_days, POLICY.first_odds, odds) * self.open[at]
        sent = self.chance[at] < pi
        outcome = self.without[at] + sent * self.adds[..., day, 0]
        self.odds[at], self.sent[at], self.outcome[at] = pi, sent, outcome
        g = np.stack([np.ones_like(dose), self.recent[at]], axis=-1)
        row = np.concatenate([g, pi[..., None] * f, (sent - pi)[..., None] * f], axis=-1)
        reward = outcome - sent * POLICY.burden * dose
        return row * self.open[at][..., None], reward * self.open[at]

    def estimates(self, first=0, last=None):
        """Give what each trial says of its effect from one day to another."""
        days = slice(first, last)
        for n in range(self.trials):
            open_ = self.open[n][:, days]
            yield _estimate(
                np.nonzero(open_)[0],
                *(each[n][:, days][open_] for each in (self.sent, self.odds, self.outcome)),
                self.recent[n][:, days][open_],
            )


def odds_of(f, mean, covariance):
    """Give the odds of many lanes as `ThompsonSampling.probability` gives them one by one."""
    middle = (f * mean).sum(-1)
    variance = (f[..., :, None] * f[..., None, :] * covariance).sum((-1, -2))
    return np.clip(np.round(ndtr(middle / np.sqrt(variance)), 6), LOW, HIGH)


def _estimate(person, sent, odds, outcome, recent):
    ones = np.ones((len(sent), 1))
    baseline = np.column_stack([ones, recent])  # it knows nothing of the weeks
    effect = excursion(person, sent, odds, outcome, baseline, ones).at([1.0])
    return effect, outcome[sent].mean() - outcome[~sent].mean()


@dataclass(frozen=True)
class Figures:
    """What many trials of one world say, against the truth."""

    name: str
    truth: float
    effects: list
    naive: float

    @property
    def mean(self):
        return float(np.mean([effect.value for effect in self.effects]))

    @property
    def mean_se(self):
        values = [effect.value for effect in self.effects]
        return float(np.std(values, ddof=1) / math.sqrt(len(values)))

    @property
    def covered(self):
        return float(np.mean([not effect.excludes(self.truth) for effect in self.effects]))

    @property
    def claimed(self):
        return float(np.mean([effect.excludes(0.0) for effect in self.effects]))

    @property
    def covered_se(self):
        return math.sqrt(NOMINAL * (1 - NOMINAL) / len(self.effects))

    def is_true(self):
        """Tell whether mean and coverage are within 3 Monte-Carlo standard errors."""
        return (
            abs(self.mean - self.truth) <= 3 * self.mean_se
            and abs(self.covered - NOMINAL) <= 3 * self.covered_se
        )

    def __str__(self):
        return (
            f"| {self.name} | {self.truth:.4f} | {self.mean:.4f} ± {self.mean_se:.4f} | "
            f"{self.covered:.1%} ± {self.covered_se:.1%} | {self.claimed:.1%} | "
            f"{self.naive:.4f} | {'yes' if self.is_true() else 'NO'} |"
        )


def figures(world, trials, days=DAYS):
    """Run trials of a world; give what they say of all days, and of its ends if it decays."""
    third = days // 3
    spans = {"": (0, days)}
    if world.half_life_days < math.inf:
        spans |= {", first third": (0, third), ", last third": (days - third, days)}
    found = {name: [] for name in spans}
    for first in range(0, trials, AT_ONCE):
        ran = Trials(world, range(first, min(first + AT_ONCE, trials)), days).run()
        for name, span in spans.items():
            found[name] += ran.estimates(*span)
    effect = world.effect(days)
    return [
        Figures(
            world.name + name,
            float(effect[slice(*span)].mean()),
            [effect for effect, _ in found[name]],
            float(np.mean([naive for _, naive in found[name]])),
        )
        for name, span in spans.items()
    ]


def main(trials):
    print(f"{trials} trials of {PEOPLE} people, {DAYS} days, {A_DAY} points a day, a world:\n")
    print(
        "| world | truth | mean ± s.e. | covered | claims an effect | naive | within 3 s.e. |"
    )
    print("|---|---|---|---|---|---|---|")
    right = True
    for world in WORLDS:
        found = figures(world, trials)
        print(*found, sep="\n", flush=True)
        right &= all(each.is_true() for each in found)
    raise SystemExit(not right)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
