"""How often a person and somebody had to do with each other, against what a study aims at.

Each counts that both had a part in: a prompt answered, a message exchanged, a cheer returned, a
comment. That something was opened counts nowhere.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, select

from coaching.daytime import DAY_US
from coaching.giving.tables import interactions
from coaching.post.message import COACH
from people import registry
from people.authorize import Topic
from people.registry import Role

_AT_ONCE: Final = 500  # people in one query

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


@dataclass(frozen=True, slots=True)
class InTouch:
    """Many people's interactions, a person and year."""

    rates: tuple[float, ...]  # of each who has been there a week
    too_early: int  # people who have not
    by_whom: dict[str, float]  # a person and year
    by_channel: dict[str, float]

    @property
    def people(self) -> int:
        return len(self.rates)

    @property
    def median(self) -> float:
        return median(self.rates)

    def below(self, aim: Aim) -> int:
        """Return how many have fewer than a study aims at."""
        return sum(rate < aim.fewest for rate in self.rates)

    def above(self, aim: Aim) -> int:
        """Return how many have more."""
        return sum(rate > aim.most for rate in self.rates)

    def within(self, aim: Aim) -> int:
        """Return how many have as many as it aims at."""
        return self.people - self.below(aim) - self.above(aim)


def in_touch(contacts: Collection[Contact]) -> InTouch:
    """Return what people's interactions come to."""
    told = [each for each in contacts if each.a_year is not None]
    years = sum(each.days for each in told) / 365
    whom, channel = Counter[str](), Counter[str]()
    for each in told:
        whom.update(each.by_whom)
        channel.update(each.by_channel)
    return InTouch(
        rates=tuple(each.a_year or 0.0 for each in told),
        too_early=len(contacts) - len(told),
        by_whom={name: count / years for name, count in whom.most_common()},
        by_channel={name: count / years for name, count in channel.most_common()},
    )


def contacts(
    db: Connection,
    topics: Mapping[str, Collection[Topic]],
    from_us: Mapping[str, int],
    until_us: int,
) -> list[Contact]:
    """Return people's interactions of their topics since an instant of each one's own."""
    coaches = set(registry.persons_of(db, Role.COACH))
    whom = {who: Counter[str]() for who in from_us}
    channels = {who: Counter[str]() for who in from_us}
    for row in _rows(db, list(from_us), until_us):
        who = row.participant
        if row.at_us >= from_us[who] and TOPICS.get(row.kind) in topics[who]:
            whom[who][_whom(row.with_whom, coaches)] += 1
            channels[who][row.channel] += 1
    return [
        Contact(who, (until_us - since_us) // DAY_US, dict(whom[who]), dict(channels[who]))
        for who, since_us in from_us.items()
    ]


def _rows(db: Connection, people: Sequence[str], until_us: int) -> Iterator[Row[Any]]:
    for first in range(0, len(people), _AT_ONCE):
        some = people[first : first + _AT_ONCE]
        mine = interactions.c.participant.in_(some) & (interactions.c.at_us < until_us)
        yield from db.execute(select(interactions).where(mine))


def _whom(with_whom: str, coaches: Collection[str]) -> str:
    if with_whom == COACH:
        return "bot"
    return "coach" if with_whom in coaches else "circle"
