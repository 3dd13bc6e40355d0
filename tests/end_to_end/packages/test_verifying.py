"""A package checked by itself: all of it is made again, and what was changed is found."""

import json
import re
import shutil

import msgspec
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from coaching.tables import decisions, goals
from kindstep.cli import main
from research.export import BadPackage, verify
from research.export import manifest as manifest_of
from tests.coached import MONDAY
from tests.exported import (
    DAYS,
    PEOPLE,
    Exported,
    protocol,
)
from tests.learned import POLICY
from tests.packages import list_anew, table


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    """Give a study in which odds are learned for each person."""
    rules = protocol(MONDAY, prompted=POLICY)
    learned = Exported(tmp_path_factory.mktemp("learned"), rules=rules)
    yield learned
    learned.close()


def test_every_decision_and_goal_is_made_again_from_it_alone(study, package, expert):
    with study.store.reading() as db:
        made, set_goals = (
            db.scalar(select(func.count()).select_from(each)) for each in (decisions, goals)
        )

    for folder in (package, expert):
        found = verify(folder)
        assert (found.problems, found.decisions, found.goals) == ((), made, set_goals)
    assert made > len(PEOPLE) * DAYS
    assert any(row["sent"] for row in table(package, "decisions"))
    assert any(not row["available"] for row in table(package, "decisions"))


def test_beliefs_and_what_followed_come_along_and_are_learned_again(learned):
    package = learned.export("package")
    found = verify(package)

    assert found.problems == ()
    assert found.beliefs == len(table(package, "beliefs")) > len(PEOPLE)
    saw = [row for row in table(package, "decisions") if '"learned"' in row["state"]]
    assert saw
    followed = {(row["participant"], row["counter"]) for row in table(package, "outcomes")}
    made = {(row["participant"], row["counter"]) for row in table(package, "decisions")}
    assert followed == made
    counted = [row for row in table(package, "outcomes") if row["counted_min"] == 30]
    assert counted
    assert None not in {row["steps"] for row in counted}


def test_a_belief_that_was_made_up_is_found(learned):
    """Also by the decisions that are said to have seen it."""
    package = learned.export("made-up")
    path = package / "tables" / "beliefs.parquet"
    rows = pq.read_table(path)
    told = rows.to_pylist()
    row = next(n for n, each in enumerate(told) if json.loads(each["counters"]))
    mean = json.loads(told[row]["mean"])
    told[row]["mean"] = json.dumps([*mean[:-1], mean[-1] + 1e-12])
    pq.write_table(type(rows).from_pylist(told, rows.schema), path)
    list_anew(package)

    who = told[row]["participant"]
    problems = verify(package).problems
    assert problems[0] == f"belief {who}:{told[row]['version']}: comes out otherwise"
    assert f"decision {who}:" in " ".join(problems[1:])


def test_who_began_with_the_same_pool_began_alike(learned):
    package = learned.export("pooled")
    path = package / "tables" / "beliefs.parquet"
    rows = pq.read_table(path)
    told = rows.to_pylist()
    first = [row for row in told if row["version"] == 0][:2]
    for row in first:
        row["pool"] = 1
    last = first[1]
    mean = json.loads(last["mean"])

    def problems():
        pq.write_table(type(rows).from_pylist(told, rows.schema), path)
        list_anew(package)
        return verify(package).problems

    first[0]["mean"], first[0]["covariance"] = last["mean"], last["covariance"]
    assert not any("began elsewhere" in each for each in problems())
    last["mean"] = json.dumps([*mean[:-1], mean[-1] + 1e-12])
    says = f"belief {last['participant']}:0: began elsewhere than others with pool 1"
    assert says in problems()


def test_a_changed_file_is_found(study, tmp_path):
    package = study.export("changed")
    days = package / "tables" / "days.csv"
    days.write_text(days.read_text().replace("true", "false", 1))
    (package / "tables" / "gaps.csv").unlink()
    (package / "notes.txt").write_text("mine")

    assert verify(package).problems == (
        "tables/gaps.csv: is missing",
        "notes.txt: nobody lists it",
        "tables/days.csv: is not what was written",
    )
    with pytest.raises(BadPackage):
        verify(tmp_path)


@pytest.fixture
def torn(package, tmp_path):
    """Give a copy of a package whose table of days was cut off."""
    torn = shutil.copytree(package, tmp_path / "torn")
    days = torn / "tables" / "days.parquet"
    days.write_bytes(days.read_bytes()[:500])
    return torn


def test_a_package_that_was_torn_is_told_in_a_line(torn, tmp_path):
    """Whoever would analyse it learns so as well, and half of nothing is left."""

    def run(*words):
        return CliRunner().invoke(main, [*map(str, words)])

    checked = run("export", "verify", torn)
    assert checked.exit_code == 1
    assert checked.output.splitlines()[-1] == "tables/days.parquet: is not what was written"
    into = tmp_path / "out"
    for words, code in [
        (("engagement", torn), 1),
        (("report", torn, "--into", into), 1),
        (("convert", torn, "--to", "fhir", "--into", into), 2),
    ]:
        refused = run(*words)
        assert refused.exit_code == code
        says = f"Error: {torn}/tables/days.parquet: is not what was written"
        assert refused.output.splitlines()[-1] == says
        assert not into.exists()


def test_what_is_no_table_is_told_though_it_is_listed(torn):
    list_anew(torn)

    (says,) = verify(torn).problems
    assert re.fullmatch("days.parquet: .*(corrupted|footer).*", says)
    (torn / "tables" / "days.parquet").unlink()
    list_anew(torn)
    assert verify(torn).problems == ("days: has no table",)


def test_another_format_is_not_read(torn):
    said = msgspec.structs.replace(manifest_of.read(torn), format=1)
    manifest_of.write(torn, said)

    with pytest.raises(BadPackage, match="is of format 1, and not 2"):
        verify(torn)


def test_what_was_made_up_is_found(study):
    """Even when whoever made it up also wrote a new manifest."""
    package = study.export("made-up")
    decision = make_up(
        package,
        "decisions",
        lambda row: not row["sent"] and row["available"],
        {"probability": 0.5},
    )
    feature = make_up(package, "features", lambda row: row["shown"], {"shown": False})
    list_anew(package)

    assert verify(package).problems == (
        f"decision {decision['participant']}:{decision['counter']}: comes out otherwise",
        f"feature {feature['participant']}:{feature['study_day']}:{feature['feature']}: "
        "comes out otherwise",
    )


def make_up(package, name, fits, otherwise):
    """Change the first row of a table that fits; give it."""
    path = package / "tables" / f"{name}.parquet"
    rows = pq.read_table(path)
    told = rows.to_pylist()
    row = next(each for each in told if fits(each))
    row |= otherwise
    pq.write_table(type(rows).from_pylist(told, rows.schema), path)
    return row


def test_a_long_table_is_checked_group_by_group(study):
    """Each group of rows has a dictionary of names of its own."""
    package = study.export("long")
    path = package / "tables" / "minutes.parquet"
    minutes = pq.read_table(path)
    told = minutes.to_pylist()
    with pq.ParquetWriter(path, minutes.schema) as file:
        for who in sorted({row["participant"] for row in told}):
            mine = [row for row in told if row["participant"] == who]
            file.write_table(type(minutes).from_pylist(mine, minutes.schema))
    list_anew(package)
    assert pq.read_metadata(path).num_row_groups == len(PEOPLE)
    assert verify(package).problems == ()

    for row in told:
        row["consent_version"] = 7
    pq.write_table(type(minutes).from_pylist(told, minutes.schema), path)
    list_anew(package)
    assert verify(package).problems == ("minutes: rows of 12 people stand on no consent",)
