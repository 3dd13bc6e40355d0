"""Samples in a package, which come by request."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
from click.testing import CliRunner

from ingest.archive import Retention
from ingest.log import Arrival
from kindstep.cli import main
from people import registry
from people.authorize import Topic
from people.registry import ViewerKind
from research.export import verify
from tests.coached import HOUR_US, MONDAY, at
from tests.exported import (
    COARSE,
    PEOPLE,
)
from tests.packages import manifest, table
from tests.scoring import walk

WEEK_US = 7 * 86_400_000_000


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
