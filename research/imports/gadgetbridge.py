"""Gadgetbridge's database: a table of samples a family of trackers, with the same columns."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from research.imports.amounts import Amount, NotRead

_TABLES: Final = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%ACTIVITY_SAMPLE' "
    "ORDER BY name"
)
_NEEDED: Final = {"TIMESTAMP", "DEVICE_ID", "STEPS"}
_MINUTE_US: Final = 60_000_000
_MILLISECONDS: Final = 100_000_000_000  # larger than any time in seconds
_HIGHEST_BPM: Final = 254  # 255 and -1 say that there was none


def read(path: Path) -> Iterator[Amount]:
    """Yield steps a minute and heart rates; raise NotRead for what is no such database."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            tables = [(name, _columns(db, name)) for (name,) in db.execute(_TABLES)]
            usable = [(name, columns) for name, columns in tables if columns >= _NEEDED]
            if not usable:
                raise NotRead(f"{path}: has no table of activity that Gadgetbridge writes")
            names = dict(db.execute("SELECT _id, NAME FROM DEVICE"))
            for name, columns in usable:
                yield from _samples(path, db, name, columns, names)
    except sqlite3.DatabaseError as error:
        raise NotRead(f"{path}: {error}") from error


def _columns(db: sqlite3.Connection, table: str) -> set[str]:
    return {row[1] for row in db.execute(f'PRAGMA table_info("{table}")')}


def _samples(
    path: Path, db: sqlite3.Connection, table: str, columns: set[str], names: dict[int, str]
) -> Iterator[Amount]:
    heart = "HEART_RATE" if "HEART_RATE" in columns else "-1"
    query = f'SELECT TIMESTAMP, DEVICE_ID, STEPS, {heart} FROM "{table}" ORDER BY 2, 1'  # noqa: S608 - a name from its own list
    for stamp, device, steps, bpm in db.execute(query):
        source = names.get(device, f"device {device}")
        try:
            yield from _told(source, stamp, steps, bpm)
        except (TypeError, ValueError) as error:
            raise NotRead(f"{path}: {table}: {source} at {stamp}: {error}") from error


def _told(source: str, stamp: int, steps: int, bpm: int) -> Iterator[Amount]:
    start_us = stamp * (1_000 if stamp > _MILLISECONDS else 1_000_000)
    if steps >= 0:
        yield Amount(source, "steps", start_us, start_us + _MINUTE_US, steps)
    if 0 < bpm <= _HIGHEST_BPM:
        yield Amount(source, "heart_rate", start_us, start_us, bpm)
