"""Teams that each aim at a mean effort; a board shows a team its neighbours."""

from coaching.challenges.kinds.terms import Common
from coaching.challenges.side import Side, Sides, Standing, Standings
from people.sentence import say


class TeamGoal(Common, frozen=True, kw_only=True, tag="team_goal"):
    """The mean of min(steps / own goal, 1.2) over the team's days comes to a share."""

    share: float

    @property
    def aim(self) -> int:
        return round(1000 * self.share)

    def is_sound(self) -> bool:
        return super().is_sound() and 0 < self.share <= 1.2

    def stand(self, sides: Sides, *, over: bool) -> Standings:
        """Return each team's mean; a mean can fall, so it is judged when all is known."""
        return {name: self._stand(side, over=over) for name, side in sides.items()}

    def _stand(self, side: Side, *, over: bool) -> Standing:
        mean = side.total.mean_effort
        if mean is None:
            return Standing(None, say("no full day yet"))
        reached = (over or side.is_settled) and mean >= self.aim
        return Standing(mean, say("%(share)s %% of your own goals", share=mean // 10), reached)
