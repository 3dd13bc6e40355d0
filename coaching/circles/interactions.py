"""How often a person and somebody had to do with each other, against what a study aims at.

Each counts that both had a part in: a prompt answered, a message exchanged, a cheer returned, a
comment. That something was opened counts nowhere.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from coaching.giving.tables import interactions
from coaching.post.inbox import COACH
from people import registry
from people.authorize import Topic
from people.registry import Role

YEAR_US: Final = 365 * 86_400_000_000

#: What a kind of interaction tells of; whoever may not see that is not told of it.
TOPICS: Final[Mapping[str, Topic]] = {
    "answer": Topic.PROMPTS,
    "reply": Topic.PROMPTS,
    "message": Topic.MESSAGES,
    "cheer": Topic.CIRCLE,
    "comment": Topic.CIRCLE,
}


class Aim(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many interactions a person and year a study aims at."""

    fewest: int
    most: int


@dataclass(frozen=True, slots=True)
class Contact:
    """One person's interactions over some time."""

    participant: str
    days: int
    by_whom: dict[str, int]  # "bot", "coach", "circle"
    by_channel: dict[str, int]

    @property
    def count(self) -> int:
        """Return all of them."""
        return sum(self.by_whom.values())

    @property
    def a_year(self) -> float | None:
        """Return as many as that is a person-year, or None for less than a week."""
        return self.count * 365 / self.days if self.days >= 7 else None


def contact(
    db: Connection,
    participant: str,
    topics: Collection[Topic],
    from_us: int,
    until_us: int,
) -> Contact:
    """Return someone's interactions of those topics within a span of time."""
    columns = (interactions.c.kind, interactions.c.with_whom, interactions.c.channel)
    query = select(*columns).where(
        interactions.c.participant == participant,
        interactions.c.at_us >= from_us,
        interactions.c.at_us < until_us,
    )
    told = [row for row in db.execute(query) if TOPICS.get(row.kind) in topics]
    return Contact(
        participant=participant,
        days=(until_us - from_us) // (YEAR_US // 365),
        by_whom=dict(Counter(_whom(db, row.with_whom) for row in told)),
        by_channel=dict(Counter(row.channel for row in told)),
    )


def _whom(db: Connection, with_whom: str) -> str:
    if with_whom == COACH:
        return "bot"
    person = registry.find_person(db, with_whom)
    return "coach" if person is not None and person.role is Role.COACH else "circle"
