"""A package of a study: who is in it, what it makes again, and what it never tells."""

import base64
import json
import re
import runpy
from dataclasses import replace
from datetime import UTC, date, time, timedelta
from pathlib import Path

import msgspec
import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from sqlalchemy import func, insert, select

from analytics import epochs
from analytics.tables import day_facts, epoch_hours, readings
from coaching.giving.tables import points, vouchers
from coaching.tables import decisions, features, goals, messages
from ingest.archive import Retention
from ingest.log import Arrival
from kindstep import exports, importing
from kindstep.cli import main
from kindstep.settings import Settings
from people import registry
from people.authorize import Actor, Refused, Role, Topic
from people.registry import Profile, Relation, RelationKind, ViewerKind
from research import report
from research.export import AccessLog, BadPackage, Unsafe, verify
from research.export import manifest as manifest_of
from research.opened import Opened
from tests.coached import HOUR_US, MINUTE_US, MONDAY, at
from tests.exported import (
    COARSE,
    DAYS,
    ELI,
    EXPERT,
    KEY,
    NAMES,
    PEOPLE,
    SAFE,
    SITE_SEED,
    WORDS,
    Exported,
    protocol,
)
from tests.learned import POLICY
from tests.scoring import walk

WEEK_US = 7 * 86_400_000_000
NOTEBOOK = Path(__file__).parents[2] / "docs" / "trial.py"


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    study = Exported(tmp_path_factory.mktemp("study"))
    yield study
    study.close()


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    """Give a study in which odds are learned for each person."""
    rules = protocol(MONDAY, prompted=POLICY)
    learned = Exported(tmp_path_factory.mktemp("learned"), rules=rules)
    yield learned
    learned.close()


@pytest.fixture
def another(study, tmp_path):
    """Give a copy of the study that a test may change."""
    another = Exported(tmp_path / "study", like=study)
    yield another
    another.close()


@pytest.fixture(scope="module")
def package(study):
    return study.export("package")


@pytest.fixture(scope="module")
def expert(study):
    return study.export("expert", EXPERT)


def table(package, name):
    return pq.read_table(package / "tables" / f"{name}.parquet").to_pylist()


def manifest(package):
    return json.loads((package / "manifest.json").read_text())


def test_others_can_read_it(package):
    frictionless = pytest.importorskip("frictionless", reason="`make test` installs it")

    report = frictionless.validate(str(package / "datapackage.json"))

    assert report.flatten(["message"]) == []
    assert len(report.tasks) == 2 * 22 - 1  # minutes are Parquet alone


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


def test_whose_ties_are_like_nobody_elses_are_not_told(another):
    """Whoever knows that Ada has three friends in the study would know the rest of her row."""
    pair = (PEOPLE[0], PEOPLE[5])
    for one, other in (pair, pair[::-1]):
        friend = Relation(RelationKind.FRIEND, one, other)
        another.change(lambda db, friend=friend: registry.relate(db, friend, 0))

    assert not another.desk.preview(ELI, SAFE, another.now_us).safe
    package = another.export("package")
    told = {row["participant"] for row in table(package, "ties")}
    assert len(told) == len(PEOPLE) - 5  # to have no ties here tells of nobody either
    assert "ties: the rows of 5 people withheld" in manifest(package)["gate"]["coarsened"]
    assert Opened(package).lacks("ties") == set(Opened(package).people) - told


def test_a_protocol_that_ends_on_a_date_is_told_without_it(study, package):
    (said,) = (package / "documents").glob("protocol-*.json")

    assert study.study.protocol.ends is not None
    assert study.study.engine.protocol_digest not in said.name
    assert json.loads(said.read_text())["ends"] is None
    assert {row["protocol"] for row in table(package, "decisions")} == {
        said.stem.removeprefix("protocol-")
    }


def test_samples_that_were_taken_whole_may_be_dropped(another, tmp_path):
    """What research may not have of somebody is in no package, and waits for an operator."""
    begin_us = at(MONDAY + timedelta(days=1), "12:00")
    batches = walk(begin_us, 2, device=f"glasses-{PEOPLE[2]}")
    another.samples.append([Arrival(begin_us + HOUR_US, "hall", 0, each) for each in batches])
    assert another.archive.seal(another.samples, another.now_us, another.samples.last) == 1
    kept = Retention({"accel": 1})
    after_us = another.now_us + 9 * WEEK_US

    another.export("days")
    assert another.archive.drop(kept, after_us) == 0  # it has no samples
    another.change(
        lambda db: registry.consent(
            db, PEOPLE[7], Topic.ACTIVITY, ViewerKind.RESEARCH, False, another.now_us
        )
    )
    another.export("without one", replace(COARSE, raw=("accel",)))
    assert another.archive.drop(kept, after_us) == 0
    another.change(
        lambda db: registry.consent(
            db, PEOPLE[7], Topic.ACTIVITY, ViewerKind.RESEARCH, True, another.now_us
        )
    )
    whole = another.export("whole", replace(COARSE, raw=("accel",)))
    assert manifest(whole)["shared"]["activity"] == len(PEOPLE)
    assert another.archive.drop(kept, after_us) == 1
    assert another.archive.drop(kept, after_us) == 0  # lets go of what was named before
    (another.folder / "kindstep.toml").write_text(f'data = "{another.folder}"\n')
    where = ["--settings", str(another.folder / "kindstep.toml"), "--into", str(tmp_path / "p")]
    again = CliRunner().invoke(
        main, ["export", *where, "--as", "eli", "--coarsen", "--raw", "accel"]
    )
    assert (again.exit_code, "was dropped" in again.output) == (1, True), again.output


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


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module", params=[date(2024, 3, 29), date(2024, 10, 25)], ids=str)
def turning(request, tmp_path_factory):
    """Give the study as it would be where clocks are changed on its third day."""
    turning = Exported(tmp_path_factory.mktemp("turning"), first=request.param)
    yield turning
    turning.close()


def test_when_a_study_took_place_leaves_no_trace(package, turning):
    """Lived alike in other weeks, on other weekdays, on days of 23 and 25 hours.

    So whoever knows on which weekdays somebody walks learns on which weekday they joined: each
    week of the year fits as well as any.
    """
    assert files(turning.export("package")) == files(package)


def test_no_weekday_and_no_clock_tells_by_how_much_dates_are_moved(turning):
    """An expert's: what is known of a weekday fits any shift, and clocks are never changed."""
    first_days = {}
    for row in table(turning.export("expert", EXPERT), "decisions"):
        since = timedelta(days=row["due_day"] - 1, minutes=row["due_minute"])
        first_days.setdefault(row["participant"], set()).add(row["due_at"] - since)

    weekday = turning.first.weekday()
    for (midnight,) in first_days.values():  # the same by each of somebody's decisions
        assert (midnight.weekday(), midnight.time()) == (weekday, time())


def said_in(package):
    """Give every text of a package: names of files, decoded cells, metadata and statistics."""
    for path in sorted(package.rglob("*")):
        yield path.name
        if path.suffix in {".csv", ".json", ".md", ".cff"}:
            yield path.read_text("utf-8")
        elif path.suffix == ".parquet":
            file = pq.ParquetFile(path)
            yield str(file.metadata.metadata)
            yield str(file.schema_arrow)
            for group in range(file.metadata.num_row_groups):
                for column in range(file.metadata.num_columns):
                    statistics = file.metadata.row_group(group).column(column).statistics
                    yield f"{statistics and (statistics.min, statistics.max)}"
            for column in file.read().columns:
                yield "\n".join(map(str, column.unique().to_pylist()))


def said_in_page(page):
    """Give what a page shows, and every file that is part of it."""
    shown, files = (
        re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL),
        r"base64,([\w+/=]+)",
    )
    yield re.sub(files, "", shown)
    for encoded in re.findall(files, shown):
        yield base64.b64decode(encoded).decode()


def test_nobody_can_be_read_from_it(package, tmp_path, monkeypatch, capsys):
    """Nor from the report and the notebook that are made of it."""
    report.write(Opened(package), tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    monkeypatch.setattr("sys.argv", ["trial.py", str(package)])
    runpy.run_path(str(NOTEBOOK))
    said = "\n".join((*said_in(package), *said_in_page(page), capsys.readouterr().out))

    secrets = [
        *PEOPLE,
        *NAMES,
        WORDS,
        "walkers",
        "glasses-",
        "eli",
        "cleo",
        "@",
        str(SITE_SEED),
        KEY.hex(),
    ]
    words = {word.lower() for word in re.findall(r"[\w.@-]+", said)}
    for secret in secrets:
        assert secret not in said or secret.lower() not in words
        assert not any(word.startswith(secret.lower()) for word in words), secret
    assert not re.search(r"\d{4}-\d{2}(-\d{2})?\b", said.replace("45 CFR", ""))
    begin_us, end_us = at(MONDAY, "00:00"), at(MONDAY + timedelta(weeks=1), "00:00")
    for number in map(int, set(re.findall(r"\b\d{10,18}\b", said))):
        for unit_us in (1, 1_000, 1_000_000):
            assert not begin_us <= number * unit_us <= end_us


def test_dates_are_found_where_they_do_stand(expert):
    """The search above finds what it looks for."""
    said = "\n".join(said_in(expert))

    assert re.search(r"\d{4}-\d{2}-\d{2}", said)
    assert re.search(r"\b1[67]\d{14}\b", said)  # in states


def test_experts_get_dates_that_are_weeks_off_and_no_two_people_alike(study, expert):
    with study.store.reading() as db:
        truth = [row.due_us for row in db.execute(select(decisions.c.due_us))]
    told = {row["participant"]: row["due_at"] for row in table(expert, "decisions")}
    told_us = {who: round(at.replace(tzinfo=UTC).timestamp() * 1e6) for who, at in told.items()}

    for due_us in told_us.values():
        assert due_us not in truth
        assert any((real + HOUR_US - due_us) % WEEK_US == 0 for real in truth)  # Berlin's wall
    assert len({us // WEEK_US for us in told_us.values()}) > 5
    assert manifest(expert)["determination"] == "needed"


def test_friends_are_told_to_experts_alone(package, expert):
    assert "partner" not in table(package, "social_events")[0]
    cheers = [row for row in table(expert, "social_events") if row["kind"] == "cheer"]

    assert len(cheers) == len(PEOPLE) * DAYS
    sent = [row for row in table(package, "social_events") if row["kind"] == "cheer_sent"]
    assert len(sent) == len(PEOPLE) * DAYS
    assert {row["partner"] for row in cheers} <= {
        row["participant"] for row in table(expert, "participants")
    }


def test_consent_decides_topic_by_topic(another):

    def withdraw(who, topic):
        def change(db):
            registry.consent(db, who, topic, ViewerKind.RESEARCH, False, another.now_us)

        another.change(change)

    withdraw(PEOPLE[0], Topic.HEART_RATE)
    withdraw(PEOPLE[1], Topic.PROMPTS)
    withdraw(PEOPLE[2], Topic.ACTIVITY)
    withdraw(PEOPLE[3], Topic.CIRCLE)
    package = another.export("package")
    shares = {row["participant"]: row for row in table(package, "participants")}

    def of(name, topic):
        who = {p for p, row in shares.items() if not row[f"shares_{topic}"]}
        assert len(who) == 1
        return [row for row in table(package, name) if row["participant"] in who]

    assert {row["heart_rate_bpm"] for row in of("minutes", "heart_rate")} == {None}
    assert {row["heart_consent_version"] for row in of("days", "heart_rate")} == {None}
    assert None not in {row["steps"] for row in of("minutes", "heart_rate")}
    assert of("decisions", "prompts") == of("goals", "prompts") == []
    assert of("decisions", "activity") == of("devices", "activity") == []
    assert {row["steps"] for row in of("minutes", "activity")} == {None}
    assert {row["state"] for row in of("minutes", "activity")} == {None}
    assert {row["with"] for row in of("social_events", "circle")} <= {"coach", "staff"}
    assert of("features", "circle") == []
    told = another.export("expert", EXPERT)
    (shy,) = [
        row["participant"] for row in table(told, "participants") if not row["shares_circle"]
    ]
    named = {row["partner"] for row in table(told, "social_events")}
    assert shy not in named | {row["other"] for row in table(told, "ties")}
    assert len(named) > 1
    assert verify(package).problems == ()


def test_who_withdraws_is_gone_from_the_next_package(another):
    before = another.export("before")
    for topic in Topic:
        another.change(
            lambda db, topic=topic: registry.consent(
                db, PEOPLE[5], topic, ViewerKind.RESEARCH, False, another.now_us
            )
        )
    after = another.export("after")
    remaining = {row["participant"] for row in table(after, "participants")}
    (gone,) = {row["participant"] for row in table(before, "participants")} - remaining

    assert len(remaining) == len(PEOPLE) - 1
    for name, data in files(after).items():
        assert gone.encode() not in data, name
    assert verify(after).problems == ()
    lines = [(each.person, each.outcome, each.participants) for each in another.log.read()]
    assert lines == [("eli", "written", 12), ("eli", "written", 11)]


def test_samples_come_by_request_in_study_time(another):
    begin_us = at(MONDAY + timedelta(days=1), "12:00")
    batches = walk(begin_us, 2, device=f"glasses-{PEOPLE[2]}")
    another.samples.append([Arrival(begin_us + HOUR_US, "hall", 0, each) for each in batches])
    package = another.export("raw", replace(COARSE, raw=("accel", "rr")))

    rows = table(package, "raw_accel")
    assert [row["time_us"] for row in rows] == [
        12 * HOUR_US + n * 20_000 for n in range(len(rows))
    ]
    said = np.concatenate([np.frombuffer(b.samples, "<i2").reshape(-1, 3) for b in batches])
    assert [(row["v0"], row["v1"], row["v2"]) for row in rows] == [*map(tuple, said.tolist())]
    assert {(row["study_day"], row["device"], row["scale"]) for row in rows} == {
        (2, 1, batches[0].scale)
    }
    assert table(package, "raw_rr") == []
    assert verify(package).problems == ()


def test_a_stranger_gets_nothing(study):
    for actor in (Actor("eli", Role.OPERATOR), Actor("nobody", Role.RESEARCHER)):
        with pytest.raises(Refused, match="not a researcher"):
            study.desk.preview(actor, COARSE, study.now_us)


def test_the_gate_stops_what_is_unsafe_and_says_why(another):
    another.change(lambda db: registry.set_profile(db, PEOPLE[3], Profile(93, sex="male")))

    with pytest.raises(Unsafe, match=r"age 90\+: 1; sex male: 1; age 90\+, sex male"):
        another.export("package", SAFE)

    assert not list(another.folder.glob("*package*"))
    assert another.log.read()[-1].outcome == "refused"
    coarse = another.export("coarse")
    assert {row["age"] for row in table(coarse, "participants")} == {"withheld"}
    assert {row["sex"] for row in table(coarse, "participants")} == {"withheld"}
    assert manifest(coarse)["gate"]["coarsened"] == ["no age", "no sex"]


def test_in_which_week_somebody_cheered_is_not_told_where_nobody_else_did(another):
    """Whoever was cheered knows who did it, and in which week."""
    assert another.desk.preview(ELI, SAFE, another.now_us).safe
    week_two_us = at(MONDAY + timedelta(days=8), "12:00")
    another.change(lambda _: another.cheer(PEOPLE[0], PEOPLE[1], week_two_us))

    plan = another.desk.preview(ELI, SAFE, week_two_us + HOUR_US)
    cells = [(cell.says, cell.people) for cell in plan.unique]
    assert cells == [("social_events: rows shared by fewer than 5", 2)]  # who cheered, and was
    events = table(another.export("package", later_us=8 * 24 * HOUR_US), "social_events")
    assert {row["done_week"] for row in events} == {None}
    assert len({row["participant"] for row in events}) == len(PEOPLE)


def test_words_of_a_rare_language_are_not_told(another):
    """A state names the language, and an answer is in it: the trait alone is not enough."""
    german = Profile(age_years=34, sex="female", language="de")
    another.change(lambda db: registry.set_profile(db, PEOPLE[4], german))
    package = another.export("package")

    assert {row["language"] for row in table(package, "participants")} == {"withheld"}
    for name in ("decisions", "goals", "messages"):
        assert len({row["participant"] for row in table(package, name)}) == len(PEOPLE) - 5
    assert "decisions: the rows of 5 people withheld" in manifest(package)["gate"]["coarsened"]
    assert verify(package).problems == ()


def test_a_change_of_device_that_others_saw_is_not_told(another):
    """Whoever knows who got a second tracker in week 1 would know the rest of the row."""
    since_us = at(MONDAY + timedelta(days=2), "12:00")
    another.change(lambda db: registry.assign(db, "strap-9", PEOPLE[4], since_us))
    for who in PEOPLE:
        worn = {f"fitbit-{who}": (since_us, since_us + HOUR_US)}
        another.change(lambda db, who=who, worn=worn: importing.give(db, who, worn))

    plan = another.desk.preview(ELI, SAFE, another.now_us)
    assert ("devices: rows shared by fewer than 5", 1) in [
        (cell.says, cell.people) for cell in plan.unique
    ]
    package = another.export("package")
    counts, imported = {}, []
    for row in table(package, "devices"):
        counts[row["participant"]] = counts.get(row["participant"], 0) + 1
        imported.append(row["imported"])
    assert set(counts.values()) == {2}
    assert imported.count("Fitbit") == len(imported) / 2 == len(PEOPLE) - 5
    assert len(counts) == len(PEOPLE) - 5
    assert "devices: the rows of 5 people withheld" in manifest(package)["gate"]["coarsened"]


def test_readings_at_home_stand_on_a_consent_of_their_own(another):
    """And what somebody alone measures with tells of them."""
    noon_us = at(MONDAY + timedelta(days=1), "12:10")

    def measure(who, stream, *values):
        told = dict(zip(("value", "second"), values, strict=False))
        device = f"scale-{who}"
        row = {"participant": who, "stream": stream, "at_us": noon_us, "device": device}
        row |= {"received_us": noon_us, "quality": 0, **told}
        another.change(lambda db: db.execute(insert(readings).values(row)))

    for who in PEOPLE:
        another.change(lambda db, who=who: registry.assign(db, f"scale-{who}", who, noon_us))
        measure(who, "weight", 70.25)
    assert another.desk.preview(ELI, SAFE, another.now_us).safe
    measure(PEOPLE[4], "blood_pressure", 128.0, 84.0)
    another.change(
        lambda db: registry.consent(
            db, PEOPLE[7], Topic.VITAL_SIGNS, ViewerKind.RESEARCH, False, another.now_us
        )
    )

    cells = another.desk.preview(ELI, SAFE, another.now_us).unique
    assert ("vital_signs: rows shared by fewer than 5", 2) in [
        (c.says, c.people) for c in cells
    ]
    package = another.export("package")
    told = table(package, "vital_signs")
    assert len({row["participant"] for row in told}) == len(PEOPLE) - 5
    assert {(row["taken_day"], row["taken_minute"], row["device"]) for row in told} == {
        (2, 12 * 60, 2)
    }
    assert {(row["kind"], row["value"], row["second"], row["unit"]) for row in told} == {
        ("weight", 70.25, None, "kg")
    }
    assert verify(package).problems == ()
    everyone = table(another.export("expert", EXPERT), "vital_signs")
    assert len({row["participant"] for row in everyone}) == len(PEOPLE) - 1
    assert (128.0, 84.0) in {(row["value"], row["second"]) for row in everyone}


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


def list_anew(package):
    """Write a manifest of what lies there now."""
    listed = tuple(manifest_of.files_in(package))
    said = msgspec.structs.replace(manifest_of.read(package), files=listed)
    manifest_of.write(package, said)


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
