"""Two people of one level, day by day."""

from coaching.challenges.effort import Day
from coaching.challenges.kinds.terms import Common
from coaching.challenges.side import Sides, Standing, Standings
from people.sentence import say


class Duel(Common, frozen=True, kw_only=True, tag="duel"):
    """A day goes to whoever came further against their own goal; their goals must be alike."""

    by_person = True
    ordered = True
    apart = False

    level_band: float  # how far apart the two goals may be, as a share of the lower

    def is_sound(self) -> bool:
        return super().is_sound() and 0 <= self.level_band <= 1

    def is_level(self, one: int, other: int) -> bool:
        """Tell whether two daily goals are alike enough."""
        return abs(one - other) <= self.level_band * min(one, other)

    def stand(self, sides: Sides, *, over: bool) -> Standings:
        """Return the days won; who has more of them at the end has won, and a tie is both's."""
        won = {name: _won(name, sides) for name in sides}
        settled = all(side.is_settled for side in sides.values())
        best = max(won.values(), default=0)
        decided = len(sides) == 2 and (over or settled) and best > 0
        return {
            name: Standing(days, say("%(days)s days won", days=days), decided and days == best)
            for name, days in won.items()
        }


def _won(name: str, sides: Sides) -> int:
    mine = _by_day(name, sides)
    theirs = [_by_day(other, sides) for other in sides if other != name]
    return sum(
        day.counts
        and other[date].counts
        and (day.effort or 0) > (other[date].effort or 0)
        and (day.settled and other[date].settled)
        for date, day in mine.items()
        for other in theirs
        if date in other
    )


def _by_day(name: str, sides: Sides) -> dict[object, Day]:
    return {day.day: day for days in sides[name].players for day in days}
