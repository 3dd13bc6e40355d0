"""What a package of a study holds."""

import json
from datetime import timedelta

import numpy as np
import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from analytics import epochs
from analytics.tables import day_facts, epoch_hours
from coaching.giving.tables import points, vouchers
from coaching.tables import features, messages
from kindstep import exports
from kindstep.cli import main
from kindstep.settings import Settings
from people.authorize import Topic
from research.export import AccessLog, verify
from tests.coached import MINUTE_US, MONDAY, at
from tests.exported import (
    DAYS,
    PEOPLE,
    SAFE,
)
from tests.packages import files, manifest, table

WEEK_US = 7 * 86_400_000_000


def test_others_can_read_it(package):
    frictionless = pytest.importorskip("frictionless", reason="`make test` installs it")

    report = frictionless.validate(str(package / "datapackage.json"))

    assert report.flatten(["message"]) == []
    assert len(report.tasks) == 2 * 22 - 1  # minutes are Parquet alone


def test_it_counts_what_the_store_holds(study, package):
    rows = manifest(package)["rows"]
    with study.store.reading() as db:
        for name, source in [
            ("messages", messages),
            ("points", points),
            ("days", day_facts),
            ("features", features),
        ]:
            assert rows[name] == db.scalar(select(func.count()).select_from(source))
        blobs = db.scalars(select(epoch_hours.c.minutes)).all()
        assert db.scalar(select(func.count()).select_from(vouchers)) == 0

    known = np.frombuffer(b"".join(blobs), epochs.MINUTE)["state"] != epochs.State.NO_DATA
    hour = len(PEOPLE) * (DAYS - 1) * 60  # from two to three: on some day there is none
    assert rows["minutes"] == known.sum() - hour
    assert rows["participants"] == len(PEOPLE)
    assert rows["consents"] == len(PEOPLE) * len(Topic)


def test_answers_come_with_their_codebook_and_without_ones_own_words(package):
    answers = table(package, "answers")
    codebook = {(row["instrument"], row["item"]): row for row in table(package, "codebook")}

    assert len(answers) == 3 * len(PEOPLE[::3])
    assert {row["value"] for row in answers} == {"8", "7", "(in own words)"}
    assert {(row["instrument"], row["item"]) for row in answers} <= codebook.keys()
    assert codebook["baseline", "charity"]["values"].startswith("0 to 10: not at all")
    asked = table(package, "questionnaires")
    assert len(asked) == len(PEOPLE)
    assert sum(row["finished_day"] is not None for row in asked) == len(PEOPLE[::3])


def test_teams_and_challenges_are_told_and_who_with_to_experts_alone(package, expert):
    ties, played = table(package, "ties"), table(package, "challenges")

    assert len(ties) == 3 * len(PEOPLE)
    assert {row["from_week"] for row in ties} == {1}  # none tells of before enrolment
    assert len(played) == len(PEOPLE)
    assert {(row["kind"], row["joined_week"], row["lasts_days"]) for row in played} == {
        ("team_goal", 1, 14)
    }
    assert any(row["mean_effort"] for row in played)
    assert not {"other", "challenge", "side"} & {*ties[0], *played[0]}
    assert len({row["side"] for row in table(expert, "challenges")}) == 2
    assert len({row["challenge"] for row in table(expert, "challenges")}) == 2


def test_a_protocol_that_ends_on_a_date_is_told_without_it(study, package):
    (said,) = (package / "documents").glob("protocol-*.json")

    assert study.study.protocol.ends is not None
    assert study.study.engine.protocol_digest not in said.name
    assert json.loads(said.read_text())["ends"] is None
    assert {row["protocol"] for row in table(package, "decisions")} == {
        said.stem.removeprefix("protocol-")
    }


def test_minutes_and_gaps_together_are_all_the_time_there_was(package):
    minutes, gaps = table(package, "minutes"), table(package, "gaps")

    assert {row["state"] for row in minutes} == {"worn_still", "worn_moving"}
    for who in {row["participant"] for row in minutes}:
        heard = sum(row["participant"] == who for row in minutes)
        lost = sum(row["minutes"] for row in gaps if row["participant"] == who)
        hours = (
            DAYS * 24 - 7 - (DAYS - 1)
        )  # who joined at seven; no day tells from two to three
        assert heard + lost == hours * 60
    hours = [gap for gap in gaps if gap["minutes"] == 60]
    assert {gap["from_minute"] for gap in hours} == {17 * 60}


def test_what_was_never_counted_is_null(another):
    """A tracker without step counter: steps are not known, and not zero."""
    day = MONDAY + timedelta(days=DAYS)

    def live(_db):
        another.study.live(PEOPLE[0], at(day, "08:00"), 30, counts=False)
        another.study.observe(PEOPLE[0], day, another.now_us)

    another.change(live)
    package = another.export("package")

    uncounted = [row for row in table(package, "minutes") if row["study_day"] == DAYS + 1]
    assert len(uncounted) == 30
    assert {row["steps"] for row in uncounted} == {None}
    (day,) = [row for row in table(package, "days") if row["study_day"] == DAYS + 1]
    assert (day["steps"], day["wear_minutes"]) == (None, 30)


def test_the_same_study_gives_the_same_bytes(study, package):
    again = study.export("again", later_us=3 * WEEK_US)

    assert files(again) == files(package)
    assert verify(again).package == verify(package).package


def test_from_the_command_line(study, tmp_path):
    (study.folder / "kindstep.toml").write_text(f'data = "{study.folder}"\n')
    settings = ["--settings", str(study.folder / "kindstep.toml")]

    def run(*arguments):
        return CliRunner().invoke(main, ["export", *arguments])

    preview = run(*settings, "--as", "eli", "--preview")
    assert preview.exit_code == 0
    assert "k = 12" in preview.output
    assert "safe to hand out" in preview.output

    into = tmp_path / "package"
    written = run(*settings, "--as", "eli", "--into", str(into))
    assert written.exit_code == 0, written.output
    checked = run("verify", str(into))
    assert checked.exit_code == 0
    assert f"package {verify(into).package}" in checked.output

    assert run(*settings, "--as", "eli", "--into", str(into)).exit_code == 1
    assert run(*settings, "--as", "cleo", "--into", str(into / "b")).exit_code == 1
    assert run(*settings, "--as", "eli").exit_code == 2
    with exports.Office(Settings(data=study.folder)) as office:
        assert office.preview("eli", SAFE, study.now_us).safe
    (line,) = AccessLog(study.folder / "exports.jsonl").read()[-1:]
    assert (line.person, line.package) == ("eli", verify(into).package)
    assert line.at_us > MINUTE_US
