"""Learns again, from a package alone, what was believed, and looks whether decisions saw it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final, TypeAlias

import msgspec
import numpy as np
import pyarrow.parquet

from coaching.records import Belief, Decision, Seen, Shelf, Version
from research.export.recorded import decision

pq: Any = pyarrow.parquet  # its types leave much open
_ROWS_AT_ONCE: Final = 10_000
_Row: TypeAlias = dict[str, Any]
#: What cannot be read, or stands on what is not here.
_BROKEN: Final = (LookupError, ValueError, msgspec.MsgspecError)


def relearn(beliefs: Path, decisions: Path, shelf: Shelf) -> tuple[int, list[str]]:
    """Return how many versions were learned again, and what is wrong with them."""
    count, problems = 0, list[str]()
    pools: dict[tuple[str, int], Belief] = {}
    for who, rows, made in _joined(beliefs, decisions):
        count += len(rows)
        try:
            records = [decision(row) for row in made]
            versions = {(each.rule, each.version): each for each in map(_version, rows)}
            problems += _differing(who, versions, records, shelf)
            problems += _apart(who, versions.values(), pools)
        except _BROKEN as error:
            problems.append(f"beliefs of {who}: cannot be learned again ({error})")
    return count, problems


def _differing(
    who: str,
    versions: dict[tuple[str, int], Version],
    records: Sequence[Decision],
    shelf: Shelf,
) -> Iterator[str]:
    at = {each.state.counter: each for each in records}
    for (rule, number), made in versions.items():
        before = versions[rule, number - 1] if number else None
        lesson = [
            _seen(at[counter], steps)
            for counter, steps in zip(made.counters, made.steps, strict=True)
        ]
        points = len(lesson) + (before.points if before else 0)
        if not _same(shelf.belief(made, before, lesson), made.belief) or points != made.points:
            yield f"belief {who}:{number}: comes out otherwise"
    for each in records:
        learned = each.state.learned
        if learned is not None:
            seen = shelf.learned(versions[shelf.rule(each), learned.version])
            if seen != learned:
                yield f"decision {who}:{each.state.counter}: saw what was never believed"


def _apart(
    who: str, versions: Iterable[Version], pools: dict[tuple[str, int], Belief]
) -> Iterator[str]:
    """Yield what began with a pool, but elsewhere than others did; note where these began."""
    for each in versions:
        if each.version == 0 and each.pool is not None:
            began = pools.setdefault((each.rule, each.pool), each.belief)
            if not _same(began, each.belief):
                yield f"belief {who}:0: began elsewhere than others with pool {each.pool}"


def _seen(made: Decision, steps: int) -> Seen:
    return Seen(made.state, made.probability, made.template is not None, steps)


def _same(one: Belief, other: Belief) -> bool:
    same = np.array_equal(one.mean, other.mean)
    return same and np.array_equal(one.covariance, other.covariance)


def _version(row: _Row) -> Version:
    return Version(
        participant=row["participant"],
        rule=row["policy"],
        version=row["version"],
        made_us=0,
        pool=row["pool"],
        points=row["points"],
        counters=tuple(json.loads(row["counters"])),
        steps=tuple(json.loads(row["steps"])),
        belief=Belief(
            np.array(json.loads(row["mean"])), np.array(json.loads(row["covariance"]))
        ),
    )


def _joined(one: Path, other: Path) -> Iterator[tuple[str, list[_Row], list[_Row]]]:
    """Yield everyone of the first table with their rows of both, which are in one order."""
    others = _by_person(other)
    for who, rows in _by_person(one):
        theirs = next((found for name, found in others if name == who), list[_Row]())
        yield who, rows, theirs


def _by_person(path: Path) -> Iterator[tuple[str, list[_Row]]]:
    with pq.ParquetFile(path) as file:
        batches = file.iter_batches(_ROWS_AT_ONCE)
        rows = (row for batch in batches for row in batch.to_pylist())
        for who, mine in groupby(rows, lambda row: row["participant"]):
            yield who, list(mine)
