"""What a day brings to a challenge: steps against the person's own goal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

#: In thousandths of the own goal; more than that counts no more, so nobody has to overdo it.
MOST_EFFORT: Final = 1200


@dataclass(frozen=True, slots=True)
class Day:
    """One participant's local day, as far as it is known."""

    day: date
    steps: int | None = None  # none: nothing counted them
    goal: int | None = None
    valid: bool = False  # worn long enough to count
    paused: bool = False
    settled: bool = False  # over, and nothing is still to come

    @property
    def effort(self) -> int | None:
        """Return thousandths of the own goal, in whole numbers so that sums are exact."""
        if self.steps is None or not self.goal:
            return None
        return min(1000 * self.steps // self.goal, MOST_EFFORT)

    @property
    def reached(self) -> bool:
        """Tell whether the day's goal was reached; no later data can take that back."""
        return self.effort is not None and self.effort >= 1000

    @property
    def counts(self) -> bool:
        """Tell whether a mean may hold it: absence is no effort of zero."""
        return self.reached or (self._is_known and not self.paused)

    @property
    def _is_known(self) -> bool:
        return self.settled and self.valid and self.effort is not None

    @property
    def capped_steps(self) -> int:
        """Return the steps that count towards a sum."""
        return min(self.steps or 0, (self.goal or 0) * MOST_EFFORT // 1000)


@dataclass(frozen=True, slots=True)
class Tally:
    """What days add up to; tallies add up themselves, in any order."""

    effort: int = 0  # thousandths, over the days that count
    counted: int = 0  # days
    reached: int = 0  # days
    steps: int = 0
    open_days: int = 0  # not settled: they may still rise

    @property
    def mean_effort(self) -> int | None:
        """Return thousandths a day, or None while no day counts."""
        return self.effort // self.counted if self.counted else None

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, n) + getattr(other, n) for n in Tally.__slots__))

    def __sub__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, n) - getattr(other, n) for n in Tally.__slots__))


def tally(days: Iterable[Day]) -> Tally:
    """Add days up."""
    return sum((_of(day) for day in days), Tally())


def _of(day: Day) -> Tally:
    effort = (day.effort or 0) if day.counts else 0
    return Tally(effort, int(day.counts), int(day.reached), day.capped_steps, not day.settled)
