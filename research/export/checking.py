"""Checks a package by nothing but itself: hashes, counts, consent, and every decision."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

import msgspec
import pyarrow as pa
import pyarrow.csv as arrow_csv

from coaching.records import GoalInputs, Shelf
from research.export import documents, manifest, reading, recorded, relearning
from research.export.chapter_coaching import DECISIONS, GOALS
from research.export.chapter_features import FEATURES
from research.export.chapter_people import CONSENTS
from research.export.layout import Layout
from research.export.manifest import BadPackage, Manifest
from research.export.reading import Told
from research.export.recorded import BROKEN

Progress: TypeAlias = Callable[[int, int], None]  # rows made again, of so many

#: What is made again row by row, and how much of it at least between two words on progress.
_MADE: Final = (DECISIONS, GOALS, FEATURES)
_ROWS_AT_ONCE: Final = 1_000
#: Columns that hold the version of a consent.
_CONSENT: Final = ("consent_version", "heart_consent_version")
_OTHERWISE: Final = "comes out otherwise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was checked, and everything that is wrong."""

    package: str  # hash of the manifest
    files: int
    rows: int = 0
    decisions: int = 0
    goals: int = 0
    beliefs: int = 0
    problems: tuple[str, ...] = ()


def verify(folder: Path, progress: Progress = lambda _done, _of: None) -> Verified:
    """Check a package; raise BadPackage for a folder that is none."""
    said = manifest.read(folder)
    name, files = manifest.sha256(folder / manifest.NAME), len(said.files)
    problems = [*_files(folder, said)] or [*_counts(folder, said)]
    if problems:  # what cannot be trusted is not read
        return Verified(package=name, files=files, problems=tuple(problems))
    shelf = documents.shelf(folder / "documents")
    again = _Again(folder, said, progress)
    decisions = again.make(DECISIONS, partial(_decision, shelf))
    goals = again.make(GOALS, partial(_goal, shelf))
    again.make(FEATURES, partial(_feature, shelf))
    beliefs, unlearned = relearning.relearn(folder, shelf)
    return Verified(
        package=name,
        files=files,
        rows=sum(said.rows.values()),
        decisions=decisions,
        goals=goals,
        beliefs=beliefs,
        problems=(*_consents(folder, said), *again.problems, *unlearned),
    )


def _files(folder: Path, said: manifest.Manifest) -> Iterator[str]:
    expected = {file.path: file for file in said.files}
    found = {file.path: file for file in manifest.files_in(folder)}
    yield from (f"{path}: is missing" for path in sorted(expected.keys() - found.keys()))
    yield from (f"{path}: nobody lists it" for path in sorted(found.keys() - expected.keys()))
    for path in sorted(expected.keys() & found.keys()):
        if expected[path] != found[path]:
            yield f"{path}: is not what was written"
    for each in documents.load(folder / "documents"):
        if hashlib.sha256(each.body).hexdigest() != each.digest:
            yield f"{each.kind} {each.digest}: goes by the hash of another"


def _counts(folder: Path, said: Manifest) -> Iterator[str]:
    for table, rows in said.rows.items():
        paths = sorted((folder / "tables").glob(f"{table}.*"))
        if reading.path(folder, table) not in paths:
            yield f"{table}: has no table"
        for path in paths:
            try:
                counted = _csv_rows(path) if path.suffix == ".csv" else _rows(folder, table)
            except (BadPackage, pa.ArrowException) as error:
                yield f"{path.name}: {error}"
                continue
            if counted != rows:
                yield f"{path.name}: {counted} rows, {rows} are said to be there"


def _rows(folder: Path, table: str) -> int:
    with reading.opened(folder, table) as file:
        return int(file.metadata.num_rows)


def _csv_rows(path: Path) -> int:
    with arrow_csv.open_csv(path) as reader:
        return sum(batch.num_rows for batch in reader)


def _consents(folder: Path, said: Manifest) -> Iterator[str]:
    """Yield the tables with rows that stand on no consent that was given."""
    given = {
        (row["participant"], row["version"])
        for row in reading.each(folder, CONSENTS.name, ["participant", "version", "granted"])
        if row["granted"]
    }
    for table in said.rows:
        unfounded = _stands_on(folder, table) - given
        if unfounded:
            people = len({who for who, _ in unfounded})
            yield f"{table}: rows of {people} people stand on no consent"


def _stands_on(folder: Path, table: str) -> set[tuple[str, int]]:
    """Return whose rows stand on which version of a consent."""
    found: set[tuple[str, int]] = set()
    with reading.opened(folder, table) as file:
        for column in set(_CONSENT) & set(file.schema_arrow.names):
            keys = ["participant", column]
            for group in range(file.num_row_groups):  # each has a dictionary of its own
                rows = file.read_row_group(group, columns=keys)
                pairs = rows.group_by(keys).aggregate([]).to_pylist()
                found |= {(p["participant"], p[column]) for p in pairs if p[column] is not None}
    return found


@dataclass(slots=True)
class _Again:
    """Makes rows of tables again, and notes which came out otherwise."""

    folder: Path
    said: Manifest
    progress: Progress
    done: int = 0
    problems: list[str] = field(default_factory=list[str])

    def make(self, layout: Layout, wrong: Callable[[Told], str | None]) -> int:
        """Look what is wrong with each row; return how many there are."""
        columns = [each.name for each in layout.told(self.said.profile).columns]
        before, of = self.done, sum(self.said.rows.get(each.name, 0) for each in _MADE)
        for row in reading.each(self.folder, layout.name, columns):
            says = _said(row, wrong)
            if says is not None:
                key = ":".join(str(row[name]) for name in layout.key)
                self.problems.append(f"{layout.name.removesuffix('s')} {key}: {says}")
            self.done += 1
            if self.done % _ROWS_AT_ONCE == 0:
                self.progress(self.done, of)
        self.progress(self.done, of)
        return self.done - before


def _said(row: Told, wrong: Callable[[Told], str | None]) -> str | None:
    try:
        return wrong(row)
    except BROKEN as error:
        return f"cannot be made again ({error})"


def _decision(shelf: Shelf, row: Told) -> str | None:
    record = recorded.decision(row)
    return None if shelf.decision(record) == record else _OTHERWISE


def _goal(shelf: Shelf, row: Told) -> str | None:
    inputs = msgspec.json.decode(row["inputs"], type=GoalInputs)
    again = shelf.goal(inputs, row["protocol"])
    return None if again == (row["steps"], row["reason"]) else _OTHERWISE


def _feature(shelf: Shelf, row: Told) -> str | None:
    protocol = shelf.protocols.get(row["protocol"])
    odds = protocol and {each.value: odds for each, odds in protocol.features.items()}
    if not odds or odds.get(row["feature"]) != row["odds"]:
        return "has odds that its protocol does not name"
    return None if row["shown"] == (row["draw"] < row["odds"]) else _OTHERWISE
