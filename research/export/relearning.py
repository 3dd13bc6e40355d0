"""Learns again, from a package alone, what was believed, and looks whether decisions saw it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np

from coaching.records import Belief, Decision, Seen, Shelf, Version
from research.export import reading
from research.export.chapter_coaching import DECISIONS
from research.export.chapter_learned import BELIEFS
from research.export.layout import Layout
from research.export.reading import Told
from research.export.recorded import BROKEN, decision


def relearn(folder: Path, shelf: Shelf) -> tuple[int, list[str]]:
    """Return how many versions of a package were learned again, and what is wrong with them."""
    count, problems = 0, list[str]()
    pools: dict[tuple[str, int], Belief] = {}
    for who, rows, made in _joined(folder):
        count += len(rows)
        try:
            records = [decision(row) for row in made]
            versions = {(each.rule, each.version): each for each in map(_version, rows)}
            problems += _differing(who, versions, records, shelf)
            problems += _apart(who, versions.values(), pools)
        except BROKEN as error:
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


def _version(row: Told) -> Version:
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


def _joined(folder: Path) -> Iterator[tuple[str, list[Told], list[Told]]]:
    """Yield everyone with beliefs, these, and their decisions: tables are in one order."""
    decisions = _by_person(folder, DECISIONS)
    for who, rows in _by_person(folder, BELIEFS):
        theirs = next((found for name, found in decisions if name == who), list[Told]())
        yield who, rows, theirs


def _by_person(folder: Path, layout: Layout) -> Iterator[tuple[str, list[Told]]]:
    rows = reading.each(folder, layout.name)
    for who, mine in groupby(rows, lambda row: row["participant"]):
        yield who, list(mine)
