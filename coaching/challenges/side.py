"""Who stands together in a challenge, and how they stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from coaching.challenges.effort import Day, Tally
from people.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Side:
    """A team, or one person of a duel."""

    total: Tally
    players: tuple[tuple[Day, ...], ...] = ()  # in the order they joined, where a kind asks
    members: int = 0
    has_won: bool = False  # its trophies were given

    @property
    def is_settled(self) -> bool:
        """Tell whether nothing is still to come."""
        return self.total.open_days == 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a side has come."""

    score: int | None  # the higher the better; none: nothing is known yet
    says: Sentence
    reached: bool = False  # once so, it stays so


Sides: TypeAlias = Mapping[str, Side]
Standings: TypeAlias = dict[str, Standing]
