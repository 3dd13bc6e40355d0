"""Two hundred simulated trials a world: `make trials` runs two thousand."""

import msgspec
import numpy as np
import pytest

from coaching.policies import Bounds
from coaching.prompts.state import Learned
from tests import trials
from tests.trials import POLICY, WORLDS, Trials, figures, odds_of
from tests.unit.test_availability import READY


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_what_is_said_of_the_effect_is_true(world):
    whole, *_ = figures(world, 200, days=21)
    assert whole.is_true(), whole


def test_odds_keep_their_bounds_and_nobody_unavailable_gets_a_message():
    ran = Trials(WORLDS[0], range(3), days=14).run()

    assert not ran.sent[~ran.open].any()
    assert (ran.odds[~ran.open] == 0).all()
    assert (ran.odds[:, :, :7][ran.open[:, :, :7]] == 0.25).all()
    assert ran.odds[:, :, 7:][ran.open[:, :, 7:]].min() >= trials.LOW
    assert ran.odds.max() <= trials.HIGH


def test_a_trial_does_not_depend_on_those_beside_it():
    together, alone = Trials(WORLDS[0], range(4), days=9), Trials(WORLDS[0], [2], days=9)

    assert (together.run().odds[2] == alone.run().odds[0]).all()


def test_the_odds_are_those_of_the_policy():
    rng = np.random.default_rng(4)
    bounds = Bounds(lowest_odds=trials.LOW, highest_odds=trials.HIGH)
    spread = rng.normal(size=(300, 2, 2))
    mean, dose = rng.normal(0, 0.3, (300, 2)), rng.uniform(0, 15, 300)
    covariance = 0.05 * spread @ spread.transpose(0, 2, 1) + 0.01 * np.eye(2)
    many = odds_of(np.stack([np.ones(300), dose / 20], -1), mean, covariance)
    for n in range(300):
        learned = Learned(
            version=0,
            points=9,
            mean=tuple(mean[n]),
            covariance=tuple(map(tuple, covariance[n])),
        )
        state = msgspec.structs.replace(READY, days_in=9, dose=float(dose[n]), learned=learned)
        assert POLICY.probability(state, bounds) == pytest.approx(many[n], abs=1.1e-6)
