"""Taking a study away: seconds and memory of an export, scaled to 1,000 people and 12 weeks.

python -m benchmarks.export [PEOPLE] [WEEKS]

Every minute of every day is known, with motion, counts and a heart rate, in the store as a hub
keeps it. Beside it, on the same store: reading its blobs alone.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import sqlalchemy as sa

from analytics import days, epochs
from analytics.rescoring import Records
from analytics.tables import day_facts, epoch_hours
from coaching.engine import Engine
from ingest.archive import Archive
from ingest.log.sqlite import SqliteLog
from ingest.store import Store
from ingest.store.sqlite import SqliteStore
from kindstep import stores, study
from people import registry
from people.authorize import Actor, Role
from people.registry import Person, Topic, ViewerKind
from research.export import AccessLog, Desk, Profile, Wish

_MONDAY = date(2026, 3, 2)
_HOUR_US = 3_600_000_000
_DAY_US = 24 * _HOUR_US
_LATER_US = 4_000_000_000_000_000
_FULL = 1_000 * 12 * 7 * 1440  # minutes of the study that is aimed at
_ELI = Actor("eli", Role.RESEARCHER)


def _minutes(random: np.random.Generator, count: int) -> epochs.Minutes:
    """Return what glasses and a strap make of a life: still, with walks in between."""
    minutes = epochs.blank(count)
    walks = np.repeat(random.random(-(-count // 15)) < 0.06, 15)[:count]
    minutes["state"] = np.where(walks, epochs.State.WORN_MOVING, epochs.State.WORN_STILL)
    minutes["flags"] = epochs.Flag.ACCEL | epochs.Flag.COUNTS
    minutes["n_accel"] = 3_000
    minutes["enmo_g"] = np.where(walks, 0.2, 0.01) * random.gamma(4, 0.25, count)
    minutes["mad_g"] = minutes["enmo_g"] * 1.1
    minutes["steps"] = walks * random.integers(80, 120, count)
    minutes["counts"] = walks[:, None] * random.integers(500, 4_000, (count, 3))
    minutes["hr_n"], minutes["hr_sum_bpm"] = 60, 60 * random.integers(55, 110, count)
    return minutes


def _live(
    db: sa.Connection, who: str, start_us: int, weeks: int, random: np.random.Generator
) -> None:
    """Fill somebody's hours and days."""
    hours = weeks * 7 * 24
    life = _minutes(random, hours * 60)
    blank = days.compute(
        days.Span("", _MONDAY, "UTC", 0, _DAY_US, None, True), epochs.blank(1440), days.Body()
    )
    rows = [
        {
            "participant": who,
            "device": f"glasses-{who}",
            "hour_us": start_us + hour * _HOUR_US,
            "minutes": life[60 * hour : 60 * hour + 60].tobytes(),
        }
        for hour in range(hours)
    ]
    db.execute(sa.insert(epoch_hours), rows)
    facts = [
        replace(
            blank,
            participant=who,
            day=_MONDAY + timedelta(n),
            start_us=start_us + n * _DAY_US,
            end_us=start_us + (n + 1) * _DAY_US,
            data_minutes=1440,
        )
        for n in range(weeks * 7)
    ]
    db.execute(sa.insert(day_facts), [days.as_row(fact) for fact in facts])


def _build(folder: Path, people: int, weeks: int) -> None:
    """Let people be enrolled and lived, in a store as a hub has it."""
    store = stores.in_file(folder / "study.db")
    engine = Engine(study.load(None), site_seed=7)
    start_us = registry.Calendar((0,), ("UTC",)).day_bounds_us(_MONDAY)[0]

    def enrol(db: sa.Connection, number: int) -> None:
        who, random = f"p-{number:04d}", np.random.default_rng(number)
        registry.add_person(db, Person(who, Role.PARTICIPANT), start_us)
        registry.set_zone(db, who, "UTC", 0)
        registry.assign(db, f"glasses-{who}", who, start_us)
        registry.consent_at_enrolment(db, who, dict.fromkeys(Topic, ViewerKind), start_us)
        engine.enrol(db, who, start_us, "prompted", "seniors")
        _live(db, who, start_us, weeks, random)

    store.write(lambda db: registry.add_person(db, Person("eli", Role.RESEARCHER), 0))
    for number in range(people):
        store.write(lambda db, number=number: enrol(db, number))
    store.close()


def main(people: int, weeks: int) -> None:
    """Build a study, then take it away in a process of its own, whose memory is told."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _build(folder, people, weeks)
        with ProcessPoolExecutor(1, get_context("spawn")) as alone:
            took_s, reading_s, most_mb = alone.submit(_measured, folder).result()
        size_mb = (folder / "package/tables/minutes.parquet").stat().st_size / 1e6
    rows = people * weeks * 7 * 1440
    print(f"{people} people, {weeks} weeks: {rows:,} minutes, {size_mb:.0f} MB of Parquet")
    for what, seconds in (("export", took_s), ("reading the blobs alone", reading_s)):
        rate, whole_s = rows / seconds / 1e6, seconds * _FULL / rows
        print(f"{what}: {seconds:.2f} s, {rate:.2f} M minutes/s", end="")
        print(f"; 1,000 people x 12 weeks at that pace: {whole_s:.0f} s")
    print(f"memory of the exporting process: {most_mb:.0f} MB at most")


def _measured(folder: Path) -> tuple[float, float, float]:
    """Return seconds of an export, of reading alone, and MB of memory at most."""
    store = SqliteStore(folder / "study.db", read_only=True)
    log = SqliteLog(folder / "log")
    records = Records(Archive(folder / "archive"), log)
    desk = Desk(store, records, b"\x07" * 32, AccessLog(folder / "exports.jsonl"))
    wish = Wish(profile=Profile.SAFE_HARBOR)
    reading_s = _timed(lambda: _read(store))
    took_s = _timed(lambda: desk.export(_ELI, wish, folder / "package", _LATER_US, _quiet))
    log.close()
    store.close()
    return took_s, reading_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _read(store: Store) -> None:
    with store.reading() as db:
        for (blob,) in db.execute(sa.select(epoch_hours.c.minutes)):
            memoryview(blob)


def _timed(what: Callable[[], object]) -> float:
    begun = time.perf_counter()
    what()
    return time.perf_counter() - begun


def _quiet(_done: int, _of: int) -> None:
    """Show nothing."""


if __name__ == "__main__":
    main(*(int(each) for each in (sys.argv[1:] + ["24", "12"][len(sys.argv) - 1 :])))
