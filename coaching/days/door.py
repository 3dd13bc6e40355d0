"""Goals, and the rows of days on which they were reached."""

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import Connection

from coaching.days import goals, streaks
from coaching.days.goals import Goal
from coaching.documents import Documents
from coaching.door import Door
from people import registry
from people.sentence import Sentence


class Days(Door):
    """Goals, and the rows of days on which they were reached."""

    def goal(self, db: Connection, participant: str, day: date) -> Goal | None:
        """Return the goal of a day."""
        return self.goals(db, [(participant, day)]).get((participant, day))

    def why_goal(self, db: Connection, goal: Goal) -> Sentence:
        """Return why a goal is what it is: what the rule that set it says."""
        rule = Documents(db).protocol(goal.protocol).goal
        _, reason = goals.steps_for(goal.inputs, rule)
        return reason

    def goals(
        self, db: Connection, keys: Collection[tuple[str, date]]
    ) -> dict[tuple[str, date], Goal]:
        """Return the goals of many people and days, by one query."""
        return goals.read(db, keys)

    def streak(self, db: Connection, participant: str, now_us: int) -> int:
        """Return on how many days in a row the goal was reached."""
        today = registry.local_day(db, participant, now_us)
        first = today - timedelta(weeks=self.protocol.weeks)
        return streaks.streak(
            goals.between(db, [participant], first, today).get(participant, [])
        )
