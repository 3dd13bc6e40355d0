"""The study that learns, as it is shipped: through the engine, from its first week on."""

from importlib.resources import files

import pytest

from coaching import replay
from coaching.policies import MicroRandomised, ThompsonSampling
from coaching.replay import Chosen
from kindstep import study as studies
from tests.learned import lived


@pytest.fixture(scope="module")
def protocol():
    return studies.load(files("kindstep").joinpath("studies/learning.toml"))


@pytest.fixture(scope="module")
def study(protocol):
    study = lived(10, {"ada": "Europe/Berlin"}, rules=protocol, arm="learned")
    yield study
    study.close()


def test_it_compares_odds_that_are_learned_with_odds_that_stay(protocol):
    kinds = [type(policy) for policy in protocol.arms.values()]

    assert ThompsonSampling in kinds
    assert MicroRandomised in kinds


def test_the_first_week_is_the_same_for_everyone_and_then_the_odds_are_ones_own(
    study, protocol
):
    able = [each for each in study.decisions() if not each.reasons]
    first = [each for each in able if each.state.days_in < 7]
    later = [each for each in able if each.state.days_in >= 7]
    bounds = protocol.bounds

    assert {each.probability for each in first} == {0.25}
    assert len({each.probability for each in later}) > 1
    assert all(bounds.lowest_odds <= o.probability <= bounds.highest_odds for o in later)
    assert later[-1].state.learned.points > 10
    assert later[-1].policy == "thompson_sampling"


def test_what_was_learned_is_told_and_comes_out_again(study):
    sent = [each for each in study.engine.sent(study.db, "ada", 100) if each.why]
    learned = [each for each in sent if "earlier moments of yours" in str(each.why.rule)]

    assert learned
    assert [each for each in replay.again(study.db, Chosen()) if each] == []
