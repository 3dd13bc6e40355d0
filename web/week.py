"""Days as bars: what was measured, what was missing, and the goal across."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection

from analytics.scores import DayFact
from coaching.engine import Engine, Goal
from people.sentence import Sentence, say

HEIGHT: Final = 64
_LEAST_TOP: Final = 4000  # steps; a quiet week should not fill the chart
_DAY_MINUTES: Final = 1440


class Kind(StrEnum):
    """What a day is drawn as. Absence is not zero."""

    NO_DATA = "no-data"
    NOT_WORN = "not-worn"
    FAULT = "fault"  # for most of the time in which it was not worn
    UNCOUNTED = "uncounted"  # worn, and nothing counted steps
    COUNTED = "counted"


WORDS: Final[Mapping[Kind, Sentence]] = {
    Kind.NO_DATA: say("no data"),
    Kind.NOT_WORN: say("not worn"),
    Kind.FAULT: say("sensor fault"),
    Kind.UNCOUNTED: say("steps not known"),
    Kind.COUNTED: say("steps"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One day, drawn."""

    day: date
    kind: Kind
    steps: int | None
    goal: int | None
    verdict: str
    worn_minutes: int
    worn_share: float  # of the day
    is_open: bool  # more may still come
    height: int
    goal_y: int | None

    @property
    def says(self) -> Sentence:
        """Return the day in words."""
        said = WORDS[self.kind]
        if self.steps is not None:
            said = say("%(steps)s steps", steps=f"{self.steps:,}")
        if self.goal is not None:
            said = say("%(known)s of %(goal)s", known=said, goal=f"{self.goal:,}")
        return say("%(known)s, still incomplete", known=said) if self.is_open else said


def bars(days: Sequence[DayFact], goals: Mapping[date, Goal]) -> list[Bar]:
    """Draw days on one scale."""
    counted = [day.steps for day in days]
    top = max([*counted, *(goal.steps for goal in goals.values()), _LEAST_TOP])
    return [_bar(day, goals.get(day.day), top) for day in days]


def goals_of(db: Connection, engine: Engine, days: Sequence[DayFact]) -> dict[date, Goal]:
    """Return the goal of each day that had one."""
    found = {day.day: engine.goal(db, day.participant, day.day) for day in days}
    return {day: goal for day, goal in found.items() if goal is not None}


def _bar(day: DayFact, goal: Goal | None, top: int) -> Bar:
    kind = kind_of(day)
    steps = day.steps if kind is Kind.COUNTED else None
    return Bar(
        day=day.day,
        kind=kind,
        steps=steps,
        goal=goal.steps if goal else None,
        verdict=goal.verdict.value if goal else "",
        worn_minutes=day.wear_minutes,
        worn_share=day.wear_minutes / _DAY_MINUTES,
        is_open=not day.complete,
        height=max(1, round(HEIGHT * steps / top)) if steps else 0,
        goal_y=HEIGHT - round(HEIGHT * goal.steps / top) if goal else None,
    )


def kind_of(day: DayFact) -> Kind:
    """Return what is known of a day."""
    if day.data_minutes == 0:
        return Kind.NO_DATA
    if day.wear_minutes == 0:
        return Kind.FAULT if day.fault_minutes > day.not_worn_minutes else Kind.NOT_WORN
    return Kind.COUNTED if day.step_minutes else Kind.UNCOUNTED
