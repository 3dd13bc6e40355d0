"""A device's ticks on the gateway's time line, and how far off they may be.

What a device sends as it measures bounds its clock from one side: it arrives later, never
earlier. Reading its ticks bounds it from both: it answered after it was asked.
"""

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from gateway.envelope import LARGEST_DRIFT, UNSTEADY_DRIFT, Envelope

_WRAP: Final = 1 << 32
_STEP_US: Final = 1_000_000  # no link and no crystal does this: somebody set a clock
_READS: Final = 10
_ENOUGH_HEARD: Final = 10  # of so many arrivals one came as fast as the link goes
_LEAST_DELAY_US: Final = 10_000  # ... and no link is slower than that
_KNOWN: Final = 32
_WORTH_KNOWING_US: Final = 60_000_000


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment in unix time."""

    at_us: int
    error_us: int


@dataclass(frozen=True, slots=True)
class _Read:
    x_us: float
    earliest_us: float  # the delay, if it answered the moment it was asked


@dataclass(frozen=True, slots=True)
class _Known:
    """A device time whose unix time is `delay_us` later."""

    x_us: float
    delay_us: float
    error_us: float


class Clock:
    """The clock of one device between two of its boots.

    Ticks wrap, counters do not: each tick is unwrapped to where its sample counter expects it,
    so that a memory of many days still has its times.
    """

    def __init__(
        self, ticks_per_second: int, ticks: int, counter: int, period_us: float
    ) -> None:
        self._us_per_tick = 1e6 / ticks_per_second
        self._ticks_per_sample = period_us / self._us_per_tick
        self._ticks, self._counter = ticks, counter  # the newest pair, ticks unwrapped
        self._known: deque[_Known] = deque(maxlen=_KNOWN)
        self.reconnect()

    def reconnect(self) -> None:
        """Begin a new connection, whose delays are its own."""
        if self._known and self._x_us - self._known[-1].x_us > _WORTH_KNOWING_US:
            self._known.append(_Known(self._x_us, *self._fitted(self._x_us)))
        self._envelope, self._heard = Envelope(), 0
        self._reads: deque[_Read] = deque(maxlen=_READS)

    @property
    def _x_us(self) -> float:
        return self._ticks * self._us_per_tick

    def unwrap(self, ticks: int, counter: float) -> int:
        """Return ticks that never wrapped."""
        expected = self._ticks + round((counter - self._counter) * self._ticks_per_sample)
        return expected + (ticks - expected + _WRAP // 2) % _WRAP - _WRAP // 2

    def read(self, ticks: int, counter: int, asked_us: int, answered_us: int) -> None:
        """Take a reading of the device's ticks: it lies between question and answer."""
        x_us = self.unwrap(ticks, counter) * self._us_per_tick
        if self._known and not self._fits(x_us, asked_us, answered_us):
            self._known.clear()
            self.reconnect()
        self._ticks, self._counter = self.unwrap(ticks, counter), counter
        if not self._reads:
            self._known.append(_middle(x_us, asked_us, answered_us))
        self._reads.append(_Read(x_us, asked_us - x_us))
        self._envelope.add(x_us, answered_us - x_us)

    def heard(self, ticks: int, counter: int, arrived_us: int) -> None:
        """Take the arrival of something that was sent no earlier than its ticks say."""
        x_us = self.unwrap(ticks, counter) * self._us_per_tick
        self._envelope.add(x_us, arrived_us - x_us)
        self._heard += 1

    def at(self, ticks: int, counter: float) -> Instant:
        """Return when it was `ticks` on the device; its clock must have been read."""
        x_us = self.unwrap(ticks, counter) * self._us_per_tick
        # The past keeps the times it was given first: a better fit must not move half of it.
        past = x_us < self._known[-1].x_us or not self._reads
        delay_us, error_us = self._remembered(x_us) if past else self._fitted(x_us)
        return Instant(round(x_us + delay_us), round(error_us + self._us_per_tick))

    def _fits(self, x_us: float, asked_us: int, answered_us: int) -> bool:
        known = self._known[-1]
        predicted_us = x_us + known.delay_us
        slack_us = _STEP_US + 2 * LARGEST_DRIFT * abs(x_us - known.x_us)
        return asked_us - slack_us <= predicted_us <= answered_us + slack_us

    def _fitted(self, x_us: float) -> tuple[float, float]:
        """Return a time between what arrivals allow at most, and questions at least."""
        drift = self._envelope.drift()
        latest_us = self._envelope.latest_us(x_us)
        earliest_us = max(
            read.earliest_us + drift.least(x_us - read.x_us) for read in self._reads
        )
        open_us = abs(latest_us - earliest_us)
        margin_us = open_us / 2
        if self._heard >= _ENOUGH_HEARD:  # a question that stalled says less than they do
            margin_us = min(margin_us, _LEAST_DELAY_US)
        return latest_us - margin_us, open_us - margin_us

    def _remembered(self, x_us: float) -> tuple[float, float]:
        """Return the delay between known times, evenly changing; before them, the first."""
        after = bisect_right(self._known, x_us, key=lambda known: known.x_us)
        if after in {0, len(self._known)}:
            nearest = self._known[min(after, len(self._known) - 1)]
            age_us = abs(x_us - nearest.x_us)
            return nearest.delay_us, nearest.error_us + LARGEST_DRIFT * age_us
        old, new = list(pairwise(self._known))[after - 1]
        share = (x_us - old.x_us) / (new.x_us - old.x_us)
        age_us = min(x_us - old.x_us, new.x_us - x_us)
        delay_us = old.delay_us + share * (new.delay_us - old.delay_us)
        return delay_us, max(old.error_us, new.error_us) + UNSTEADY_DRIFT * age_us


def _middle(x_us: float, asked_us: int, answered_us: int) -> _Known:
    return _Known(x_us, (asked_us + answered_us) / 2 - x_us, (answered_us - asked_us) / 2)
