"""Makes every decision, goal and belief on record again and compares, bit for bit."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, Select, Table, func, select

from coaching import features, tables
from coaching.days import goals
from coaching.documents import Documents, Lost
from coaching.features import Chance
from coaching.grounds import Grounds
from coaching.learned import beliefs, learning
from coaching.learned.beliefs import Version
from coaching.policies import ThompsonSampling
from coaching.policies.belief import Belief
from coaching.policies.lessons import teach
from coaching.prompts.decisions import Decision, as_row, decide, from_row
from coaching.prompts.state import Learned

_ROWS_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that came out otherwise than it was recorded."""

    what: str  # the decision's id, whose goal for which day, or which belief
    field: str
    recorded: object
    recomputed: object

    def __str__(self) -> str:
        return f"{self.what}: {self.field} was {self.recorded!r}, is {self.recomputed!r}"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which records to make again: all, one person's, or one decision of theirs."""

    participant: str | None = None
    counter: int | None = None

    def of(self, table: Table) -> Select[Any]:
        """Return the query for those in a table."""
        query = select(table)
        if self.participant is not None:
            query = query.where(table.c.participant == self.participant)
        if self.counter is not None:
            query = query.where(table.c.counter == self.counter)
        return query.order_by(*table.primary_key)

    @property
    def tables(self) -> tuple[Table, ...]:
        if self.counter is not None:
            return (tables.decisions,)
        theirs = (tables.decisions, tables.features, tables.goals, tables.beliefs)
        return theirs if self.participant is not None else (*theirs, tables.pools)


def recompute(record: Decision, grounds: Grounds) -> Decision:
    """Make a decision again from what it saw."""
    return decide(record.state, grounds)


def count(db: Connection, chosen: Chosen) -> int:
    """Return how many records there are to make again."""
    found = (chosen.of(table).order_by(None).subquery() for table in chosen.tables)
    return sum(db.scalar(select(func.count()).select_from(each)) or 0 for each in found)


def again(db: Connection, chosen: Chosen) -> Iterator[list[Difference]]:
    """Make records again, one after the other; yield in what each came out otherwise.

    However many there are, no more than a thousand are held at once.
    """
    remaker = _Remaker(db)
    for table in chosen.tables:
        rows = db.execute(chosen.of(table), execution_options={"yield_per": _ROWS_AT_ONCE})
        for row in rows:
            yield remaker.compare(table, row)


class _Remaker:
    """Makes records again from what they name."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._documents = Documents(db)
        self._remake = {
            tables.decisions.name: self._decision,
            tables.features.name: self._feature,
            tables.goals.name: self._goal,
            tables.beliefs.name: self._version,
            tables.pools.name: self._pool,
        }

    def compare(self, table: Table, row: Row[Any]) -> list[Difference]:
        recorded = dict(zip(table.c.keys(), row, strict=True))
        what = _NAMES[table.name].format_map(recorded)
        try:
            remade = self._remake[table.name](row)
        except (msgspec.MsgspecError, ValueError, LookupError) as error:
            return [Difference(what, "record", "whole", repr(error))]
        return [
            Difference(what, field, recorded[field], value)
            for field, value in remade.items()
            if recorded[field] != value
        ]

    def _decision(self, row: Row[Any]) -> dict[str, object]:
        record = from_row(row)
        grounds = self._documents.grounds(record.protocol, record.library, record.site_seed)
        if record.state.learned is not None:
            learned = self._learned(record, grounds, record.state.learned.version)
            state = msgspec.structs.replace(record.state, learned=learned)
            record = replace(record, state=state)
        return as_row(recompute(record, grounds))

    def _learned(self, record: Decision, grounds: Grounds, version: int) -> Learned | None:
        """Return what the decision must have seen of the version it names."""
        policy = grounds.protocol.arms[record.state.arm]
        if not isinstance(policy, ThompsonSampling):
            return None
        held = self._held(record.state.participant, learning.rule_of(policy), version)
        return policy.learned(held.belief, held.version, held.points)

    def _feature(self, row: Row[Any]) -> dict[str, object]:
        drawn = features.from_row(row)
        odds = self._documents.protocol(drawn.protocol).features[drawn.feature]
        chance = Chance({drawn.feature: odds}, drawn.protocol, drawn.site_seed)
        (again,) = chance.draw(drawn.participant, drawn.day, drawn.days_in, drawn.at_us)
        return features.as_row(again)

    def _goal(self, row: Row[Any]) -> dict[str, object]:
        goal = goals.from_row(row)
        rule = self._documents.protocol(goal.protocol).goal
        steps, reason = goals.steps_for(goal.inputs, rule)
        return {"steps": steps, "reason": str(reason)}

    def _version(self, row: Row[Any]) -> dict[str, object]:
        made = beliefs.from_row(row)
        policy = self._documents.policy(made.rule)
        lesson = learning.lesson_of(self._db, made)
        began, points = self._began(made, policy)
        (after,) = teach(policy, [began], [lesson])
        return beliefs.as_row(replace(made, belief=after, points=points + len(lesson)))

    def _began(self, made: Version, policy: ThompsonSampling) -> tuple[Belief, int]:
        """Return from which belief a version went on, and what that was learned from."""
        if made.version > 0:
            before = self._held(made.participant, made.rule, made.version - 1)
            return before.belief, before.points
        if made.pool is None:
            return policy.prior(), 0
        pool = beliefs.pool(self._db, made.rule, made.pool)
        if pool is None:
            raise Lost(f"pool {made.pool} is lost")
        return pool.belief, 0

    def _held(self, participant: str, rule: str, version: int) -> Version:
        held = beliefs.read(self._db, participant, rule, version)
        if held is None:
            raise Lost(f"version {version} of what was believed of {participant} is lost")
        return held

    def _pool(self, row: Row[Any]) -> dict[str, object]:
        made = beliefs.pool_from_row(row)
        policy = self._documents.policy(made.rule)
        found = beliefs.together(
            self._db, made.rule, policy.pool_points, policy.pool_people, made.made_us
        )
        if found is None:
            raise Lost("those it was learned from are lost")
        people, belief = found
        return beliefs.pool_as_row(replace(made, people=people, belief=belief))


_NAMES: Final = {
    tables.decisions.name: "{participant}:{counter}",
    tables.features.name: "feature:{participant}:{day}:{feature}",
    tables.goals.name: "goal:{participant}:{day}",
    tables.beliefs.name: "belief:{participant}:{version}",
    tables.pools.name: "pool:{version}",
}
