"""Two groups that would never meet, for one donation."""

from coaching.challenges.kinds.terms import Common
from coaching.challenges.side import Sides, Standing, Standings
from people.sentence import Sentence, say


class Pairing(Common, frozen=True, kw_only=True, tag="pairing"):
    """Both come to a number of steps, each with a least share of it; then a sponsor gives."""

    apart = False

    steps: int
    least_share: float  # of the steps, from each group
    cause: str
    vouchers: int

    def is_sound(self) -> bool:
        shares = 0 <= self.least_share <= 0.5
        return super().is_sound() and self.steps > 0 and self.vouchers > 0 and shares

    def stand(self, sides: Sides, *, over: bool) -> Standings:  # noqa: ARG002 - a sum only rises
        """Return what each brought, and whether it suffices."""
        brought = {name: side.total.steps for name, side in sides.items()}
        total, least = sum(brought.values()), round(self.least_share * self.steps)
        both = len(brought) == 2 and min(brought.values()) >= least
        reached = both and total >= self.steps
        return {
            name: Standing(steps, self._says(steps, total), reached)
            for name, steps in brought.items()
        }

    def _says(self, steps: int, total: int) -> Sentence:
        return say(
            "%(steps)s of %(all)s, %(fewest)s steps are needed",
            steps=f"{steps:,}",
            all=f"{total:,}",
            fewest=f"{self.steps:,}",
        )
