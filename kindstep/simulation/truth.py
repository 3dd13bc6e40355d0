"""What is true of simulated people: how they differ, and what moves them."""

import random
from dataclasses import dataclass, field
from typing import Final

import msgspec

_CHARITY: Final = 11  # degrees, from 0
_MOST_FRIENDS: Final = 5
_WEEK_DAYS: Final = 7
_MOST_LOG_STEPS: Final = 3.0  # twenty times as many
_MOST_STEPS: Final = 50_000.0  # a day


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """Effects that estimates should find again."""

    message: float = 0.2  # log steps in the half hour after one
    charity_day: float = 0.1  # log steps on a day whose goal is told with what it gives
    arm_steps: float = 800.0  # a day, in an arm with messages
    friend_steps: float = 150.0  # a day, for each friend
    like_steps: float = 100.0  # a day, for each like a week
    charity_steps: float = 120.0  # a day, for each degree of charitable motivation
    left_per_week: float = 0.03  # share of people who leave off for good
    base_steps: float = 5000.0  # a day, of somebody without any of these
    people_sd_steps: float = 1200.0
    half_hour_sd: float = 0.9  # log steps, from one half hour to the next

    def __post_init__(self) -> None:
        """Raise ValueError for what nobody walks."""
        for name, value in msgspec.structs.asdict(self).items():
            low, high = _BOUNDS.get(name, (-_MOST_STEPS, _MOST_STEPS))
            if not low <= value <= high:
                option = name.replace("_", "-")
                raise ValueError(f"{option}: {value:g} is not {low:g} to {high:g}")


_BOUNDS: Final = {
    "message": (-_MOST_LOG_STEPS, _MOST_LOG_STEPS),
    "charity_day": (-_MOST_LOG_STEPS, _MOST_LOG_STEPS),
    "left_per_week": (0.0, 1.0),
    "people_sd_steps": (0.0, _MOST_STEPS),
    "half_hour_sd": (0.0, _MOST_LOG_STEPS),
}


@dataclass(slots=True)
class Person:
    """Someone simulated."""

    id: str
    arm: str
    friends: set[str] = field(default_factory=set[str])
    charity: int = 0
    likes_a_week: int = 0
    own_steps: float = 0.0  # a day, beside what moves them
    leaves_on: int = 0  # the first day on which nothing is worn any more, from 0

    def steps(self, truth: Truth, *, prompted: bool) -> float:
        """Return the steps of a usual day."""
        moved = len(self.friends) * truth.friend_steps
        moved += self.charity * truth.charity_steps + self.likes_a_week * truth.like_steps
        return max(500.0, self.own_steps + moved + prompted * truth.arm_steps)


def people(truth: Truth, count: int, arms: list[str], chance: random.Random) -> list[Person]:
    """Return people; arm, friends, likes and motivation are drawn apart from one another."""
    drawn = [
        Person(
            id=f"p-{number:04d}",
            arm=arms[number % len(arms)],
            charity=chance.randrange(_CHARITY),
            likes_a_week=chance.randrange(4),
            own_steps=chance.gauss(truth.base_steps, truth.people_sd_steps),
            leaves_on=_leaves_on(truth, chance),
        )
        for number in range(count)
    ]
    _befriend(drawn, chance)
    return drawn


def _leaves_on(truth: Truth, chance: random.Random) -> int:
    day = 1
    while chance.random() >= truth.left_per_week / _WEEK_DAYS:
        day += 1
        if day > 10_000:
            break
    return day


def _befriend(drawn: list[Person], chance: random.Random) -> None:
    """Give everybody one friend at least, most a few."""
    wanted = {each.id: 1 + chance.randrange(_MOST_FRIENDS) for each in drawn}
    for one in drawn:
        strangers = [each for each in drawn if each is not one and each.id not in one.friends]
        open_to = [each for each in strangers if len(each.friends) < wanted[each.id]]
        missing = max(0, wanted[one.id] - len(one.friends))
        for other in chance.sample(open_to, min(missing, len(open_to))):
            one.friends.add(other.id)
            other.friends.add(one.id)
