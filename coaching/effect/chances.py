"""Decisions that were left to chance, with what followed: what an effect is estimated from."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, bindparam, func, select

from coaching.daytime import DAY_US
from coaching.policies.terms import log_steps
from coaching.tables import decisions, enrolments, outcomes

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


class _Seen(msgspec.Struct, frozen=True):
    """What matters here of a state."""

    at_us: int
    steps_30min: int | None
    dose: float = 0.0


def read(db: Connection, participants: Collection[str], fewest_minutes: int) -> Chances:
    """Return the points of these people of whose outcome enough minutes were counted."""
    rows = list(_rows(db, participants, fewest_minutes))
    seen = [_seen.decode(row.state) for row in rows]
    before = [np.nan if (n := each.steps_30min) is None else log_steps(n) for each in seen]
    recent = np.array(before, float)
    known = recent[~np.isnan(recent)]
    joined_us = np.array([row.enrolled_us for row in rows], np.int64)
    at_us = np.array([each.at_us for each in seen], np.int64)
    return Chances(
        person=np.array([row.participant for row in rows], np.str_),
        occasion=np.array([row.occasion for row in rows], np.str_),
        week=(at_us - joined_us) // (7 * DAY_US),
        sent=np.array([row.template is not None for row in rows], bool),
        probability=np.array([row.probability for row in rows], float),
        outcome=np.array([log_steps(row.steps) for row in rows], float),
        recent=np.where(np.isnan(recent), known.mean() if known.size else 0.0, recent),
        dose=np.array([each.dose for each in seen], float),
    )


def decisions_a_day(db: Connection, participants: Collection[str]) -> float:
    """Return how often a day each of these people was considered, sent or not."""
    count = days = 0.0
    for some in _batches(participants):
        for made, first_us, last_us in db.execute(_OFTEN, {"people": some}):
            count += made
            days += (last_us - first_us) / DAY_US + 1
    return count / days if days else 0.0


def _rows(
    db: Connection, participants: Collection[str], fewest_minutes: int
) -> Iterator[Row[*tuple[Any, ...]]]:
    for some in _batches(participants):
        yield from db.execute(_POINTS, {"people": some, "fewest": fewest_minutes})


def _batches(participants: Collection[str]) -> Iterator[list[str]]:
    everyone = list(participants)
    for first in range(0, len(everyone), _PEOPLE_AT_ONCE):
        yield everyone[first : first + _PEOPLE_AT_ONCE]


_seen = msgspec.json.Decoder(_Seen)
_THEIRS = decisions.c.participant.in_(bindparam("people", expanding=True))
_POINTS = (
    select(
        decisions.c.participant,
        decisions.c.occasion,
        decisions.c.state,
        decisions.c.probability,
        decisions.c.template,
        outcomes.c.steps,
        enrolments.c.enrolled_us,
    )
    .join(
        outcomes,
        (outcomes.c.participant == decisions.c.participant)
        & (outcomes.c.counter == decisions.c.counter),
    )
    .join(enrolments, enrolments.c.participant == decisions.c.participant)
    .where(
        _THEIRS,
        decisions.c.probability > 0,
        decisions.c.probability < 1,
        outcomes.c.minutes >= bindparam("fewest"),
    )
)
_OFTEN = (
    select(func.count(), func.min(decisions.c.at_us), func.max(decisions.c.at_us))
    .where(_THEIRS)
    .group_by(decisions.c.participant)
)
