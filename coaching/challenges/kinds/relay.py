"""A baton that goes on when its holder reaches their own goal."""

from collections import deque

from coaching.challenges.effort import Day
from coaching.challenges.kinds.terms import Common
from coaching.challenges.side import Side, Sides, Standing, Standings
from people.sentence import say


class Relay(Common, frozen=True, kw_only=True, tag="relay"):
    """One leg for each of the team, in the order they joined.

    Whoever pauses, or holds the baton for long, runs later: nobody is the one all wait for.
    """

    ordered = True

    hold_days: int  # without the goal, after which the baton goes on

    def is_sound(self) -> bool:
        return super().is_sound() and self.hold_days >= 1

    def stand(self, sides: Sides, *, over: bool) -> Standings:  # noqa: ARG002 - legs stay run
        """Return how many legs each team has run."""
        return {name: self._stand(side) for name, side in sides.items()}

    def _stand(self, side: Side) -> Standing:
        run, of = legs(side, self.hold_days), len(side.players)
        return Standing(
            run, say("%(run)s of %(all)s legs", run=run, all=of), of > 1 and run == of
        )


def legs(side: Side, hold_days: int) -> int:
    """Return how many legs are run; a day that may still change lets the baton wait."""
    waiting = deque({day.day: day for day in days} for days in side.players)
    run = held_days = 0
    for date in sorted({day.day for days in side.players for day in days}):
        if not waiting:
            break
        held = waiting[0].get(date, Day(date, settled=True))
        if held.reached:
            waiting.popleft()
            run, held_days = run + 1, 0
        elif not held.settled:
            break
        else:
            held_days += 1
            if held.paused or held_days == hold_days:
                waiting.rotate(-1)
                held_days = 0
    return run
