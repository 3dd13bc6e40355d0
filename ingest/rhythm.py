"""When a stream without counter was heard, and how much its silences must have swallowed.

A strap that keeps no memory says nothing of what it lost. But it speaks at a pace of its own,
so a silence has a duration and a number of events that belong in it. What is heard first need
not come first: gateways and brokers that were killed send again, in any order.
"""

from bisect import bisect_right, insort
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, Self

import msgspec

from ingest.coverage import Gap

DAY_US: Final = 86_400_000_000
_INTERVALS_KEPT: Final = 63
_INTERVALS_NEEDED: Final = 3  # to presume a pace
_INTERVALS_COUNTED_BY: Final = 8  # to count by it
_YOUNG_EVENTS: Final = 32  # who shows no pace in so many has none for now
_IRREGULAR: Final = 0.25  # median deviation from the median interval
_STEADY_INTERVALS: Final = 16
_SILENCE: Final = 1.5  # intervals
_HEAD_EVENTS: Final = 8
_SLACK: Final = 1.02  # a clock may be this much slower than the pace seen


class Run(msgspec.Struct, array_like=True):
    """Events of one boot without a silence between them.

    A radio delivers late, never early. `head_us` and `tail_us` are when the first and the last
    event were due, judged by the earliest of their neighbours. `pace_us` is the stream's pace
    when the run began, and then the first that is known while it goes on. It judges the silence
    before the run: a stream that loses its pace later, or changes it, takes back no gap.
    """

    boot: int
    first_us: int
    last_us: int
    head_us: float
    tail_us: float
    events: int = 1
    pace_us: float | None = None
    goes_on: bool = False  # at that pace

    def follow(self, time_us: int, pace_us: float | None) -> None:
        """Take in an event at the end of the run."""
        if pace_us is not None and not self.goes_on:
            self.pace_us, self.goes_on = pace_us, True
        due_us = time_us if pace_us is None else self.tail_us + pace_us * _SLACK
        self.tail_us = min(time_us, due_us)
        if pace_us is not None and self.events < _HEAD_EVENTS:
            self.head_us = min(self.head_us, time_us - self.events * pace_us)
        self.last_us = time_us
        self.events += 1

    def precede(self, time_us: int) -> None:
        """Take in an event before or inside the run."""
        if time_us < self.first_us:
            self.first_us = time_us
            self.head_us = time_us
        self.events += 1


@dataclass(frozen=True, slots=True)
class _Pulse:
    """The pace within runs, more exact than single intervals."""

    span_us: float
    intervals: int

    @classmethod
    def of(cls, runs: Iterable[Run]) -> Self:
        runs = [*runs]
        span_us = sum(run.tail_us - run.head_us for run in runs)
        return cls(span_us, sum(run.events - 1 for run in runs))

    def near(self, usual_us: float) -> float:
        """Return it, or the usual pace where it is of too few events, or of another pace."""
        if self.intervals < _STEADY_INTERVALS:
            return usual_us
        pace_us = self.span_us / self.intervals
        return pace_us if abs(pace_us - usual_us) <= _IRREGULAR * usual_us else usual_us


_first_us = attrgetter("first_us")
_tail_us = attrgetter("tail_us")


class Rhythm:
    """The runs of one stream of one device, from every boot and gateway."""

    def __init__(
        self,
        intervals_us: Iterable[int] = (),
        runs: Iterable[Run] = (),
        young: Iterable[tuple[int, int]] = (),
    ) -> None:
        self.intervals_us = deque(intervals_us, _INTERVALS_KEPT)
        self.runs = sorted(runs, key=_first_us)
        self.young = list(young)  # all events, time and boot, until the pace is known
        self.changed_days: set[int] = set()
        self._longest_us = max((run.last_us - run.first_us for run in self.runs), default=0)
        self._current: dict[int, Run] = {}

    def pace_us(self) -> float | None:
        """Return the usual interval, or None while there is none."""
        if len(self.intervals_us) < _INTERVALS_NEEDED:
            return None
        pace = _median(self.intervals_us)
        spread = _median(abs(interval - pace) for interval in self.intervals_us)
        return float(pace) if pace > 0 and spread <= _IRREGULAR * pace else None

    def add(self, boot: int, times_us: Iterable[int]) -> None:
        """Note the events of one batch."""
        for time_us in sorted(times_us):
            if self.young or not self.runs:
                insort(self.young, (time_us, boot))
                self._begin_anew()
            else:
                self._add(boot, time_us)

    def others_within(self, boot: int, start_us: int, end_us: int) -> bool:
        """Answer whether another boot was heard in this span of time."""
        for run in reversed(self.runs):
            if run.first_us < start_us - self._longest_us:
                return False
            if run.boot != boot and run.first_us <= end_us and run.last_us >= start_us:
                return True
        return False

    def silences(self) -> list[Gap]:
        """Return the silences and how many events each must have swallowed, where known."""
        silences: list[Gap] = []
        if not self.runs:
            return silences
        overall = _Pulse.of(self.runs)
        before = self.runs[0]
        for run, pace_us in zip(self.runs[1:], self._paces_us()[1:], strict=True):
            silence_us = run.head_us - before.tail_us
            usual_us = pace_us and overall.near(pace_us)
            if usual_us and silence_us > _SILENCE * usual_us:
                exact_us = _Pulse.of((before, run)).near(usual_us)
                missing = round(silence_us / exact_us) - 1 if self._counts() else None
                silences.append(Gap(before.last_us, run.first_us, missing))
            before = max(before, run, key=_tail_us)
        return silences

    def page(self, day: int) -> list[Run]:
        """Return the runs that began on a day."""
        return [run for run in self.runs if run.first_us // DAY_US == day]

    def _paces_us(self) -> list[float | None]:
        """Return for each run its pace; of those that did not go on, the one of the next."""
        paces_us: list[float | None] = []
        pace_us = None
        for run in reversed(self.runs):
            if run.goes_on or pace_us is None:
                pace_us = run.pace_us or pace_us
            paces_us.append(pace_us)
        return paces_us[::-1]

    def _counts(self) -> bool:
        return len(self.intervals_us) >= _INTERVALS_COUNTED_BY

    def _begin_anew(self) -> None:
        """Place all events in order of time, at the pace that they show by now."""
        self.changed_days.update(run.first_us // DAY_US for run in self.runs)
        self.runs, self._current, self._longest_us = [], {}, 0
        self.intervals_us = deque(_intervals_us(self.young), _INTERVALS_KEPT)
        pace_us = self.pace_us()
        for time_us, boot in self.young:
            self._place(boot, time_us, pace_us)
        if (pace_us is not None and self._counts()) or len(self.young) == _YOUNG_EVENTS:
            self.young = []

    def _add(self, boot: int, time_us: int) -> None:
        pace_us = self.pace_us()
        run = self._current.get(boot) or self._last_of(boot)
        if run is not None and time_us >= run.last_us:
            self.intervals_us.append(time_us - run.last_us)
        self._place(boot, time_us, pace_us)

    def _place(self, boot: int, time_us: int, pace_us: float | None) -> None:
        reach_us = None if pace_us is None else _SILENCE * pace_us
        run = self._current.get(boot) or self._last_of(boot)
        if run is None or not _near(run, time_us, reach_us):
            run = self._find(boot, time_us, reach_us)
        if run is None:
            run = self._begin(boot, time_us, pace_us)
        elif time_us >= run.last_us:
            run.follow(time_us, pace_us)
        else:
            self._precede(run, time_us)
        self._current[boot] = run
        self.changed_days.add(run.first_us // DAY_US)
        self._longest_us = max(self._longest_us, run.last_us - run.first_us)

    def _begin(self, boot: int, time_us: int, pace_us: float | None) -> Run:
        run = Run(boot, time_us, time_us, time_us, time_us, pace_us=pace_us)
        insort(self.runs, run, key=_first_us)
        return run

    def _precede(self, run: Run, time_us: int) -> None:
        self.changed_days.add(run.first_us // DAY_US)
        run.precede(time_us)
        self.runs.sort(key=_first_us)

    def _last_of(self, boot: int) -> Run | None:
        return next((run for run in reversed(self.runs) if run.boot == boot), None)

    def _find(self, boot: int, time_us: int, reach_us: float | None) -> Run | None:
        until = bisect_right(self.runs, time_us + (reach_us or 0), key=_first_us)
        for run in reversed(self.runs[:until]):
            if run.boot == boot and _near(run, time_us, reach_us):
                return run
        return None


def _intervals_us(events: Iterable[tuple[int, int]]) -> Iterator[int]:
    last_us: dict[int, int] = {}
    for time_us, boot in events:
        if boot in last_us:
            yield time_us - last_us[boot]
        last_us[boot] = time_us


def _near(run: Run, time_us: int, reach_us: float | None) -> bool:
    if reach_us is None:
        return True
    return run.first_us - reach_us <= time_us <= run.last_us + reach_us


def _median(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]
