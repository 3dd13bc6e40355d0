"""The daily step goal: a percentile of one's own recent valid days, and what became of it."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import Connection, Row, bindparam, insert, select, update

from coaching.protocol import GoalRule
from coaching.tables import goals
from people.sentence import Sentence, say

Key: TypeAlias = tuple[str, date]


class Verdict(StrEnum):
    """What became of a day's goal."""

    PENDING = "pending"  # under way, or data may still come
    REACHED = "reached"
    MISSED = "missed"  # only once the whole day is known
    PAUSED = "paused"  # not reached, and not asked for
    UNKNOWN = "unknown"  # worn too little to tell


class Inputs(msgspec.Struct, frozen=True, kw_only=True):
    """What the rule looks at."""

    valid_steps: tuple[int, ...]  # of the last valid days, the latest first
    previous_steps: int | None  # the goal before
    paused_lately: bool
    lowest_steps: int | None = None  # the band the person chose; none: the study's
    highest_steps: int | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """One participant's goal for one local day, and how far they came."""

    participant: str
    day: date
    steps: int
    reason: str
    inputs: Inputs
    protocol: str  # hash
    decided_us: int
    done_steps: int | None = None
    done_valid: bool = False
    verdict: Verdict = Verdict.PENDING
    verdict_us: int | None = None
    near_us: int | None = None  # start of the minute that came near it

    @property
    def key(self) -> Key:
        return self.participant, self.day


def steps_for(inputs: Inputs, rule: GoalRule) -> tuple[int, Sentence]:
    """Return the goal and its reason in words.

    The ceil(percentile * k)-th smallest of the last k valid days, the baseline until there are
    enough; within the band that the person chose from the study's. After a pause it does not
    rise.
    """
    steps, reason = _within_band(
        *_by_days(inputs.valid_steps[: rule.most_days], rule), inputs, rule
    )
    previous = inputs.previous_steps
    if inputs.paused_lately and previous is not None and previous < steps:
        return previous, say("as before your break: it does not rise right after one")
    return steps, reason


def _by_days(recent: Sequence[int], rule: GoalRule) -> tuple[int, Sentence]:
    if len(recent) < rule.fewest_days:
        return rule.baseline_steps, say("where everyone starts, until we know your days")
    # 0.6 * 5 is 3.0000000000000004 to a float for some shares: a hair must not cost a rank.
    rank = math.ceil(rule.percentile * len(recent) - 1e-9)
    steps = sorted(recent)[rank - 1]
    return steps, say(
        "what you reached on %(reached)s of your last %(days)s days",
        reached=len(recent) - rank + 1,
        days=len(recent),
    )


def _within_band(
    steps: int, reason: Sentence, inputs: Inputs, rule: GoalRule
) -> tuple[int, Sentence]:
    lowest = max(rule.lowest_steps, inputs.lowest_steps or 0)
    highest = min(rule.highest_steps, inputs.highest_steps or rule.highest_steps)
    if steps < lowest:
        of_study = lowest == rule.lowest_steps
        return lowest, say("the least this study asks for") if of_study else say(
            "the least you chose"
        )
    if steps > highest:
        of_study = highest == rule.highest_steps
        return highest, say("the most this study asks for") if of_study else say(
            "the most you chose"
        )
    return steps, reason


def judge(goal: Goal, *, complete: bool, paused: bool) -> Verdict:
    """Return the verdict on what is known: reached at once, missed only when all is known."""
    done = goal.done_steps
    if goal.verdict is Verdict.REACHED or (done is not None and done >= goal.steps):
        return Verdict.REACHED
    if not complete:
        return goal.verdict
    if paused:
        return Verdict.PAUSED
    return Verdict.UNKNOWN if done is None or not goal.done_valid else Verdict.MISSED


def read(db: Connection, keys: Collection[Key]) -> dict[Key, Goal]:
    """Return the goals that were set for these people and days."""
    wanted = set(keys)
    asked = {
        "people": list({who for who, _ in wanted}),
        "days": list({day for _, day in wanted}),
    }
    found = map(from_row, db.execute(_OF_DAYS, asked))
    return {goal.key: goal for goal in found if goal.key in wanted}


def between(
    db: Connection, participants: Collection[str], first: date, last: date
) -> dict[str, list[Goal]]:
    """Return each person's goals for some days, the latest first."""
    query = select(goals).where(
        goals.c.participant.in_(participants), goals.c.day.between(first, last)
    )
    found: dict[str, list[Goal]] = {}
    for goal in map(from_row, db.execute(query.order_by(goals.c.day.desc()))):
        found.setdefault(goal.participant, []).append(goal)
    return found


def from_row(row: Row[Any]) -> Goal:
    """Read a record."""
    return Goal(
        participant=row.participant,
        day=row.day,
        steps=row.steps,
        reason=row.reason,
        inputs=_inputs.decode(row.inputs),
        protocol=row.protocol,
        decided_us=row.decided_us,
        done_steps=row.done_steps,
        done_valid=row.done_valid,
        verdict=Verdict(row.verdict),
        verdict_us=row.verdict_us,
        near_us=row.near_us,
    )


def write(db: Connection, made: Sequence[Goal]) -> None:
    """Set goals; one that stands is never set again."""
    if made:
        db.execute(insert(goals), [_row(goal) for goal in made])


def follow(db: Connection, changed: Sequence[Goal]) -> None:
    """Write what became of goals."""
    if changed:
        db.execute(_FOLLOW, [_progress(goal) for goal in changed])


_OF_DAYS = select(goals).where(
    goals.c.participant.in_(bindparam("people", expanding=True)),
    goals.c.day.in_(bindparam("days", expanding=True)),
)
_FOLLOW = (
    update(goals)
    .where(goals.c.participant == bindparam("who"), goals.c.day == bindparam("when"))
    .values(
        {
            name: bindparam(name)
            for name in ("done_steps", "done_valid", "verdict", "verdict_us", "near_us")
        }
    )
)
_inputs = msgspec.json.Decoder(Inputs)


def _row(goal: Goal) -> dict[str, object]:
    return {
        "participant": goal.participant,
        "day": goal.day,
        "steps": goal.steps,
        "reason": goal.reason,
        "inputs": msgspec.json.encode(goal.inputs),
        "protocol": goal.protocol,
        "decided_us": goal.decided_us,
        "done_steps": goal.done_steps,
        "done_valid": goal.done_valid,
        "verdict": goal.verdict.value,
        "verdict_us": goal.verdict_us,
        "near_us": goal.near_us,
    }


def _progress(goal: Goal) -> dict[str, object]:
    return {
        "who": goal.participant,
        "when": goal.day,
        "done_steps": goal.done_steps,
        "done_valid": goal.done_valid,
        "verdict": goal.verdict.value,
        "verdict_us": goal.verdict_us,
        "near_us": goal.near_us,
    }
