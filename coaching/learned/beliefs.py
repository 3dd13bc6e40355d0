"""Versions of what is believed of each person, and of everyone together."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import numpy as np
from sqlalchemy import Connection, Row, Select, bindparam, func, insert, select

from coaching.policies.belief import Belief, Floats
from coaching.tables import beliefs, pools

_ROWS_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Version:
    """One version of what is believed of a person."""

    participant: str
    rule: str  # hash of the policy
    version: int
    made_us: int
    pool: int | None  # where version 0 began; none: as the policy says
    points: int  # decisions it was learned from
    counters: tuple[int, ...]  # those that were new
    steps: tuple[int, ...]  # what followed each, as known then
    belief: Belief


@dataclass(frozen=True, slots=True)
class Pool:
    """What was believed of everyone together at one time."""

    rule: str
    version: int
    made_us: int
    people: int
    belief: Belief


def current(db: Connection, participants: Collection[str], rule: str) -> dict[str, Version]:
    """Return each person's latest version, of those who have one."""
    rows = db.execute(_CURRENT, {"people": list(participants), "rule": rule})
    return {row.participant: from_row(row) for row in rows}


def write(db: Connection, made: Sequence[Version]) -> None:
    """Keep new versions."""
    if made:
        db.execute(insert(beliefs), [as_row(each) for each in made])


def read(db: Connection, participant: str, rule: str, version: int) -> Version | None:
    """Return one version."""
    key = {"participant": participant, "rule": rule, "version": version}
    row = db.execute(select(beliefs).filter_by(**key)).first()
    return None if row is None else from_row(row)


def of_person(db: Connection, participant: str) -> Iterator[Version]:
    """Yield every version of what was believed of a person, policy by policy, in order."""
    query = select(beliefs).where(beliefs.c.participant == participant)
    yield from _stream(db, query.order_by(beliefs.c.rule, beliefs.c.version))


def pool(db: Connection, rule: str, version: int | None = None) -> Pool | None:
    """Return one pool, or the latest."""
    query = select(pools).where(pools.c.rule == rule)
    if version is not None:
        query = query.where(pools.c.version == version)
    row = db.execute(query.order_by(pools.c.version.desc()).limit(1)).first()
    return None if row is None else pool_from_row(row)


def write_pool(db: Connection, made: Pool) -> None:
    """Keep a new pool."""
    db.execute(insert(pools).values(pool_as_row(made)))


def together(
    db: Connection, rule: str, fewest_points: int, fewest_people: int, before_us: int
) -> tuple[int, Belief] | None:
    """Return how many people were learned of before an instant, and the belief in a newcomer.

    The variance over people is that of the means plus the mean of the variances. None with
    fewer people than asked for. People are taken in a settled order, a thousand at a time.
    """
    people, total = 0, _Total()
    for each in _stream(db, _latest(rule, before_us)):
        if each.points >= fewest_points:
            people += 1
            total.add(each.belief)
    return (people, total.belief(people)) if people >= fewest_people else None


class _Total:
    """Sums over people."""

    def __init__(self) -> None:
        self._mean: Any = 0.0
        self._square: Any = 0.0
        self._covariance: Any = 0.0

    def add(self, belief: Belief) -> None:
        mean = belief.mean
        self._mean = self._mean + mean
        self._square = self._square + mean[:, None] * mean[None, :]
        self._covariance = self._covariance + belief.covariance

    def belief(self, people: int) -> Belief:
        mean: Floats = self._mean / people
        between = (self._square - people * (mean[:, None] * mean[None, :])) / (people - 1)
        return Belief(mean, between + self._covariance / people)


def _stream(db: Connection, query: Select[Any]) -> Iterator[Version]:
    rows = db.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE})
    yield from map(from_row, rows)


def _latest(rule: str, before_us: int) -> Select[Any]:
    newest = (
        select(beliefs.c.participant, func.max(beliefs.c.version).label("version"))
        .where(beliefs.c.rule == rule, beliefs.c.made_us < before_us)
        .group_by(beliefs.c.participant)
        .subquery()
    )
    same = (beliefs.c.participant == newest.c.participant) & (
        beliefs.c.version == newest.c.version
    )
    query = select(beliefs).join(newest, same).where(beliefs.c.rule == rule)
    return query.order_by(beliefs.c.participant)


def _current() -> Select[Any]:
    mine = beliefs.c.participant.in_(bindparam("people", expanding=True))
    newest = (
        select(beliefs.c.participant, func.max(beliefs.c.version).label("version"))
        .where(mine, beliefs.c.rule == bindparam("rule"))
        .group_by(beliefs.c.participant)
        .subquery()
    )
    same = (beliefs.c.participant == newest.c.participant) & (
        beliefs.c.version == newest.c.version
    )
    return select(beliefs).join(newest, same).where(beliefs.c.rule == bindparam("rule"))


_CURRENT: Final = _current()
_numbers = msgspec.json.Decoder(tuple[int, ...])


def from_row(row: Row[Any]) -> Version:
    """Read a record."""
    return Version(
        participant=row.participant,
        rule=row.rule,
        version=row.version,
        made_us=row.made_us,
        pool=row.pool,
        points=row.points,
        counters=_numbers.decode(row.counters),
        steps=_numbers.decode(row.steps),
        belief=_belief(row),
    )


def as_row(made: Version) -> dict[str, object]:
    """Return the record of a version."""
    return {
        "participant": made.participant,
        "rule": made.rule,
        "version": made.version,
        "made_us": made.made_us,
        "pool": made.pool,
        "points": made.points,
        "counters": msgspec.json.encode(made.counters),
        "steps": msgspec.json.encode(made.steps),
        **_blobs(made.belief),
    }


def pool_from_row(row: Row[Any]) -> Pool:
    """Read a record."""
    return Pool(row.rule, row.version, row.made_us, row.people, _belief(row))


def pool_as_row(made: Pool) -> dict[str, object]:
    """Return the record of a pool."""
    named = {"rule": made.rule, "version": made.version, "made_us": made.made_us}
    return {**named, "people": made.people, **_blobs(made.belief)}


def _belief(row: Row[Any]) -> Belief:
    mean = np.frombuffer(row.mean, "<f8")
    return Belief(mean, np.frombuffer(row.covariance, "<f8").reshape(mean.size, mean.size))


def _blobs(belief: Belief) -> dict[str, object]:
    return {
        "mean": belief.mean.astype("<f8").tobytes(),
        "covariance": belief.covariance.astype("<f8").tobytes(),
    }
