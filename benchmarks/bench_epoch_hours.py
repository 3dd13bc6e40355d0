"""Minutes kept as one blob an hour, beside one row a minute: a person's four weeks in SQLite.

python -m benchmarks.bench_epoch_hours
"""

import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from analytics.epochs import MINUTE, MINUTE_US, blank

_DAYS = 28
_PEOPLE = 60
_KEY = "participant TEXT, at_us INTEGER, device TEXT"
_COLUMNS = ", ".join(MINUTE.names or ())


def _rows(db: sqlite3.Connection, person: str, minutes: np.ndarray) -> None:
    values = [
        (person, n * MINUTE_US, "glasses-1", *minute)
        for n, minute in enumerate(minutes.tolist())
    ]
    marks = ", ".join("?" * (3 + len(MINUTE.names or ())))
    db.executemany(f"INSERT INTO kept VALUES ({marks})", values)  # noqa: S608 - question marks


def _blobs(db: sqlite3.Connection, person: str, minutes: np.ndarray) -> None:
    values = [
        (person, n * MINUTE_US, "glasses-1", minutes[n : n + 60].tobytes())
        for n in range(0, minutes.size, 60)
    ]
    db.executemany("INSERT INTO kept VALUES (?, ?, ?, ?)", values)


def _measure(name: str, columns: str, write: Callable[..., None], folder: Path) -> None:
    minutes = blank(_DAYS * 1440)
    minutes["enmo_g"] = np.random.default_rng(0).random(minutes.size)
    path = folder / f"{name}.db"
    db = sqlite3.connect(path)
    db.execute(
        f"CREATE TABLE kept ({_KEY}, {columns}, PRIMARY KEY (participant, at_us, device))"
    )
    start_s = time.process_time()
    for person in range(_PEOPLE):
        write(db, f"p{person}", minutes)
    db.commit()
    written_s = time.process_time() - start_s
    day = ("p7", 14 * 1440 * MINUTE_US, 15 * 1440 * MINUTE_US)
    start_s = time.process_time()
    for _ in range(200):
        query = "SELECT * FROM kept WHERE participant = ? AND at_us >= ? AND at_us < ?"
        _ = db.execute(query, day).fetchall()
    read_us = (time.process_time() - start_s) / 200 * 1e6
    db.close()
    size = path.stat().st_size / (_PEOPLE * minutes.size)
    figures = (
        f"{written_s:6.2f} s written  {read_us:5.0f} us a day read  {size:4.1f} bytes a minute"
    )
    print(f"{name:6} {figures}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        _measure("rows", _COLUMNS, _rows, Path(temporary))
        _measure("blobs", "minutes BLOB", _blobs, Path(temporary))
