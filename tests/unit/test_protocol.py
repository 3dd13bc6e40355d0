from importlib.resources import files

import msgspec
import pytest

from coaching import protocol
from coaching.policies import FixedSchedule, MicroRandomised
from coaching.protocol import BadProtocol, Protocol
from kindstep import study
from tests.coached import usc
from tests.unit.test_availability import READY

USC = usc()


def changed(**tables):
    """Give the study's protocol with some keys of some tables replaced."""
    tree = msgspec.to_builtins(USC)
    for name, keys in tables.items():
        tree[name] = tree[name] | keys if isinstance(keys, dict) else keys
    return msgspec.convert(tree, Protocol, strict=False)


def test_the_study_as_published():
    protocol.validate(USC)

    assert USC.weeks == 16
    assert {*USC.giving.causes} == {"seniors", "children", "veterans", "homeless"}
    assert USC.giving.gift == "an eye exam and a pair of glasses"
    assert {*USC.arms} == {"prompted", "unprompted"}
    assert isinstance(USC.arms["prompted"], FixedSchedule)
    assert "giving.threshold_points" in USC.assumed
    assert "weeks" not in USC.assumed


def test_every_assumed_line_is_marked_where_it_stands():
    text = files("kindstep").joinpath("studies/usc.toml").read_text("utf-8")
    for key in USC.assumed:
        name = key.rpartition(".")[2]
        mentions = [line for line in text.splitlines() if name.split("_")[0] in line]
        assert mentions, key
    assert text.lower().count("assumed") > len(USC.assumed)


@pytest.mark.parametrize(
    ("tables", "path"),
    [
        ({"goal": {"baseline_steps": 100}}, ("goal", "baseline_steps")),
        ({"goal": {"percentile": 60}}, ("goal", "percentile")),
        ({"goal": {"fewest_days": 10}}, ("goal", "fewest_days")),
        ({"weeks": 0}, ("weeks",)),
        ({"giving": {"threshold_points": 0}}, ("giving", "threshold_points")),
        ({"giving": {"causes": {}}}, ("giving", "causes")),
        ({"prompts": {"near_goal_share": 1.0}}, ("prompts", "near_goal_share")),
        ({"prompts": {"expiry_min": 0}}, ("prompts", "expiry_min")),
        ({"bounds": {"lowest_odds": 0.0}}, ("bounds", "lowest_odds")),
        (
            {"arms": {"chance": {"policy": "micro_randomised", "odds": 0.9}}},
            ("arms", "chance", "odds"),
        ),
        ({"triage": {"no_data_watch_h": 72}}, ("triage", "no_data_watch_h")),
        ({"assumed": ["goal", "gaol"]}, ("assumed",)),
    ],
)
def test_names_the_key_at_fault(tables, path):
    with pytest.raises(BadProtocol) as refused:
        protocol.validate(changed(**tables))
    assert refused.value.path == path


def test_an_occasion_comes_once_a_day():
    twice = [{"occasion": "noon", "at": "12:00:00"}, {"occasion": "noon", "at": "12:30:00"}]
    with pytest.raises(BadProtocol, match="twice"):
        protocol.validate(changed(prompts={"schedule": twice}))


def test_an_unknown_key_is_refused():
    tree = msgspec.to_builtins(USC)
    tree["goal"]["stpes"] = 1
    with pytest.raises(msgspec.ValidationError, match="stpes"):
        msgspec.convert(tree, Protocol, strict=False)


def test_only_a_known_reason_can_be_ignored():
    with pytest.raises(msgspec.ValidationError, match="near_goal_ignores"):
        changed(prompts={"near_goal_ignores": ["running"]})


def test_chance_within_bounds_is_a_policy():
    study = changed(arms={"chance": {"policy": "micro_randomised", "odds": 0.6}})
    protocol.validate(study)

    assert study.arms["chance"] == MicroRandomised(odds=0.6)
    assert study.arms["chance"].probability(READY, study.bounds) == 0.6


def test_the_hash_names_the_choices():
    body = protocol.canonical(USC)

    assert protocol.restore(body) == USC
    assert protocol.digest(body) == protocol.digest(protocol.canonical(usc()))
    assert protocol.digest(body) != protocol.digest(protocol.canonical(changed(weeks=12)))


@pytest.mark.parametrize("name", ["usc", "solo"])
def test_studies_that_come_along_are_right(name):
    assert study.parse(study.builtin(name), f"{name}.toml").name == name
