"""From goals and facts to the days that challenges count."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import Connection

from analytics import scores
from coaching.challenges.effort import Day
from coaching.days import goals
from coaching.days.goals import Goal, Verdict

Span = tuple[date, date]


def read(
    db: Connection, participants: Collection[str], first: date, last: date
) -> dict[str, dict[date, Day]]:
    """Return what is known of each person's days; one of which nothing is known is left out."""
    settled = scores.complete_days(db, participants, first, last)
    found = goals.between(db, participants, first, last)
    return {
        who: {goal.day: _day(goal, settled=goal.key in settled) for goal in theirs}
        for who, theirs in found.items()
    }


def fill(known: Mapping[date, Day], wanted: Sequence[date]) -> tuple[Day, ...]:
    """Return each wanted day, open where nothing is known of it yet."""
    return tuple(known.get(day, Day(day)) for day in wanted)


def _day(goal: Goal, *, settled: bool) -> Day:
    return Day(
        day=goal.day,
        steps=goal.done_steps,
        goal=goal.steps,
        valid=goal.done_valid,
        paused=goal.verdict is Verdict.PAUSED,
        settled=settled and goal.verdict is not Verdict.PENDING,
    )
