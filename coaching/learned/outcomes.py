"""What followed each decision: the steps of the half hour after it, and how much was counted.

An outcome is measured whenever its day is told anew, until all thirty minutes were counted. The
record of the decision never changes.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from sqlalchemy import Connection, bindparam, func, insert, select, update

from analytics import scores
from coaching.daytime import MINUTE_US
from coaching.policies.thompson_sampling import OUTCOME_MIN
from coaching.prompts.decisions import Decision
from coaching.tables import outcomes

SPAN_US: Final = OUTCOME_MIN * MINUTE_US

Key: TypeAlias = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known of the half hour after a decision."""

    participant: str
    counter: int
    start_us: int
    minutes: int  # that were counted
    steps: int | None


def expect(db: Connection, made: Sequence[Decision]) -> None:
    """Enter what is to be measured: from the first whole minute after each decision."""
    rows = [
        {
            "participant": decision.state.participant,
            "counter": decision.state.counter,
            "start_us": -(-decision.state.at_us // MINUTE_US) * MINUTE_US,
        }
        for decision in made
    ]
    if rows:
        db.execute(insert(outcomes), rows)


def measure(
    db: Connection, participants: Collection[str], start_us: int, end_us: int, now_us: int
) -> None:
    """Count again what is open and over of what began, or lasted, within a span."""
    asked = {
        "people": list(participants),
        "first_us": start_us - SPAN_US,
        "last_us": min(end_us, now_us - SPAN_US),
    }
    at: dict[int, dict[str, list[Outcome]]] = {}
    for row in db.execute(_OPEN, asked):
        people = at.setdefault(row.start_us, {})
        people.setdefault(row.participant, []).append(Outcome(*row))
    rows = [
        row
        for begins_us, people in at.items()
        for row in _counted(db, begins_us, people, now_us)
    ]
    if rows:
        db.execute(_MEASURED, rows)


def _counted(
    db: Connection, start_us: int, people: Mapping[str, Sequence[Outcome]], now_us: int
) -> list[dict[str, object]]:
    minutes = scores.minutes_of(db, people, start_us, start_us + SPAN_US)
    rows: list[dict[str, object]] = []
    for who, found in people.items():
        counted = scores.steps(minutes[who])
        known = counted[counted >= 0]
        said: dict[str, object] = {
            "minutes": known.size,
            "steps": int(known.sum()),
            "measured_us": now_us,
        }
        rows += [
            {"who": who, "which": outcome.counter, **said}
            for outcome in found
            if known.size > outcome.minutes
        ]
    return rows


def one(db: Connection, participant: str, counter: int) -> Outcome | None:
    """Return what is known of the half hour after one decision; None when none is measured."""
    columns = outcomes.c
    mine = (columns.participant == participant) & (columns.counter == counter)
    row = db.execute(_WHOLE.where(mine)).first()
    return None if row is None else Outcome(*row)


def learned(db: Connection, keys: Sequence[Key], now_us: int) -> None:
    """Note which outcomes have become part of a belief."""
    if keys:
        rows = [{"who": who, "which": counter, "learned_us": now_us} for who, counter in keys]
        db.execute(_LEARNED, rows)


def latest_us(db: Connection, participants: Collection[str]) -> dict[str, int]:
    """Return when the last decision of each person was, to the minute."""
    return dict(db.execute(_LATEST, {"people": list(participants)}).all())


_ITS = (outcomes.c.participant == bindparam("who")) & (outcomes.c.counter == bindparam("which"))
_THEIRS = outcomes.c.participant.in_(bindparam("people", expanding=True))
_WITHIN = outcomes.c.start_us.between(bindparam("first_us"), bindparam("last_us"))
_WHOLE = select(
    outcomes.c.participant,
    outcomes.c.counter,
    outcomes.c.start_us,
    outcomes.c.minutes,
    outcomes.c.steps,
)
_OPEN = _WHOLE.where(_THEIRS, _WITHIN, outcomes.c.minutes < OUTCOME_MIN)
_LATEST = (
    select(outcomes.c.participant, func.max(outcomes.c.start_us))
    .where(_THEIRS)
    .group_by(outcomes.c.participant)
)
_MEASURED = (
    update(outcomes)
    .where(_ITS)
    .values(
        minutes=bindparam("minutes"),
        steps=bindparam("steps"),
        measured_us=bindparam("measured_us"),
    )
)
_LEARNED = update(outcomes).where(_ITS).values(learned_us=bindparam("learned_us"))
