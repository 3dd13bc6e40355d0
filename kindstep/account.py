"""What a run of simulated devices came to, read back from log, archive and store."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, func, select

from analytics import epochs
from analytics.epochs import State
from analytics.tables import day_facts, epoch_hours, scores
from coaching.tables import decisions
from ingest.archive import Archive
from ingest.log.sqlite import SqliteLog
from ingest.store.sqlite import SqliteStore
from kindstep.folder import Folder

#: What a device's firmware counts: samples of the one, notifications of the other.
_COUNTED: Final = {"glasses": "accel", "strap": "heart_rate"}

Counters = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Run:
    """Which devices took part, and from when on they spoke."""

    names: Mapping[str, str]  # from serial number to the hub's name of a device
    participants: tuple[str, ...]
    since_us: int
    seeded: int


@dataclass(frozen=True, slots=True)
class Stored:
    """What log and archive hold of one stream."""

    batches: int
    samples: int  # different ones
    duplicated: int


def stored(folder: Folder, device: str, stream: str) -> Stored:
    """Count what is stored of a device's stream, and what stands there more than once."""
    log = SqliteLog(folder.log, read_only=True)
    batches = set[tuple[int, int]]()
    numbers: dict[tuple[int, int], list[npt.NDArray[np.int64]]] = {}
    for entry in Archive(folder.archive).everything(log, devices=[device]):
        batch = entry.batch
        if batch.stream != stream:
            continue
        batches.add((batch.boot, batch.sequence))
        # A device with a memory numbers its samples; for others the batch's place must do.
        origin = (batch.counted.boot, 0) if batch.counted else (batch.boot, batch.sequence)
        first = batch.counted.sample if batch.counted else entry.first
        numbers.setdefault(origin, []).append(np.arange(first, first + batch.size))
    log.close()
    every = [np.concatenate(chunks) for chunks in numbers.values()]
    different = sum(np.unique(chunk).size for chunk in every)
    return Stored(len(batches), different, sum(chunk.size for chunk in every) - different)


def of_run(folder: Folder, run: Run, counters: Counters) -> dict[str, int]:
    """Return the figures of a run.

    Parameters
    ----------
    folder
        The data folder of a hub that has ended.
    run
        What took part.
    counters
        What each device's firmware counted, by serial number.
    """
    keys = ("devices", "notifications", "batches", "samples", "stored", "lost", "duplicated")
    figures = dict.fromkeys(keys, 0)
    for serial, counted in counters.items():
        found = stored(folder, run.names[serial], _COUNTED[counted["kind"]])
        samples = counted["measured"] if counted["kind"] == "glasses" else counted["sent"]
        figures["devices"] += 1
        figures["notifications"] += counted["notifications"]
        figures["batches"] += found.batches
        figures["samples"] += samples
        figures["stored"] += found.samples
        figures["lost"] += max(0, samples - found.samples)
        figures["duplicated"] += found.duplicated + max(0, found.samples - samples)
    store = SqliteStore(folder.store, read_only=True)
    with store.reading() as db:
        figures |= _consequences(db, run)
    store.close()
    return figures | {"seeded": run.seeded}


def _consequences(db: Connection, run: Run) -> dict[str, int]:
    sent = select(func.count()).where(
        decisions.c.participant.in_(run.participants),
        decisions.c.at_us >= run.since_us,
        decisions.c.template.is_not(None),
    )
    return {
        "epochs": _live_minutes(db, run.names.values(), run.since_us),
        "scores": _scores(db, run),
        "prompts": db.execute(sent).scalar_one(),
    }


def _live_minutes(db: Connection, devices: Collection[str], since_us: int) -> int:
    query = select(epoch_hours.c.hour_us, epoch_hours.c.minutes).where(
        epoch_hours.c.device.in_(devices), epoch_hours.c.hour_us > since_us - epochs.HOUR_US
    )
    total = 0
    for hour_us, blob in db.execute(query).tuples():
        begun = max(0, -(-(since_us - hour_us) // epochs.MINUTE_US))
        known = np.frombuffer(blob, epochs.MINUTE)["state"] != State.NO_DATA
        total += int(known[begun:].sum())
    return total


def _scores(db: Connection, run: Run) -> int:
    """Count the scores of days that got a minute in this run."""
    same_day = day_facts.c.participant == scores.c.participant
    same_day &= day_facts.c.day == scores.c.day
    query = (
        select(func.count())
        .select_from(scores)
        .join(
            day_facts,
            (day_facts.c.participant == scores.c.participant)
            & (day_facts.c.day == scores.c.day),
        )
        .where(
            scores.c.participant.in_(run.participants),
            scores.c.score.is_not(None),
            day_facts.c.last_minute_us >= run.since_us,
        )
    )
    return db.execute(query).scalar_one()
