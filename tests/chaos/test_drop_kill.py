"""Samples are dropped by a process that is killed before each step it takes on the disk."""

import os
import shutil
import subprocess
import sys

import pytest

from ingest import audit
from ingest.archive import Archive, Retention
from ingest.ledger import Ledger
from ingest.log import Head
from tests.books import START_US, Books, beats, walk

pytestmark = pytest.mark.chaos

DAY_US = 86_400_000_000
OLD_US = START_US + 8 * DAY_US
WEEK = Retention({"accel": 7}, until_exported=False)

#: Drops once and once again; a copy of the folder for each step, and a kill before that step.
DROPS = """
import itertools, os, shutil, signal, sys
from pathlib import Path
from ingest.archive import Archive, Retention

folder, old_us = Path(sys.argv[1]), int(sys.argv[2])
retention = Retention({"accel": 7}, until_exported=False)
ours = str(folder)

def changes(event, args):
    if event == "open":
        return str(args[0]).startswith(ours) and args[2] & (os.O_WRONLY | os.O_RDWR)
    return event in {"os.rename", "os.remove"}

for kill_at in itertools.count():
    copy = folder / f"killed-{kill_at}"
    shutil.copytree(folder / "whole", copy)
    child = os.fork()
    if child == 0:
        steps = itertools.count()
        def kill(event, args):
            if changes(event, args) and next(steps) == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(kill)
        for _ in range(2):
            Archive(copy / "archive").drop(retention, old_us)
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        print(kill_at)
        break
"""


def records(books):
    return [(record.position, isinstance(record, Head)) for record in books.entries()]


def test_between_any_two_steps_everything_is_there_once(tmp_path):
    books = Books(tmp_path / "whole")
    books.receive(walk(0, 100, 0), walk(150, 200, 2), beats([START_US], [70], 0))
    books.archive.seal(books.log, START_US + DAY_US, books.log.last)
    books.accounts.keep()
    books.close()

    done = subprocess.run(
        [sys.executable, "-c", DROPS, tmp_path, str(OLD_US)],
        check=True, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    kills = int(done.stdout)

    assert kills > 5
    dropped = {check(tmp_path / f"killed-{n}") for n in range(kills + 1)}
    assert dropped == {True, False}  # some were killed before it counted, some after


def check(folder):
    books = Books(folder)
    found = records(books)
    is_dropped = found == [(1, True), (2, True), (3, False)]
    assert is_dropped or found == [(1, False), (2, False), (3, False)]
    finish(folder)
    assert records(books) == [(1, True), (2, True), (3, False)]
    with Ledger(books.ledger, read_only=True) as ledger:
        assert list(audit.differences(ledger, books.journal)) == []
    books.close()
    shutil.rmtree(folder)
    return is_dropped


def finish(folder):
    archive = Archive(folder / "archive")
    for _ in range(2):
        archive.drop(WEEK, OLD_US)
    named = {file.path for file in archive.manifest().files()}
    lie = {str(path.relative_to(folder / "archive")) for path in folder.rglob("*.parquet")}
    assert lie == named
    assert list(archive.spoilt()) == []
