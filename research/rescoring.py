"""A whole study scored again from its archive, and compared with the minutes that are kept."""

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

import msgspec
from sqlalchemy import Connection

from analytics import rescoring, scores
from analytics.rescoring import Day, Records
from ingest.archive import SamplesDropped
from people import registry
from people.registry import Role

_RUN: Final = "run.json"
_DAYS: Final = "days.jsonl"

#: One person's day: a tenth of a second's work, so that nobody waits long for the last.
Work: TypeAlias = tuple[str, Day]


class Differing(msgspec.Struct, frozen=True):
    """A device of which some minutes came out otherwise."""

    device: str
    minutes: int


class Scored(msgspec.Struct, frozen=True):
    """One person's day, scored again."""

    participant: str
    day: date
    samples: int
    differing: tuple[Differing, ...] = ()
    dropped: bool = False  # it lacks samples, and was not scored


class Run(msgspec.Struct, frozen=True):
    """What is scored: all that was stored up to a position of the log."""

    position: int
    software: str


class OtherRun(ValueError):
    """A folder holds the results of another run, or what is none."""


Kept = TypeVar("Kept", Run, Scored)


class Results:
    """A folder with a line for each day that is done, so that a run can be taken up again."""

    def __init__(self, folder: Path, run: Run) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        begun = folder / _RUN
        if not begun.exists():
            _put(begun, msgspec.json.encode(run))
        elif _decoded(begun, begun.read_bytes(), Run) != run:
            raise OtherRun(f"{folder} is of another run: name a folder that is not there yet")
        self._path = folder / _DAYS
        self._path.touch()
        os.truncate(self._path, self._path.read_bytes().rfind(b"\n") + 1)  # half a line is none
        self._done = {(each.participant, each.day) for each in self.all()}

    def left(self, works: Iterable[Work]) -> list[Work]:
        """Return what is still to be done."""
        return [(who, day) for who, day in works if (who, day.day) not in self._done]

    def add(self, scored: Scored) -> None:
        """Keep what became of a day."""
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(scored) + b"\n")

    def all(self) -> list[Scored]:
        """Return every day that is done, by name and date."""
        lines = self._path.read_bytes().splitlines()
        scored = [_decoded(self._path, line, Scored) for line in lines]
        return sorted(scored, key=lambda each: (each.participant, each.day))


def works(db: Connection) -> list[Work]:
    """Return every day of which something was heard, in order: the same hours hold many."""
    heard = [
        (who, Day(fact.day, fact.start_us, fact.end_us, fact.zone))
        for who in registry.persons_of(db, Role.PARTICIPANT)
        for fact in scores.days_of(db, who)
        if fact.data_minutes
    ]
    return sorted(heard, key=lambda each: (each[1].day, each[0]))


def score(db: Connection, records: Records, work: Work, run: Run, now_us: int) -> Scored:
    """Score a day again."""
    who, day = work
    try:
        found = rescoring.again(db, records, who, day, run.position, now_us)
    except SamplesDropped:
        return Scored(who, day.day, 0, dropped=True)
    differing = tuple(Differing(*each) for each in found.differing.items())
    return Scored(who, day.day, found.samples, differing)


def _decoded(path: Path, said: bytes, kind: type[Kept]) -> Kept:
    try:
        return msgspec.json.decode(said, type=kind)
    except msgspec.DecodeError as error:
        raise OtherRun(f"{path} was changed by something else: {error}") from error


def _put(path: Path, data: bytes) -> None:
    unfinished = path.with_suffix(".new")
    unfinished.write_bytes(data)
    unfinished.replace(path)
