"""What a day earns by the study's rules, whatever order the days are told in.

A rule pays when a day came to its share of the goal. One that asks for a row, or for the team,
looks at the verdicts around that day; since a goal that was reached stays so, a day told late
can only bring what was still lacking, and each rule pays a person once a day.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import TypeAlias

from sqlalchemy import Connection

from coaching.days import goals
from coaching.days.goals import Goal, Key, Verdict
from coaching.giving import points
from coaching.protocol import PointRule
from people import registry

#: What an amount of points comes to for a person and a day.
Worth: TypeAlias = Callable[[str, date, int], int]

#: A row goes on after a pause of up to so many days.
_LONGEST_PAUSE = timedelta(days=28)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Change:
    """What was known of a goal, and what is now."""

    before: Goal
    now: Goal

    @property
    def is_turned(self) -> bool:
        """Tell whether rows and teams may look otherwise."""
        turned = self.now.verdict is not self.before.verdict
        return turned and self.now.verdict in {Verdict.REACHED, Verdict.PAUSED}


def pay(
    db: Connection,
    changes: Sequence[Change],
    rules: dict[str, PointRule],
    worth: Worth,
    now_us: int,
) -> set[str]:
    """Award all that these changes have earned anyone; return who got something."""
    paid: set[str] = set()
    for name, rule in rules.items():
        for who, day in _earned(db, changes, rule):
            amount = worth(who, day, rule.points)
            if amount and points.award(db, who, name, day, amount, now_us):
                paid.add(who)
    return paid


def _earned(db: Connection, changes: Sequence[Change], rule: PointRule) -> Iterator[Key]:
    for change in changes:
        if rule.in_a_row > 1:
            yield from _rows(db, change, rule) if change.is_turned else ()
        elif rule.team_share is not None:
            yield from _team(db, change.now, rule.team_share) if change.is_turned else ()
        elif _crossed(change, rule):
            yield change.now.key


def _crossed(change: Change, rule: PointRule) -> bool:
    enough = ceil(rule.goal_share * change.now.steps)
    return (change.before.done_steps or 0) < enough <= (change.now.done_steps or 0)


def _rows(db: Connection, change: Change, rule: PointRule) -> Iterator[Key]:
    """Yield every day around this one that now ends a row long enough."""
    who, day = change.now.key
    reach = timedelta(days=rule.in_a_row) + _LONGEST_PAUSE
    found = goals.between(db, [who], day - reach, day + reach).get(who, [])
    known = {goal.day: goal.verdict for goal in found}
    for last in sorted(known):
        if last >= day and _ends_row(known, last, rule.in_a_row, last - reach):
            yield who, last


def _ends_row(known: dict[date, Verdict], last: date, wanted: int, first: date) -> bool:
    if known[last] is not Verdict.REACHED:
        return False
    row, day = 0, last
    while day >= first and known.get(day) in {Verdict.REACHED, Verdict.PAUSED}:
        row += known[day] is Verdict.REACHED
        day -= _DAY
    return row >= wanted


def _team(db: Connection, goal: Goal, share: float) -> Iterator[Key]:
    """Yield all of a team who reached their goal on this date, if they are enough."""
    for team in registry.teams_of(db, goal.participant):
        mates = registry.members_of(db, team)
        theirs = goals.read(db, [(mate, goal.day) for mate in mates])
        reached = [key for key, each in theirs.items() if each.verdict is Verdict.REACHED]
        if len(mates) > 1 and len(reached) >= ceil(share * len(mates) - 1e-9):
            yield from reached
