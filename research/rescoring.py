"""A whole study scored again from its archive, and compared with the minutes that are kept."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import Connection

from analytics import rescoring, scores
from analytics.rescoring import Day, Records
from ingest.archive import SamplesDropped

_RUN: Final = "run.json"


class Differing(msgspec.Struct, frozen=True):
    """A day of which some minutes came out otherwise."""

    day: date
    device: str
    minutes: int


class Scored(msgspec.Struct, frozen=True):
    """One person's whole study, scored again."""

    participant: str
    days: int
    samples: int
    differing: tuple[Differing, ...]
    dropped: tuple[date, ...]  # days that lack samples, and were not scored


class Run(msgspec.Struct, frozen=True):
    """What is scored: all that was stored up to a position of the log."""

    position: int
    software: str


class OtherRun(ValueError):
    """A folder holds the results of another run."""


class Results:
    """A folder with a file for each person who is done, so that a run can be taken up again."""

    def __init__(self, folder: Path, run: Run) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        begun = folder / _RUN
        if not begun.exists():
            _put(begun, msgspec.json.encode(run))
        elif msgspec.json.decode(begun.read_bytes(), type=Run) != run:
            raise OtherRun(f"{folder} is of another run: name a folder that is not there yet")

    def lacks(self, participant: str) -> bool:
        """Tell whether somebody is still to be done."""
        return not self._path(participant).exists()

    def add(self, scored: Scored) -> None:
        """Keep what became of somebody; half a file is never seen."""
        _put(self._path(scored.participant), msgspec.json.encode(scored))

    def all(self) -> Iterator[Scored]:
        """Yield everyone who is done, by name."""
        for path in sorted(self._folder.glob("*.json")):
            if path.name != _RUN:
                yield msgspec.json.decode(path.read_bytes(), type=Scored)

    def _path(self, participant: str) -> Path:
        return self._folder / f"{participant}.json"


def score(db: Connection, records: Records, participant: str, run: Run, now_us: int) -> Scored:
    """Score every day of somebody again of which something was heard."""
    differing: list[Differing] = []
    dropped: list[date] = []
    heard = [fact for fact in scores.days_of(db, participant) if fact.data_minutes]
    samples = 0
    for fact in heard:
        day = Day(fact.day, fact.start_us, fact.end_us, fact.zone)
        try:
            found = rescoring.again(db, records, participant, day, run.position, now_us)
        except SamplesDropped:
            dropped.append(fact.day)
            continue
        samples += found.samples
        differing += [Differing(fact.day, *each) for each in found.differing.items()]
    days = len(heard) - len(dropped)
    return Scored(participant, days, samples, tuple(differing), tuple(dropped))


def _put(path: Path, data: bytes) -> None:
    unfinished = path.with_suffix(".new")
    unfinished.write_bytes(data)
    unfinished.replace(path)
