"""`kindstep simulate` as a researcher runs it before a study: a small one, lived through."""

import json
from importlib import resources

import pytest
from click.testing import CliRunner

from kindstep.cli import main
from research.export import verify
from research.opened import Opened

PEOPLE, WEEKS, SEED = 12, 1, 5


def run(*words):
    return CliRunner().invoke(main, [*map(str, words)])


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Give where it was written, and what the command said."""
    folder = tmp_path_factory.mktemp("simulated")
    usual = resources.files("kindstep").joinpath("studies/usc.toml").read_text("utf-8")
    rules = folder / "study.toml"  # with messages for everybody
    rules.write_text(usual.replace('[arms.unprompted]\npolicy = "unprompted"\n', ""), "utf-8")
    into = folder / "dry-run"
    sizes = ["--people", PEOPLE, "--weeks", WEEKS, "--seed", SEED]
    effects = ["--odds", 0.5, "--message", 1.5]
    done = run("simulate", into, "--study", rules, *sizes, *effects)
    assert done.exit_code == 0, done.output
    return into, done.stdout.splitlines()


def test_it_says_what_was_put_in_and_what_was_found(ran):
    into, said = ran
    found = dict(line.split(": ", 1) for line in said)

    message = found["a message, in the half hour after it"]
    assert message.startswith("put in 1.5, found ")
    assert message.endswith(", limits hold it 100%, other than nothing 100% of 1")
    assert found["messages against none, by arm"] == (
        "Not told: 0 people in an arm, of at least 5."
    )
    assert said[-1] == f"{into}: 1 of {PEOPLE} people over {WEEKS} weeks"


def test_it_leaves_a_package_and_the_hub_that_it_was_taken_from(ran):
    site = ran[0] / str(SEED)
    plan = json.loads((site / "simulated.json").read_text())
    package = verify(site / "package")

    assert (plan["people"], plan["weeks"], plan["truth"]["message"]) == (PEOPLE, WEEKS, 1.5)
    assert package.problems == ()
    assert package.goals == PEOPLE * WEEKS * 7
    again = run("replay", "--settings", site / "kindstep.toml")
    assert again.exit_code == 0, again.output
    made = (
        package.decisions + package.goals + Opened(site / "package").manifest.rows["features"]
    )
    assert again.stdout == f"made again: {made}, of which 0 came out otherwise\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--message", "nan"], "message: nan is not -3 to 3"),
        (["--left-per-week", 1.5], "left-per-week: 1.5 is not 0 to 1"),
        (["--people", 1], "1 is not in the range x>=2"),
    ],
)
def test_what_nobody_could_live_is_refused(tmp_path, words, says):
    refused = run("simulate", tmp_path / "dry-run", *words)

    assert refused.exit_code == 2
    assert says in refused.output
    assert not (tmp_path / "dry-run").exists()
