"""Many simulated studies of one truth: how often estimates hold it, and claim something."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from coaching.effect import Interval
from coaching.protocol import Protocol
from kindstep.simulation.study import Plan, simulate
from kindstep.simulation.truth import Truth
from kindstep.simulation.world import Progress
from research.engagement import Engagement, engagement
from research.opened import Opened


@dataclass(frozen=True, slots=True)
class Recovered:
    """One estimate over all trials that told it."""

    name: str
    truth: float | None  # none: nothing was put in
    found: tuple[Interval, ...]
    refused: str = ""  # why the first trial did not tell it

    @property
    def mean(self) -> float:
        return sum(each.value for each in self.found) / len(self.found)

    @property
    def covered(self) -> float | None:
        """Return the share of trials whose limits hold the truth."""
        if self.truth is None:
            return None
        return sum(not each.excludes(self.truth) for each in self.found) / len(self.found)

    @property
    def claimed(self) -> float:
        """Return the share of trials that find something: power, where there is something."""
        return sum(each.excludes(0.0) for each in self.found) / len(self.found)


def trials(
    into: Path, protocol: Protocol, plan: Plan, count: int, progress: Progress
) -> list[Engagement]:
    """Live a study through again and again, each with another seed, in folders side by side."""
    found: list[Engagement] = []
    days = plan.weeks * 7
    for number in range(count):

        def lived(done: int, _of: int, before: int = number * days) -> None:
            progress(before + done, count * days)

        one = msgspec.structs.replace(plan, seed=plan.seed + number)
        package = simulate(into / str(one.seed), protocol, one, lived)
        found.append(engagement(Opened(package)))
    return found


def recovered(truth: Truth, found: Sequence[Engagement]) -> Iterator[Recovered]:
    """Yield each estimate of the study's table against what was put in."""
    put_in = {
        "a message, in the half hour after it": truth.message,
        "a goal told with what it gives, on that day": truth.charity_day,
        "a friend more": truth.friend_steps,
        "a like more a week": truth.like_steps,
        "a degree more of charitable motivation": truth.charity_steps,
    }
    for place, line in enumerate(found[0].findings):
        told = [each.findings[place].effect for each in found]
        intervals = tuple(each for each in told if each is not None)
        yield Recovered(line.name, put_in.get(line.name), intervals, line.refused)
