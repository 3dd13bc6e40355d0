"""A simulated study with known effects, taken away and analysed from its package alone."""

import re
import runpy
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from coaching.engine import Engine
from ingest.store.sqlite import SqliteStore
from kindstep import study
from kindstep.cli import main
from kindstep.simulation.study import Plan, left_to_chance
from kindstep.simulation.trials import recovered, trials
from kindstep.simulation.truth import Truth
from people import registry
from research import report, trial
from research.engagement import Design, engagement
from research.export import verify

#: Large effects in people who are much alike: a small study finds them.
TRUTH = Truth(
    message=0.6,
    charity_day=0.3,
    friend_steps=500.0,
    like_steps=800.0,
    charity_steps=150.0,
    people_sd_steps=300.0,
    half_hour_sd=0.5,
    left_per_week=0.15,
)
PLAN = Plan(people=36, weeks=2, seed=5, truth=TRUTH)
PROTOCOL = left_to_chance(study.load(None), 0.5)
_GIVES = "a goal told with what it gives, on that day"
NOTEBOOK = Path(__file__).parents[2] / "docs" / "trial.py"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Give the folder of a study that was lived through."""
    into, lived = tmp_path_factory.mktemp("simulated"), []
    trials(into, PROTOCOL, PLAN, 1, lambda *days: lived.append(days))
    assert lived == [(day, 14) for day in range(1, 15)]
    return into / str(PLAN.seed)


@pytest.fixture(scope="module")
def package(site):
    return trial.Opened(site / "package")


def test_a_simulated_study_is_a_study(package):
    found = verify(package.folder)

    assert found.problems == ()
    assert found.decisions > PLAN.people * PLAN.weeks * 7
    assert len(package.people) == PLAN.people


def test_what_was_put_in_is_found_again(package):
    found = {each.name: each for each in recovered(TRUTH, [engagement(package)])}

    known = [each for each in found.values() if each.truth is not None]
    assert len(known) == 5
    for each in known:
        (interval,) = each.found
        assert not interval.excludes(each.truth), each
        assert interval.excludes(0.0), each


def test_a_line_says_whether_a_draw_decided(package):
    designs = {each.name: each.design for each in engagement(package).findings}

    drawn = ("a message, in the half hour after it", _GIVES)
    assert {designs.pop(name) for name in drawn} == {Design.RANDOMISED}
    assert set(designs.values()) == {Design.OBSERVATIONAL}


def test_the_panel_of_the_site_comes_out_of_the_package(site, package):
    store = SqliteStore(site / "hub" / "study.db", read_only=True)
    with store.reading() as db:
        everyone = registry.persons_of(db, registry.Role.PARTICIPANT)
        live = Engine(PROTOCOL, site_seed=PLAN.seed).effect(db, everyone)
    store.close()
    again = trial.effect_panel(package)

    assert (again.people, again.overall.points) == (live.people, live.overall.points)
    assert again.overall.effect is not None
    assert [str(each.name) for each in again.by_feature if each.effect] == ["charity"]
    told = [(each.name, each.points, each.refused) for each in _all(again)]
    assert told == [(each.name, each.points, each.refused) for each in _all(live)]
    assert _numbers(again) == pytest.approx(_numbers(live), rel=1e-9, abs=1e-9)


def _all(panel):
    return (panel.overall, *panel.by_occasion, *panel.by_week, *panel.by_feature)


def _numbers(panel):
    """Give every number of a panel, with its limits."""
    effects = [told.effect for told in _all(panel) if told.effect]
    effects += [effect for _, effect in panel.habituation.curve]
    numbers = [n for each in effects for n in (each.value, each.low, each.high, each.se)]
    numbers += [dose for dose, _ in panel.habituation.curve]
    numbers += [each.effective for each in panel.other_odds]
    numbers += [each.log_steps for each in panel.other_odds if each.log_steps is not None]
    return [*numbers, panel.habituation.messages_a_day, panel.habituation.proposed_a_day or 0.0]


def test_the_mixed_model_finds_the_arms(package):
    found = trial.primary(package)
    fixed = {each.name: each.effect for each in found.fixed}

    less = fixed["unprompted instead of prompted"]
    assert less.low < -TRUTH.arm_steps < less.high  # prompts add a little to it
    assert fixed["steps a day"].low > 0
    assert found.people <= PLAN.people


def test_the_notebook_runs_and_says_what_the_panel_says(package, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", [str(NOTEBOOK), str(package.folder)])
    runpy.run_path(str(NOTEBOOK))

    said = capsys.readouterr().out
    assert str(trial.effect_panel(package).overall.says) in said
    assert "unprompted instead of prompted" in said


class Page(HTMLParser):
    """Remembers what a page refers to, and how many of each element it has."""

    def __init__(self, text):
        super().__init__()
        self.links, self.counts = [], {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.counts[tag] = self.counts.get(tag, 0) + 1
        self.links += [value for name, value in attrs if name in {"href", "src", "action"}]


def test_the_report_stands_alone_and_has_its_numbers(package, tmp_path):
    into = tmp_path / "report.html"
    report.write(package, into)
    text = into.read_text()
    page = Page(text)

    assert all(link.startswith(("#", "data:text/csv;base64,")) for link in page.links)
    assert not re.search(r"url\(|@import|<script", text)
    assert page.counts["section"] == 11
    drawn = text.count('<div class="drawing"')
    assert drawn >= 9
    assert page.counts["details"] == sum("data:" in link for link in page.links)
    assert page.counts["details"] >= drawn
    assert not set(package.people) & set(re.findall(r"P[A-Z2-7]{16}", text))
    report.write(package, tmp_path / "again.html")
    assert (tmp_path / "again.html").read_text() == text


def test_from_the_command_line(package, tmp_path):
    def run(*arguments):
        return CliRunner().invoke(main, [*map(str, arguments)])

    told = run("engagement", package.folder)
    assert told.exit_code == 0, told.output
    assert "(randomised, " in told.output
    assert "half had left" in told.output or "fewer than half" in told.output
    written = run("report", package.folder, "--into", tmp_path / "report.html")
    assert (written.exit_code, (tmp_path / "report.html").exists()) == (0, True)
    assert run("engagement", tmp_path).exit_code == 1
    assert run("report", tmp_path).exit_code == 1
    assert run("simulate", tmp_path).exit_code == 1  # a folder that is there


def test_a_federation_of_one_says_what_its_package_says(package, tmp_path):
    def run(*words):
        ran = CliRunner().invoke(main, ["federate", *map(str, words)])
        assert ran.exit_code == 0, ran.output
        return ran.output

    key, steps = tmp_path / "key", [tmp_path / f"{n}.json" for n in range(4)]
    name = run("key", key).strip()
    said = ("--key", key)
    run("ask", *said, "--into", steps[0], "--study", "walks", "--site", name)
    run("answer", steps[0], package.folder, *said, "--into", steps[1], "--from", name)
    run("combine", steps[0], steps[1], *said, "--into", steps[2])
    run("answer", steps[2], package.folder, *said, "--into", steps[3], "--from", name)
    told = run("combine", steps[2], steps[3], *said)

    effect = trial.effect_panel(package).overall.effect
    assert f"adds {effect.value:.6f} log steps ({effect.low:.6f} to {effect.high:.6f}" in told
