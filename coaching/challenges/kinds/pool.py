"""Everybody's steps in one pool."""

from coaching.challenges.kinds.terms import Common
from coaching.challenges.side import Sides, Standing, Standings
from people.sentence import say


class Pool(Common, frozen=True, kw_only=True, tag="pool"):
    """All sides together come to a number of steps; of a day, 1.2 own goals count at most."""

    apart = False

    steps: int

    @property
    def aim(self) -> int:
        return self.steps

    def is_sound(self) -> bool:
        return super().is_sound() and self.steps > 0

    def stand(self, sides: Sides, *, over: bool) -> Standings:  # noqa: ARG002 - a sum only rises
        """Return the same for everyone: it is one pool."""
        total = sum(side.total.steps for side in sides.values())
        says = say(
            "%(steps)s of %(all)s steps together", steps=f"{total:,}", all=f"{self.steps:,}"
        )
        return dict.fromkeys(sides, Standing(total, says, total >= self.steps))
