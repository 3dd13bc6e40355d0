"""A study scored again from its archive: the same bits, whatever dies on the way."""

import asyncio
import json
import signal
import subprocess
import sys
import threading
from asyncio.subprocess import PIPE
from pathlib import Path

import numpy as np
import psutil
import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from analytics.epochs import HOUR_US, MINUTE
from analytics.runner import Runner
from analytics.tables import epoch_hours
from ingest.archive import Archive
from ingest.log import Arrival
from ingest.log.sqlite import SqliteLog
from kindstep import crews, rescoring, stores
from kindstep.cli import main
from kindstep.settings import Settings
from people import registry
from people.registry import Person, Role
from research.rescoring import OtherRun, Results, Run
from tests.conftest import leashed
from tests.scoring import DAY, NOON_US, walk

PEOPLE = ("ada", "ben", "chidi", "dana", "eve")  # more pieces of work than a helper is given
LATER_US = NOON_US + 3 * HOUR_US
WALKED = 24 * 500  # samples


@pytest.fixture
def site(tmp_path):
    """Give the settings of a hub that scored a walk of five people and sealed it."""
    folder = tmp_path / "hub"
    store, log = stores.in_file(folder / "study.db"), SqliteLog(folder / "log")
    archive = Archive(folder / "archive")
    store.write(_join)
    for seed, who in enumerate(PEOPLE):
        walked = walk(device=f"glasses-{who}", seed=100 * seed)
        log.append([Arrival(NOON_US + 300_000_000, "hall", 0, batch) for batch in walked])
    runner = Runner(store, log, archive, ())
    while runner.step(LATER_US):
        pass
    assert archive.seal(log, LATER_US, log.last) == 1
    log.close()
    store.close()
    return Settings(data=folder)


def _join(db):
    for who in PEOPLE:
        registry.add_person(db, Person(who, Role.PARTICIPANT), 0)
        registry.set_zone(db, who, "UTC", 0)
        registry.assign(db, f"glasses-{who}", who, 0)


def again(site, folder, workers=1):
    told = []
    crew = crews.processes(workers)
    results = rescoring.rescore(
        site, folder, LATER_US, crew, lambda done, of: told.append((done, of))
    )
    return results.all(), told


def test_the_archive_gives_the_minutes_that_were_scored_live(site, tmp_path):
    scored, told = again(site, tmp_path / "run")

    assert [(each.participant, each.day, each.samples) for each in scored] == [
        (who, DAY, WALKED) for who in PEOPLE
    ]
    assert [each.differing for each in scored] == [()] * 5
    assert told == [(done, 5) for done in range(1, 6)]


def test_a_minute_that_is_otherwise_is_listed(site, tmp_path):
    store = stores.in_file(site.data / "study.db")

    def change(db):
        mine = epoch_hours.c.participant == "ben"
        minutes = np.frombuffer(
            db.scalar(select(epoch_hours.c.minutes).where(mine)), MINUTE
        ).copy()
        minutes["steps"][2] += 1
        db.execute(update(epoch_hours).where(mine).values(minutes=minutes.tobytes()))

    store.write(change)
    store.close()
    (tmp_path / "kindstep.toml").write_text(f'data = "{site.data}"\n')
    settings = ["--settings", str(tmp_path / "kindstep.toml")]

    ran = CliRunner().invoke(main, ["rescore", *settings, "--into", str(tmp_path / "run")])

    assert ran.exit_code == 1
    lines = ran.output.splitlines()
    assert "ben 2024-05-06 glasses-ben: 1 minutes" in lines
    assert lines[-1] == f"scored again: {5 * WALKED:,} samples of 5 days, of which 1 differ"


def test_an_archive_that_cannot_be_read_is_told_in_a_line(site, tmp_path):
    sealed = next((site.data / "archive").rglob("*.parquet"))
    sealed.unlink()
    sealed.mkdir()
    (tmp_path / "kindstep.toml").write_text(f'data = "{site.data}"\n')
    settings = ["--settings", str(tmp_path / "kindstep.toml")]

    ran = CliRunner().invoke(main, ["rescore", *settings, "--into", str(tmp_path / "run")])

    assert ran.exit_code == 1
    assert ran.output.splitlines()[-1].startswith("Error: ")
    assert sealed.name in ran.output


def test_a_run_is_taken_up_where_it_ended(site, tmp_path):
    first, _ = again(site, tmp_path / "run")
    done = tmp_path / "run" / "days.jsonl"
    lines = done.read_bytes().splitlines(keepends=True)
    done.write_bytes(lines[0] + lines[1] + lines[2][:40])  # as a kill may leave it

    second, told = again(site, tmp_path / "run")
    assert (second, told) == (first, [(3, 5), (4, 5), (5, 5)])

    log = SqliteLog(site.data / "log")
    log.append([Arrival(LATER_US, "hall", 0, batch) for batch in walk(LATER_US, 1, boot=9)])
    store = stores.in_file(site.data / "study.db")
    Runner(store, log, Archive(site.data / "archive"), ()).step(LATER_US)
    store.close()
    log.close()
    with pytest.raises(OtherRun, match="of another run"):
        again(site, tmp_path / "run")


def test_a_folder_that_something_else_wrote_is_refused(tmp_path):
    run = Run(7, "kindstep")
    Results(tmp_path, run)
    (tmp_path / "days.jsonl").write_text("{}\n")
    with pytest.raises(OtherRun, match=r"days.jsonl was changed by something else"):
        Results(tmp_path, run)
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(OtherRun, match=r"run.json was changed by something else"):
        Results(tmp_path, run)


@pytest.mark.chaos
def test_a_worker_that_is_killed_costs_its_work_alone(site, tmp_path):
    alone, _ = again(site, tmp_path / "alone")
    killed = threading.Event()

    def kill_one():
        while not killed.is_set():
            for child in psutil.Process().children(recursive=True):
                if "spawn_main" in " ".join(child.cmdline()):
                    child.kill()
                    killed.set()
                    return
            killed.wait(0.01)

    killer = threading.Thread(target=kill_one)
    killer.start()
    together, _ = again(site, tmp_path / "together", workers=2)
    was_killed = killed.is_set()
    killed.set()
    killer.join()

    assert was_killed
    assert together == alone


@pytest.fixture
def cluster(server, tmp_path):
    """Give the address of a Dask scheduler, and what starts another worker of it."""
    dask = server("dask", "'kindstep[dask]'", by="pip")
    file = tmp_path / "scheduler.json"
    where = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(file)]
    started = []

    def start(*command):
        process = subprocess.Popen(leashed([dask, *command, *where]), stderr=subprocess.PIPE)
        started.append(process)
        return process

    scheduler = start("scheduler", "--port", "0")
    said = next(line for line in scheduler.stderr if b"Scheduler at:" in line)
    folder = ["--local-directory", str(tmp_path / "dask"), "--nthreads", "1", "--no-nanny"]
    yield said.split()[-1].decode(), lambda: start("worker", *folder)
    for process in reversed(started):
        process.kill()
        process.wait()
        process.stderr.close()


@pytest.mark.chaos
async def test_a_cluster_scores_what_one_process_does_though_a_worker_dies(
    site, cluster, tmp_path
):
    address, start_worker = cluster
    distributed = pytest.importorskip("distributed")
    (tmp_path / "kindstep.toml").write_text(f'data = "{site.data}"\n')
    alone, _ = again(site, tmp_path / "alone")
    program = Path(sys.executable).with_name("kindstep")
    command = [program, "rescore", "--settings", tmp_path / "kindstep.toml"]
    command += ["--into", tmp_path / "together", "--scheduler", address]

    first = start_worker()
    async with distributed.Client(address, asynchronous=True) as client:
        await client.wait_for_workers(1)
        first.send_signal(signal.SIGSTOP)  # it gets work, and will never have done it
        rescoring_there = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
        # The scheduler tells of no event.
        while not any((await client.processing()).values()):  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.02)
        first.kill()
        start_worker()
        said, _ = await rescoring_there.communicate()

    assert rescoring_there.returncode == 0
    assert f"{5 * WALKED:,} samples of 5 days, of which 0 differ" in said.decode()
    run = json.loads((tmp_path / "alone" / "run.json").read_bytes())
    assert Results(tmp_path / "together", Run(**run)).all() == alone
