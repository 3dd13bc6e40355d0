"""The clock of a recording: at which rate it ticks, and where it stops doing so.

A stretch is a part without a gap, on one clock. Its clock is regular when every interval is a
whole number of periods, give or take what a rounded time or a little jitter makes; then its
samples lie on a grid that is laid anew wherever the clock has drifted off it by half a period.
Otherwise each sample keeps its own time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analytics.files.errors import BadRecording

#: Rates that devices have; a clock this near to one of them ticks at it.
NOMINAL_HZ: Final = np.array(
    (
        *(10, 12.5, 15, 20, 25, 26, 30, 31.25, 32, 40, 50, 51.2, 52, 60, 62.5, 64, 70, 75, 80),
        *(85.7, 90, 100, 102.4, 104, 120, 125, 128, 150, 200, 204.8, 208, 240, 250, 256, 400),
        *(500, 512),
    )
)
_NEAR: Final = 0.005
#: How far a rate that was asked for may be off what times say.
_FIT: Final = 0.02
_ENOUGH: Final = 16  # intervals to say so
#: In a stretch on no grid, and on one that was only asked for, longer is a gap.
GAP_US: Final = 1_000_000.0
_ROUNDED_US: Final = 1_000  # times are often written to a millisecond
#: A phone's clock beyond 100 Hz stumbles now and then: up to here that is no gap.
_FAST_US: Final = 9_990.0
_HOLE_US: Final = 50_000.0
_SINGLE: Final = 0.9  # of the intervals; with more samples missing it is no clock
_JITTER: Final = 0.125  # of a period; a clock that is further off is no regular one
_WINDOW: Final = 2_048  # intervals by which a clock is judged
_PART: Final = 256  # and by which each of two clocks, one after the other
_SLICE: Final = 8_192


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Samples in a row, on one clock and without a gap."""

    segment: int
    start_us: int
    base: int  # periods between start_us and the first sample
    period_us: float | None  # None: times_us
    times_us: NDArray[np.int64] | None
    values: NDArray[Any]


@dataclass(slots=True)
class _Stretch:
    """Where a stretch stands."""

    period_us: float | None
    start_us: int
    base: int
    strict: bool  # intervals are those of its period
    first: int = 0

    @property
    def bounds_us(self) -> tuple[float, float]:
        """Return between which intervals it goes on."""
        if self.period_us is None or not self.strict:
            return 0.0, GAP_US
        if self.period_us < _FAST_US:
            return 0.0, _HOLE_US
        return 0.6 * self.period_us, 1.5 * self.period_us


class Clock:
    """Cuts timed samples into pieces; what it says does not depend on how they come in."""

    def __init__(self, rate_hz: float | None, file: str) -> None:
        self._file = file
        self._asked_us = 1e6 / rate_hz if rate_hz else None
        self._period_us = self._asked_us
        self._times_us = np.zeros(0, np.int64)
        self._values: NDArray[Any] | None = None
        self._last_us: int | None = None
        self._stretch: _Stretch | None = None
        self._segments = 0

    def add(self, times_us: NDArray[np.int64], values: NDArray[Any]) -> Iterator[Piece]:
        """Take samples whose times move on; yield what is settled by now."""
        if self._values is not None:
            times_us = np.concatenate([self._times_us, times_us])
            values = np.concatenate([self._values, values])
        yield from self._cut(times_us, values, least=_WINDOW + _PART)

    def end(self) -> Iterator[Piece]:
        """Yield the rest."""
        if self._values is not None:
            yield from self._cut(self._times_us, self._values, least=1)

    def _cut(
        self, times_us: NDArray[np.int64], values: NDArray[Any], least: int
    ) -> Iterator[Piece]:
        at = 0
        while len(times_us) - at >= (1 if self._stretch else least):
            piece_us = times_us[at : at + _SLICE]
            size, piece = self._next(piece_us, values[at : at + _SLICE])
            if piece is not None:
                yield piece
            at += size
        self._times_us, self._values = times_us[at:], values[at:]

    def _next(
        self, times_us: NDArray[np.int64], values: NDArray[Any]
    ) -> tuple[int, Piece | None]:
        stretch = self._stretch
        if stretch is None:
            stretch = self._stretch = self._begin(times_us[: _WINDOW + _PART])
        size = self._fitting(stretch, times_us)
        if not size:
            if self._drifted(stretch, int(times_us[0])):
                stretch.start_us, stretch.base = int(times_us[0]), 0
            else:
                self._stretch = None
            return 0, None
        regular = stretch.period_us is not None
        piece = Piece(
            self._segments,
            stretch.start_us if regular else int(times_us[0]),
            stretch.base if regular else 0,
            stretch.period_us,
            None if regular else times_us[:size],
            values[:size],
        )
        stretch.first += size
        stretch.base += size
        self._last_us = int(times_us[size - 1])
        return size, piece

    def _begin(self, window_us: NDArray[np.int64]) -> _Stretch:
        self._segments += 1
        breaks = np.flatnonzero(np.diff(window_us) > GAP_US)
        window_us = window_us[: breaks[0] + 1] if breaks.size else window_us
        period_us, strict = self._judge(window_us)
        start_us, base = int(window_us[0]), 0
        if period_us is not None:
            self._period_us = period_us
            start_us, base = _on_the_grid(start_us, period_us)
        return _Stretch(period_us, start_us, base, strict)

    def _judge(self, window_us: NDArray[np.int64]) -> tuple[float | None, bool]:
        """Return the period of a clock, None if it has none, and whether it keeps to it."""
        apart_us = np.diff(window_us)
        if not apart_us.size:
            return self._period_us, True
        if self._asked_us:
            self._check_rate(apart_us, 1e6 / self._asked_us)
            return self._asked_us, _keeps(apart_us, self._asked_us)
        if self._period_us and _keeps(apart_us, self._period_us):
            return self._period_us, True
        return _found(apart_us), True

    def _check_rate(self, apart_us: NDArray[np.int64], asked_hz: float) -> None:
        """Refuse a rate that is not the one times show, once there are enough of them."""
        told_hz = 1e6 / float(np.mean(apart_us[apart_us <= 2 * np.median(apart_us)]))
        if apart_us.size >= _ENOUGH and abs(told_hz / asked_hz - 1) > _FIT:
            raise BadRecording(f"{self._file}, column time: {told_hz:.4g} Hz, not {asked_hz:g}")

    def _fitting(self, stretch: _Stretch, times_us: NDArray[np.int64]) -> int:
        """Return how many samples go on without a gap, each where the stretch expects it."""
        before_us = times_us[0] if self._last_us is None else np.int64(self._last_us)
        apart_us = np.diff(times_us, prepend=before_us)
        least_us, most_us = stretch.bounds_us
        wrong = (apart_us > most_us) | (apart_us < least_us)
        wrong[0] &= stretch.first > 0
        if stretch.period_us is not None:
            due_us = (stretch.base + np.arange(len(times_us))) * stretch.period_us
            off_us = np.abs(times_us - stretch.start_us - due_us)
            wrong |= off_us > (stretch.period_us / 2 if stretch.strict else GAP_US / 2)
        return int(np.argmax(wrong)) if wrong.any() else len(times_us)

    def _drifted(self, stretch: _Stretch, time_us: int) -> bool:
        if stretch.period_us is None or stretch.first == 0 or self._last_us is None:
            return False
        least_us, most_us = stretch.bounds_us
        return least_us <= time_us - self._last_us <= most_us


def _period(apart_us: NDArray[np.int64]) -> float:
    """Return the mean interval, of missing samples too; a nominal one if that is near."""
    median_us = max(float(np.median(apart_us)), 1.0)
    periods = np.maximum(np.rint(apart_us / median_us), 1.0)
    rate_hz = 1e6 * float(periods.sum()) / float(apart_us.sum())
    nearest = float(NOMINAL_HZ[np.argmin(np.abs(NOMINAL_HZ - rate_hz))])
    return 1e6 / (nearest if abs(rate_hz / nearest - 1) <= _NEAR else rate_hz)


def _found(apart_us: NDArray[np.int64]) -> float | None:
    """Return the period of a regular clock, also if it turns into another regular one."""
    whole_us = _period(apart_us[:_WINDOW])
    if _keeps(apart_us[:_WINDOW], whole_us):
        return whole_us
    period_us = _period(apart_us[:_PART])
    off = np.abs(apart_us - np.rint(apart_us / period_us) * period_us) > period_us * _JITTER
    off |= apart_us < period_us * 0.6
    turn = int(np.argmax(off))
    after_us = apart_us[turn + 1 : turn + 1 + _PART]
    if turn < _PART or after_us.size < _PART or not _keeps(apart_us[:turn], period_us):
        return None
    return period_us if _keeps(after_us, _period(after_us)) else None


def _keeps(apart_us: NDArray[np.int64], period_us: float) -> bool:
    """Return whether each interval is a whole number of periods, and hardly any of many."""
    rounded = not (apart_us % _ROUNDED_US).any()
    most_us = max(period_us * _JITTER, _ROUNDED_US if rounded else 0.0)
    periods = np.rint(apart_us / period_us)
    off_us = np.abs(apart_us - periods * period_us)
    single = float((periods == 1).mean()) >= _SINGLE
    return bool(single and (periods >= 1).all() and (off_us <= most_us).all())


def _on_the_grid(time_us: int, period_us: float) -> tuple[int, int]:
    """Return a whole second and periods after it where a time was only rounded, else itself."""
    second_us = time_us // 1_000_000 * 1_000_000
    periods = round((time_us - second_us) / period_us)
    whole = abs(1e6 / period_us - round(1e6 / period_us)) < 1e-9
    off_us = abs(time_us - second_us - periods * period_us)
    if whole and off_us <= min(_ROUNDED_US, period_us / 4):
        return second_us, periods
    return time_us, 0
