"""Makes every decision and goal on record again and compares, bit for bit."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, select

from coaching import goals, protocol
from coaching.decisions import Decision, as_row, decide, from_row
from coaching.goals import Goal
from coaching.grounds import Grounds
from coaching.messages import library
from coaching.tables import decisions, documents


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that came out otherwise than it was recorded."""

    what: str  # the decision's id, or whose goal for which day
    field: str
    recorded: object
    recomputed: object


def recompute(record: Decision, grounds: Grounds) -> Decision:
    """Make a decision again from what it saw."""
    return decide(record.state, grounds)


def verify(db: Connection) -> tuple[int, list[Difference]]:
    """Make all decisions and goals again; return how many, and every difference."""
    shelf = _Shelf(db)
    query = select(decisions).order_by(decisions.c.participant, decisions.c.counter)
    found = [_decision(row, shelf) for row in db.execute(query)]
    found += [_goal(goal, shelf) for goal in goals.every(db)]
    return len(found), [difference for differences in found for difference in differences]


def _decision(row: Row[Any], shelf: "_Shelf") -> list[Difference]:
    record = from_row(row)
    grounds = shelf.grounds(record.protocol, record.library, record.site_seed)
    what = f"{row.participant}:{row.counter}"
    recorded = dict(zip(decisions.c.keys(), row, strict=True))
    return _differences(what, recorded, as_row(recompute(record, grounds)))


def _goal(goal: Goal, shelf: "_Shelf") -> list[Difference]:
    rule = shelf.protocol(goal.protocol).goal
    steps, reason = goals.steps_for(goal.inputs, rule)
    recorded = {"steps": goal.steps, "reason": goal.reason}
    what = f"goal:{goal.participant}:{goal.day}"
    return _differences(what, recorded, {"steps": steps, "reason": reason})


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
        return self._db.execute(query).scalar_one()


def _differences(
    what: str, recorded: Mapping[str, object], again: Mapping[str, object]
) -> list[Difference]:
    return [
        Difference(what, field, recorded[field], again[field])
        for field in again
        if recorded[field] != again[field]
    ]
