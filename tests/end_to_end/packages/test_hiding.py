"""What a package never tells: who people are, and when anything was."""

import base64
import re
import runpy
from datetime import UTC, date, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from coaching.tables import decisions
from research import report
from research.opened import Opened
from tests.coached import HOUR_US, MONDAY, at
from tests.exported import (
    DAYS,
    EXPERT,
    KEY,
    NAMES,
    PEOPLE,
    SITE_SEED,
    WORDS,
    Exported,
)
from tests.packages import files, manifest, said_in, table

WEEK_US = 7 * 86_400_000_000
NOTEBOOK = Path(__file__).parents[3] / "docs" / "trial.py"


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
