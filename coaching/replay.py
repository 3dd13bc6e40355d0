"""Makes every decision and goal on record again and compares, bit for bit."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, Select, Table, func, select

from coaching import goals, protocol
from coaching.decisions import Decision, as_row, decide, from_row
from coaching.grounds import Grounds
from coaching.messages import library
from coaching.tables import decisions, documents
from coaching.tables import goals as goals_table

_ROWS_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that came out otherwise than it was recorded."""

    what: str  # the decision's id, or whose goal for which day
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
        """Return the query for those in a table; one counter is a decision's alone."""
        query = select(table)
        if self.participant is not None:
            query = query.where(table.c.participant == self.participant)
        if self.counter is not None:
            query = query.where(decisions.c.counter == self.counter)
        return query.order_by(*table.primary_key)

    @property
    def tables(self) -> tuple[Table, ...]:
        return (decisions, goals_table) if self.counter is None else (decisions,)


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
    shelf = _Shelf(db)
    for table in chosen.tables:
        rows = db.execute(chosen.of(table), execution_options={"yield_per": _ROWS_AT_ONCE})
        for row in rows:
            yield _compare(table, row, shelf)


def _compare(table: Table, row: Row[Any], shelf: "_Shelf") -> list[Difference]:
    recorded = dict(zip(table.c.keys(), row, strict=True))
    what = _NAMES[table.name].format_map(recorded)
    try:
        remade = _REMAKE[table.name](row, shelf)
    except (msgspec.MsgspecError, _Lost) as error:
        return [Difference(what, "record", "readable", str(error))]
    return [
        Difference(what, field, recorded[field], value)
        for field, value in remade.items()
        if recorded[field] != value
    ]


def _decision(row: Row[Any], shelf: "_Shelf") -> dict[str, object]:
    record = from_row(row)
    grounds = shelf.grounds(record.protocol, record.library, record.site_seed)
    return as_row(recompute(record, grounds))


def _goal(row: Row[Any], shelf: "_Shelf") -> dict[str, object]:
    goal = goals.from_row(row)
    steps, reason = goals.steps_for(goal.inputs, shelf.protocol(goal.protocol).goal)
    return {"steps": steps, "reason": reason}


_REMAKE: Final = {decisions.name: _decision, goals_table.name: _goal}
_NAMES: Final = {
    decisions.name: "{participant}:{counter}",
    goals_table.name: "goal:{participant}:{day}",
}


class _Lost(LookupError):
    """A document that a record names is not there, or is not what it was."""


class _Shelf:
    """The documents by hash, each read once."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self.protocol = lru_cache(self._protocol)
        self.grounds = lru_cache(self._grounds)

    def _protocol(self, digest: str) -> protocol.Protocol:
        return protocol.restore(self._body(digest))

    def _grounds(self, protocol_digest: str, library_digest: str, site_seed: int) -> Grounds:
        messages = library.restore(self._body(library_digest))
        return Grounds(self.protocol(protocol_digest), messages, site_seed)

    def _body(self, digest: str) -> bytes:
        query = select(documents.c.body).where(documents.c.digest == digest)
        body = self._db.scalar(query)
        if body is None or protocol.digest(body) != digest:
            raise _Lost(f"document {digest} is lost or touched")
        return body
