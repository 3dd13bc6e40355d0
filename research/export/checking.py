"""Checks a package by nothing but itself: hashes, counts, consent, and every decision."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec
import pyarrow.csv as arrow_csv
import pyarrow.parquet

from coaching.records import GoalInputs, Shelf
from research.export import documents, manifest, recorded, relearning
from research.export.chapter_coaching import DECISIONS, GOALS
from research.export.chapter_features import FEATURES
from research.export.chapter_learned import BELIEFS
from research.export.chapter_people import CONSENTS

pq: Any = pyarrow.parquet  # its types leave much open
_ROWS_AT_ONCE: Final = 10_000
#: Columns that hold the version of a consent.
_CONSENT: Final = ("consent_version", "heart_consent_version")


@dataclass(frozen=True, slots=True)
class Verified:
    """What was checked, and everything that is wrong."""

    package: str  # hash of the manifest
    files: int
    rows: int
    decisions: int
    goals: int
    beliefs: int
    problems: tuple[str, ...] = field(default=())


def verify(folder: Path, progress: Callable[[int], None] = lambda _rows: None) -> Verified:
    """Check a package; raise BadPackage for a folder that is none."""
    said = manifest.read(folder)
    problems = list(_files(folder, said))
    problems += _counts(folder, said)
    if problems:  # what cannot be trusted is not read
        return Verified(_name(folder), len(said.files), 0, 0, 0, 0, tuple(problems))
    shelf = Shelf(documents.load(folder / "documents"))
    made, differing = _again(folder, DECISIONS.name, partial(_decision, shelf), progress)
    goals, missed = _again(folder, GOALS.name, partial(_goal, shelf), progress)
    beliefs, unlearned = relearning.relearn(
        _table(folder, BELIEFS.name), _table(folder, DECISIONS.name), shelf
    )
    _, undrawn = _again(folder, FEATURES.name, partial(_feature, shelf), progress)
    problems = [*_consents(folder, said), *differing, *missed, *undrawn, *unlearned]
    rows = sum(said.rows.values())
    return Verified(
        *(_name(folder), len(said.files), rows, made, goals, beliefs), tuple(problems)
    )


def _name(folder: Path) -> str:
    return manifest.sha256(folder / manifest.NAME)


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


def _counts(folder: Path, said: manifest.Manifest) -> Iterator[str]:
    for table, rows in said.rows.items():
        for path in sorted((folder / "tables").glob(f"{table}.*")):
            counted = _parquet_rows(path) if path.suffix == ".parquet" else _csv_rows(path)
            if counted != rows:
                yield f"{path.name}: {counted} rows, {rows} are said to be there"


def _parquet_rows(path: Path) -> int:
    return int(pq.read_metadata(path).num_rows)


def _csv_rows(path: Path) -> int:
    with arrow_csv.open_csv(path) as reader:
        return sum(batch.num_rows for batch in reader)


def _consents(folder: Path, said: manifest.Manifest) -> Iterator[str]:
    """Yield the tables with rows that stand on no consent that was given."""
    given = {
        (row["participant"], row["version"])
        for row in pq.read_table(_table(folder, CONSENTS.name)).to_pylist()
        if row["granted"]
    }
    for table in said.rows:
        unfounded = _stands_on(_table(folder, table)) - given
        if unfounded:
            people = len({who for who, _ in unfounded})
            yield f"{table}: rows of {people} people stand on no consent"


def _stands_on(path: Path) -> set[tuple[str, int]]:
    """Return whose rows stand on which version of a consent."""
    found: set[tuple[str, int]] = set()
    with pq.ParquetFile(path) as file:
        for column in set(_CONSENT) & set(file.schema_arrow.names):
            keys = ["participant", column]
            for group in range(file.num_row_groups):  # each has a dictionary of its own
                rows = file.read_row_group(group, columns=keys)
                pairs = rows.group_by(keys).aggregate([]).to_pylist()
                found |= {(p["participant"], p[column]) for p in pairs if p[column] is not None}
    return found


def _table(folder: Path, name: str) -> Path:
    return folder / "tables" / f"{name}.parquet"


def _again(
    folder: Path,
    table: str,
    check: Callable[[dict[str, Any]], str | None],
    progress: Callable[[int], None],
) -> tuple[int, list[str]]:
    """Make each row's decision again; return how many, and which differ."""
    problems: list[str] = []
    rows = 0
    with pq.ParquetFile(_table(folder, table)) as file:
        for batch in file.iter_batches(_ROWS_AT_ONCE):
            found = map(check, batch.to_pylist())
            problems += [problem for problem in found if problem is not None]
            rows += batch.num_rows
            progress(batch.num_rows)
    return rows, problems


def _decision(shelf: Shelf, row: dict[str, Any]) -> str | None:
    what = f"decision {row['participant']}:{row['counter']}"
    try:
        record = recorded.decision(row)
        return None if shelf.decision(record) == record else f"{what}: comes out otherwise"
    except (KeyError, IndexError, msgspec.ValidationError, msgspec.DecodeError) as error:
        return f"{what}: cannot be made again ({error})"


def _goal(shelf: Shelf, row: dict[str, Any]) -> str | None:
    what = f"goal {row['participant']}:{row['study_day']}"
    try:
        inputs = msgspec.json.decode(row["inputs"], type=GoalInputs)
        again = shelf.goal(inputs, row["protocol"])
    except (KeyError, msgspec.ValidationError, msgspec.DecodeError) as error:
        return f"{what}: cannot be set again ({error})"
    return None if again == (row["steps"], row["reason"]) else f"{what}: comes out otherwise"


def _feature(shelf: Shelf, row: dict[str, Any]) -> str | None:
    what = f"feature {row['participant']}:{row['study_day']}:{row['feature']}"
    protocol = shelf.protocols.get(row["protocol"])
    odds = protocol and {each.value: odds for each, odds in protocol.features.items()}
    if not odds or odds.get(row["feature"]) != row["odds"]:
        return f"{what}: has odds that its protocol does not name"
    return (
        None if row["shown"] == (row["draw"] < row["odds"]) else f"{what}: comes out otherwise"
    )
