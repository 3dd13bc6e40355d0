"""Days in a row, each at one's own goal."""

from collections.abc import Sequence

from coaching.challenges.effort import Day
from coaching.challenges.kinds.terms import Common
from coaching.challenges.side import Sides, Standing, Standings
from people.sentence import say


class Streak(Common, frozen=True, kw_only=True, tag="streak"):
    """So many days in a row; a pause or a day that nobody knows neither breaks nor counts."""

    by_person = True
    ordered = True

    in_a_row: int

    @property
    def aim(self) -> int:
        return self.in_a_row

    def is_sound(self) -> bool:
        return super().is_sound() and 1 <= self.in_a_row <= self.days

    def stand(self, sides: Sides, *, over: bool) -> Standings:  # noqa: ARG002 - a row stays
        """Return each one's longest row."""
        rows = {
            name: max((longest(days) for days in side.players), default=0)
            for name, side in sides.items()
        }
        return {name: self._stand(row) for name, row in rows.items()}

    def _stand(self, row: int) -> Standing:
        says = say("%(row)s of %(all)s days in a row", row=row, all=self.in_a_row)
        return Standing(row, says, row >= self.in_a_row)


def longest(days: Sequence[Day]) -> int:
    """Return the longest row of days at the goal that no late data can break."""
    best = row = 0
    for day in days:
        if day.reached:
            row += 1
            best = max(best, row)
        elif day.counts or not day.settled:
            row = 0
    return best
