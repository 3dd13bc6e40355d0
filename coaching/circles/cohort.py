"""People like you: how far others of one's age have come, never of fewer than eleven.

Own progress comes first, and nothing is said of anyone's health. Counted are those who let the
study see their activity; who looks is not among them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Final

from sqlalchemy import Connection, select

from coaching.tables import goals
from people import registry
from people.registry import Topic, ViewerKind

FEWEST: Final = 11  # others; a smaller cell could be guessed
_SPAN: Final = 14  # days at the start, and lately
_LEAST: Final = 7  # of them, worn long enough


@dataclass(frozen=True, slots=True)
class Cohort:
    """One's own change since the start, and that of others alike."""

    mine_percent: int | None  # of the usual day; none: too early to tell
    decade: int | None  # whose age; none: everyone's, since one's own is not known
    others: int | None  # none: too few to be told of
    middle_half: tuple[int, int] | None  # percent: half of the others lie between


def cohort(db: Connection, participant: str) -> Cohort:
    """Return how someone fares, and others like them."""
    ages = registry.ages(db)
    mine = ages.get(participant)
    decade = None if mine is None else mine // 10 * 10
    sharing = registry.granting(db, Topic.ACTIVITY, ViewerKind.RESEARCH)
    alike = [who for who in sharing if decade is None or _is_in(ages.get(who), decade)]
    changes = _changes(db, {*alike, participant})
    others = [change for who, change in sorted(changes.items()) if who != participant]
    told = len(others) >= FEWEST
    return Cohort(
        mine_percent=changes.get(participant),
        decade=decade,
        others=len(others) if told else None,
        middle_half=_middle(others) if told else None,
    )


def change_percent(days: Sequence[tuple[int, int]]) -> int | None:
    """Return by how much the usual day changed, of (number of the day, steps) in order."""
    if not days:
        return None
    first, last = days[0][0], days[-1][0]
    before = [steps for number, steps in days if number < first + _SPAN]
    lately = [steps for number, steps in days if number > last - _SPAN]
    apart = last - first >= 2 * _SPAN - 1
    if not apart or min(len(before), len(lately)) < _LEAST or median(before) == 0:
        return None
    return round(100 * (median(lately) / median(before) - 1))


def _is_in(age: int | None, decade: int) -> bool:
    return age is not None and age // 10 * 10 == decade


def _middle(changes: Sequence[int]) -> tuple[int, int]:
    lower, _, upper = quantiles(changes, n=4, method="inclusive")
    return round(lower), round(upper)


def _changes(db: Connection, people: set[str]) -> Mapping[str, int]:
    query = select(goals.c.participant, goals.c.day, goals.c.done_steps).where(
        goals.c.participant.in_(people), goals.c.done_valid, goals.c.done_steps.is_not(None)
    )
    known: dict[str, list[tuple[int, int]]] = {}
    for who, day, steps in db.execute(query.order_by(goals.c.participant, goals.c.day)):
        known.setdefault(who, []).append((day.toordinal(), steps))
    found = {who: change_percent(days) for who, days in known.items()}
    return {who: change for who, change in found.items() if change is not None}
