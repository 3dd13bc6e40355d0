import math
import re
from pathlib import Path

import msgspec
import pytest
from scipy.stats import norm

from coaching import protocol
from coaching.grounds import Grounds
from coaching.messages import library
from coaching.policies import Bounds
from coaching.policies.terms import log_steps
from coaching.prompts.decisions import decide
from coaching.prompts.state import Learned
from coaching.prompts.why import explain
from coaching.protocol import BadProtocol
from tests.coached import usc
from tests.learned import LEARNED, POLICY
from tests.unit.test_availability import READY

BOUNDS = Bounds(lowest_odds=0.2, highest_odds=0.8)
SEEN = Learned(version=4, points=17, mean=(0.1, -0.3), covariance=((0.09, 0.01), (0.01, 0.04)))
STATE = msgspec.structs.replace(READY, days_in=9, dose=5.0, learned=SEEN)
DOCS = Path(__file__).resolve().parents[2] / "docs/coaching.md"


def odds(**changed):
    return POLICY.probability(msgspec.structs.replace(STATE, **changed), BOUNDS)


@pytest.mark.parametrize("dose", [0.0, 1.0, 5.0, 9.5])
def test_the_odds_are_the_chance_that_a_message_helps(dose):
    f = (1.0, dose / 20)
    middle = 0.1 * f[0] - 0.3 * f[1]
    variance = 0.09 * f[0] ** 2 + 2 * 0.01 * f[0] * f[1] + 0.04 * f[1] ** 2

    assert odds(dose=dose) == round(norm.cdf(middle / math.sqrt(variance)), 6)


@pytest.mark.parametrize(("mean", "clipped"), [((9.0, 0.0), 0.8), ((-9.0, 0.0), 0.2)])
def test_the_odds_are_clipped(mean, clipped):
    assert odds(learned=msgspec.structs.replace(SEEN, mean=mean)) == clipped


def test_the_first_days_have_odds_of_their_own():
    assert odds(days_in=0) == odds(days_in=1) == 0.25 != odds(days_in=2)


def test_without_anything_learned_the_guess_decides():
    prior = POLICY.learned(POLICY.prior())
    assert odds(learned=None) == odds(learned=prior)


def test_a_row_is_baseline_expected_and_centred_effect():
    recent = (log_steps(10) - 3) / 2
    row = POLICY.row(STATE, 0.4, sent=True)

    assert row == [1.0, recent, 0.4, 0.4 * 0.25, 1 - 0.4, (1 - 0.4) * 0.25]


def test_a_message_costs_in_proportion_to_the_dose():
    assert POLICY.reward(STATE, 100, sent=False) == pytest.approx(math.log(100.5))
    assert POLICY.reward(STATE, 100, sent=True) == pytest.approx(math.log(100.5) - 0.02 * 5)


def test_what_is_not_known_speaks_neither_for_nor_against():
    unknown = msgspec.structs.replace(STATE, steps_30min=None)
    assert POLICY.row(unknown, 0.4, sent=False)[1] == 0.0


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"effect": {}}, "effect"),
        ({"baseline": POLICY.baseline | {"moon": POLICY.baseline["always"]}}, "baseline"),
        ({"first_odds": 0.9}, "first_odds"),
        ({"noise_sd": 0.0}, "noise_sd"),
        ({"burden": -0.1}, "burden"),
        ({"first_days": -1}, "first_days"),
        ({"fewest_minutes": 31}, "fewest_minutes"),
        ({"pool_people": 1}, "pool_people"),
        ({"pool_points": 0}, "pool_points"),
    ],
)
def test_the_key_at_fault_is_named(changed, key):
    arm = msgspec.structs.replace(POLICY, **changed)
    with pytest.raises(BadProtocol) as refused:
        protocol.validate(msgspec.structs.replace(LEARNED, arms={"a": arm}))
    assert refused.value.path == ("arms", "a", key)


def test_the_arm_in_the_documents_can_be_used():
    (text,) = re.findall(
        r"```toml\n(\[arms\.learned\].*?)```", DOCS.read_text("utf-8"), re.DOTALL
    )
    arms = msgspec.toml.decode(text)["arms"]
    tree = msgspec.to_builtins(usc()) | {"arms": arms}

    protocol.validate(msgspec.convert(tree, protocol.Protocol, strict=False))


def why(**changed):
    state = msgspec.structs.replace(STATE, **changed)
    said = explain(decide(state, Grounds(LEARNED, library.load(), 7)), LEARNED, "13:00")
    return str(said.data), str(said.rule), str(said.odds)


def test_why_names_data_rule_and_odds():
    data, rule, chance = why()

    assert data == "You had 3,000 of 6,000 steps, 10 in the last half hour."
    assert rule.startswith("We may write each day at 13:00")
    assert "from 17 earlier moments of yours" in rule
    assert rule.endswith("It also looks at how many messages you had lately.")
    assert f"sent {odds():.0%} of the time" in chance
    assert chance.endswith("It is never less than 20% and never more than 80%.")


def test_why_says_when_nothing_was_learned_yet():
    _, rule, chance = why(days_in=0, learned=None)

    assert "nothing was learned from your days yet" in rule
    assert chance.endswith("25% of the time. That is so for everyone in their first 2 days.")
