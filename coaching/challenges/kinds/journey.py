"""A path that a team walks together."""

from itertools import pairwise

import msgspec

from coaching.challenges.kinds.terms import Common
from coaching.challenges.side import Sides, Standing, Standings
from people.sentence import say, together


class Waypoint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place on the way."""

    name: str
    at_steps: int  # of the whole team, from the start


class Journey(Common, frozen=True, kw_only=True, tag="journey"):
    """Each team moves by its steps; the last place is the aim."""

    path: tuple[Waypoint, ...]

    @property
    def aim(self) -> int:
        return self.path[-1].at_steps

    def is_sound(self) -> bool:
        places = [place.at_steps for place in self.path]
        rising = all(one < other for one, other in pairwise(places))
        return super().is_sound() and bool(places) and places[0] > 0 and rising

    def stand(self, sides: Sides, *, over: bool) -> Standings:  # noqa: ARG002 - a sum only rises
        """Return where each team is."""
        return {name: self._stand(side.total.steps) for name, side in sides.items()}

    def _stand(self, steps: int) -> Standing:
        behind = [place.name for place in self.path if place.at_steps <= steps]
        ahead = [place for place in self.path if place.at_steps > steps]
        if not ahead:
            arrived = say("arrived at %(place)s", place=self.path[-1].name)
            return Standing(steps, arrived, reached=True)
        to_go, place = f"{ahead[0].at_steps - steps:,}", ahead[0].name
        says = say("%(steps)s steps to %(ahead)s", steps=to_go, ahead=place)
        if behind:
            past = say("past %(place)s", place=behind[-1])
            says = together([past, says], ", ")
        return Standing(steps, says)
