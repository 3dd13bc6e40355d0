"""An evening by mabwiser: one LinTS a person, in a plain loop, with the peers' Python.

Once it only draws an arm for each person. Then it does the same work as a coach would with it:
reads each one's minutes from the store, draws, and writes down what was drawn.
"""

import copy
import json
import math
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from mabwiser.mab import MAB, LearningPolicy

_HISTORY = 80  # decisions that each has learned from
_TERMS = 4
_MINUTE_US = 60_000_000


def bandits(people: int) -> list[MAB]:
    """Return one for each person, taught."""
    rng = np.random.default_rng(0)
    past = rng.normal(size=(_HISTORY, _TERMS))
    arms, rewards = rng.integers(0, 2, _HISTORY), rng.normal(size=_HISTORY)
    taught = MAB([0, 1], LearningPolicy.LinTS(alpha=1.0), seed=0)
    taught.fit(arms, rewards, past)
    return [copy.deepcopy(taught) for _ in range(people)]


def draws(people: int) -> tuple[float, float]:
    """Return the seconds it takes to draw an arm for each person, by the wall and of a core."""
    taught = bandits(people)
    contexts = np.random.default_rng(1).normal(size=(people, _TERMS)).tolist()
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    for bandit, context in zip(taught, contexts, strict=True):
        bandit.predict([context])
    return time.perf_counter() - wall_s, time.process_time() - cpu_s


def evening(path: Path, minute: np.dtype[Any], until_us: int) -> tuple[float, float]:
    """Return the seconds it takes with reading and writing, by the wall and of a core."""
    db = sqlite3.connect(path)
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE drawn (participant TEXT PRIMARY KEY, arm INTEGER, context TEXT)")
    people = db.execute("SELECT participant, dose FROM enrolments").fetchall()
    taught = bandits(len(people))
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    for (who, dose), bandit in zip(people, taught, strict=True):
        steps = list(_steps(db, who, minute, until_us))
        recent = math.log(0.5 + sum(steps[-30:]))
        context = [1.0, dose / 20, recent, sum(steps) / 6000]
        arm = int(bandit.predict([context]))
        db.execute("INSERT INTO drawn VALUES (?, ?, ?)", (who, arm, json.dumps(context)))
    db.commit()
    return time.perf_counter() - wall_s, time.process_time() - cpu_s


def _steps(
    db: sqlite3.Connection, who: str, minute: np.dtype[Any], until_us: int
) -> Iterator[int]:
    query = "SELECT hour_us, minutes FROM epoch_hours WHERE participant = ? ORDER BY hour_us"
    for hour_us, kept in db.execute(query, (who,)):
        steps = np.frombuffer(kept, minute)["steps"]
        yield from steps[: max(0, (until_us - hour_us) // _MINUTE_US)].tolist()


def main(path: str, until_us: int, fields: list[list[Any]]) -> None:
    """Print both as JSON."""
    minute = np.dtype([tuple(field) for field in fields])
    worked = evening(Path(path), minute, until_us)
    json.dump({"draws": draws(_count(path)), "evening": worked}, sys.stdout)


def _count(path: str) -> int:
    with sqlite3.connect(path) as db:
        (people,) = db.execute("SELECT count(*) FROM enrolments").fetchone()
    return people


if __name__ == "__main__":
    main(**json.load(sys.stdin))
