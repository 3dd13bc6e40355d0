"""Decisions that were left to chance, with what followed: what an effect is estimated from."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, bindparam, func, select

from coaching.policies.terms import log_steps
from coaching.tables import decisions, outcomes

_PEOPLE_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Chances:
    """Points of some people, one an element of each array."""

    person: NDArray[np.str_]
    occasion: NDArray[np.str_]
    week: NDArray[np.int64]  # of the person's study, from 0
    sent: NDArray[np.bool_]
    probability: NDArray[np.float64]
    outcome: NDArray[np.float64]  # log(1/2 + steps) of the half hour after
    recent: NDArray[np.float64]  # the same of the half hour before; its mean where not known
    dose: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.person)

    def at(self, chosen: NDArray[np.bool_]) -> "Chances":
        """Return some of the points."""
        return Chances(*(getattr(self, name)[chosen] for name in self.__slots__))


class Seen(msgspec.Struct, frozen=True):
    """What matters here of a state."""

    steps_30min: int | None
    days_in: int = 0
    dose: float = 0.0


see = msgspec.json.Decoder(Seen).decode


@dataclass(frozen=True, slots=True)
class Point:
    """One decision that was left to chance, with the steps of the half hour after."""

    participant: str
    occasion: str
    seen: Seen
    probability: float
    sent: bool
    steps: int


def read(db: Connection, participants: Collection[str], fewest_minutes: int) -> Chances:
    """Return the points of these people of whose outcome enough minutes were counted."""
    rows = _rows(db, participants, fewest_minutes)
    return gather(
        Point(
            participant=row.participant,
            occasion=row.occasion,
            seen=see(row.state),
            probability=row.probability,
            sent=row.template is not None,
            steps=row.steps,
        )
        for row in rows
    )


def gather(points: Iterable[Point]) -> Chances:
    """Return points as arrays."""
    found = list(points)
    before = [each.seen.steps_30min for each in found]
    recent = np.array([np.nan if n is None else log_steps(n) for n in before], float)
    known = recent[~np.isnan(recent)]
    return Chances(
        person=np.array([each.participant for each in found], np.str_),
        occasion=np.array([each.occasion for each in found], np.str_),
        week=np.array([each.seen.days_in for each in found], np.int64) // 7,
        sent=np.array([each.sent for each in found], bool),
        probability=np.array([each.probability for each in found], float),
        outcome=np.array([log_steps(each.steps) for each in found], float),
        recent=np.where(np.isnan(recent), known.mean() if known.size else 0.0, recent),
        dose=np.array([each.seen.dose for each in found], float),
    )


def decisions_a_day(db: Connection, participants: Collection[str]) -> float:
    """Return how often a day each of these people was considered, sent or not."""
    spans: list[tuple[int, int]] = []
    for some in batches(participants):
        edges: dict[str, list[int]] = {}
        for who, state in db.execute(_EDGES, {"people": some}):
            edges.setdefault(who, []).append(see(state).days_in)
        for who, made in db.execute(_OFTEN, {"people": some}):
            spans.append((made, max(edges[who]) - min(edges[who]) + 1))
    return often(spans)


def often(spans: Iterable[tuple[int, int]]) -> float:
    """Return how often a day: of each person how many decisions, in how many local days."""
    found = list(spans)
    days = sum(days for _, days in found)
    return sum(made for made, _ in found) / days if days else 0.0


def _rows(
    db: Connection, participants: Collection[str], fewest_minutes: int
) -> Iterator[Row[*tuple[Any, ...]]]:
    for some in batches(participants):
        yield from db.execute(_POINTS, {"people": some, "fewest": fewest_minutes})


def batches(participants: Collection[str]) -> Iterator[list[str]]:
    """Yield people so many at a time as a query may name."""
    everyone = list(participants)
    for first in range(0, len(everyone), _PEOPLE_AT_ONCE):
        yield everyone[first : first + _PEOPLE_AT_ONCE]


_THEIRS = decisions.c.participant.in_(bindparam("people", expanding=True))
_POINTS = (
    select(
        decisions.c.participant,
        decisions.c.occasion,
        decisions.c.state,
        decisions.c.probability,
        decisions.c.template,
        outcomes.c.steps,
    )
    .join(
        outcomes,
        (outcomes.c.participant == decisions.c.participant)
        & (outcomes.c.counter == decisions.c.counter),
    )
    .where(
        _THEIRS,
        decisions.c.probability > 0,
        decisions.c.probability < 1,
        outcomes.c.minutes >= bindparam("fewest"),
    )
)
_OFTEN = (
    select(decisions.c.participant, func.count())
    .where(_THEIRS)
    .group_by(decisions.c.participant)
)
_ENDS = (
    select(
        decisions.c.participant,
        func.min(decisions.c.counter).label("first"),
        func.max(decisions.c.counter).label("last"),
    )
    .where(_THEIRS)
    .group_by(decisions.c.participant)
    .subquery()
)
_EDGES = select(decisions.c.participant, decisions.c.state).join(
    _ENDS,
    (decisions.c.participant == _ENDS.c.participant)
    & decisions.c.counter.in_((_ENDS.c.first, _ENDS.c.last)),
)
