"""The command everyone tries first, as they run it."""

import json
import subprocess
import sys
import time

import pytest
from sqlalchemy import select

from coaching.tables import decisions
from ingest.store.sqlite import SqliteStore
from tests.brokers import free_port
from tests.system import compile_kernels

HALF_HOUR_US = 1_800_000_000  # what the glasses remember when they come home
KEYS = [
    "devices",
    "notifications",
    "batches",
    "samples",
    "stored",
    "lost",
    "duplicated",
    "epochs",
    "scores",
    "prompts",
    "seeded",
]


@pytest.mark.timeout(600)  # four weeks are lived first: 168 s were seen on a busy machine
def test_the_demo_loses_nothing_and_says_so(tmp_path):
    compile_kernels()
    begun_us = time.time_ns() // 1000
    command = [sys.executable, "-m", "kindstep", "demo", "--seconds", "8", "--json"]
    ended = subprocess.run(
        [*command, "--folder", tmp_path / "demo", "--port", str(free_port())],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    figures = json.loads(ended.stdout.splitlines()[-1])
    assert list(figures) == KEYS
    assert figures["devices"] == 6
    assert figures["stored"] == figures["samples"] > 250_000
    assert figures["lost"] == figures["duplicated"] == 0
    assert figures["epochs"] > 80
    assert figures["scores"] >= 1
    assert figures["prompts"] >= 1
    assert near_goal_epochs_us(tmp_path / "demo" / "study.db", begun_us)


def near_goal_epochs_us(path, begun_us):
    """Give the minutes of this run that brought somebody near their goal."""
    store = SqliteStore(path, read_only=True)
    with store.reading() as db:
        query = select(decisions.c.epoch_us).where(
            decisions.c.kind == "near_goal", decisions.c.at_us >= begun_us
        )
        found = [
            epoch_us for epoch_us in db.scalars(query) if epoch_us > begun_us - HALF_HOUR_US
        ]
    store.close()
    return found
