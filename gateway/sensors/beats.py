"""When a heart beat: intervals chained from notification to notification.

A strap tells about once a second how long the beats took that ended since it told last.
Chained, they are exact but for one offset, and every notification bounds it from both sides:
its last beat was over when it came, and the beat after that was not.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from gateway.gatt.heart_rate.measurement import RR_TICKS_PER_SECOND
from gateway.sensors.calendar import ARRIVAL_ERROR_US

_US_PER_TICK: Final = 1e6 / RR_TICKS_PER_SECOND
_BOUNDS: Final = 30  # half a minute: beyond it roundings of 1/1024 s add up
_ENOUGH: Final = 20
_STALLED_SHARE: Final = 10  # of so many notifications one may have come late;
_SOON_US: Final = 50_000  # ... the others were here within this, and no heart is as fast
_LATE_IN_A_ROW: Final = 3


@dataclass(frozen=True, slots=True)
class Beats:
    """When each interval ended, oldest first, and how far that may be off."""

    times_us: list[int]
    error_us: int


@dataclass(slots=True)
class _Bounds:
    """Of the offset, as one notification gives them."""

    latest_us: float
    still_us: float  # as late as that the next beat was not over
    earliest_us: float | None = None  # known once the next beat is


class Chain:
    """The intervals of one connection."""

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Begin anew: beats are missing, or nobody wears it."""
        self._chained_us = 0.0
        self._bounds: deque[_Bounds] = deque(maxlen=_BOUNDS)
        self._offset_us = self._error_us = 0.0  # of the chain
        self._last: Sequence[int] = ()
        self._arrived_us = 0
        self._late = 0

    def place(self, rr_ticks: Sequence[int], arrived_us: int) -> Beats | None:
        """Return when beats were; None for a notification that came twice."""
        intervals_us = [ticks * _US_PER_TICK for ticks in rr_ticks]
        if rr_ticks == self._last and arrived_us - self._arrived_us < _SOON_US:
            return None
        if self._bounds:
            ended_us = self._chained_us + sum(intervals_us) + self._offset_us
            if self._is_broken(arrived_us - ended_us, max(intervals_us)):
                self.restart()
        self._last, self._arrived_us = rr_ticks, arrived_us
        ends_us = self._chain(intervals_us, arrived_us)
        late_us = ARRIVAL_ERROR_US if self._late else 0
        times_us = [round(end_us + self._offset_us) for end_us in ends_us]
        return Beats(times_us, round(self._error_us + late_us))

    def wait(self, arrived_us: int) -> None:
        """Take note that no beat had ended by then."""
        if self._bounds:
            self._bounds[-1].still_us = arrived_us - self._chained_us

    def _is_broken(self, behind_us: float, longest_us: float) -> bool:
        if behind_us < -self._error_us:
            return True  # beats that cannot have been yet
        self._late = self._late + 1 if behind_us > longest_us + _SOON_US else 0
        # One may have come late; several in a row, or one by that much, follow a loss.
        return self._late >= _LATE_IN_A_ROW or behind_us > longest_us + ARRIVAL_ERROR_US

    def _chain(self, intervals_us: Sequence[float], arrived_us: int) -> list[float]:
        """Return when they ended, in chained time."""
        if self._bounds:
            self._bounds[-1].earliest_us = self._bounds[-1].still_us - intervals_us[0]
        ends_us = [self._chained_us + us for us in accumulate(intervals_us)]
        self._chained_us = ends_us[-1]
        latest_us = arrived_us - self._chained_us
        self._bounds.append(_Bounds(latest_us, latest_us))
        self._offset_us, self._error_us = self._offset(intervals_us[-1])
        return ends_us

    def _offset(self, newest_us: float) -> tuple[float, float]:
        """Return what to add to chained time, and how far that may be off."""
        latest_us = min(each.latest_us for each in self._bounds)
        known = [each.earliest_us for each in self._bounds if each.earliest_us is not None]
        known.sort(reverse=True)
        width_us = latest_us - known[len(known) // _STALLED_SHARE] if known else newest_us
        half_us = (max(width_us, 0.0) + _SOON_US) / 2
        unknown_us = _SOON_US if len(known) >= _ENOUGH else ARRIVAL_ERROR_US
        rounded_us = len(self._bounds) * _US_PER_TICK / 2
        return latest_us - half_us, half_us + unknown_us + rounded_us
