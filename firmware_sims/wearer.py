"""A person who never was: their day, how they move, and the truth of it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from firmware_sims.day_plan import MINUTES, Activity, DayPlan, Habits, follow, plan_day
from firmware_sims.motion import Floats, Gait, acceleration_g, enmo_g

__all__ = ["MINUTE_TRUTH", "Activity", "Habits", "Wearer"]

_MINUTE_US: Final = 60_000_000
_MINUTE_SAMPLES: Final = 3000  # at 50 Hz
_WEEK_DAYS: Final = 7.0

#: The truth of one minute. No heart rate: 0. No data at all: n_accel is 0.
MINUTE_TRUTH: Final = np.dtype(
    [
        ("start_us", np.int64),
        ("steps", np.uint16),
        ("heart_rate_bpm", np.uint8),
        ("worn", np.bool_),
        ("enmo_g", np.float64),
        ("activity", np.uint8),
        ("n_accel", np.uint16),
        ("away", np.bool_),
    ]
)


@dataclass(frozen=True, slots=True)
class _Day:
    """A local day, with an entry for each of its 1380, 1440 or 1500 minutes."""

    start_us: int
    end_us: int
    plan: DayPlan
    walked: NDArray[np.int64]  # steps before each minute, and at the end


class Wearer:
    """A seeded person. Whatever is left out is drawn from the seed.

    `program` replaces the plan by activities of so many minutes each, over and over from local
    midnight; `begun` is the day from which `trend_per_week` counts.
    """

    def __init__(
        self,
        seed: int,
        zone: str = "UTC",
        *,
        resting_bpm: float | None = None,
        age_years: int = 45,
        activity_level: float | None = None,
        trend_per_week: float = 0.0,
        begun: date = date(2026, 1, 5),
        gap_share: float | None = None,
        runs: bool | None = None,
        wears_at_night: bool = False,
        program: Sequence[tuple[Activity, int]] = (),
        lsb_per_g: int = 4096,
    ) -> None:
        rng = np.random.default_rng([seed, 3])
        drawn = rng.random(6).tolist()
        level = drawn[0] if activity_level is None else activity_level
        self.seed, self.zone = seed, zone
        self.lsb_per_g = lsb_per_g
        self.ends_us: int | None = None
        self.resting_bpm = 54 + 18 * drawn[1] if resting_bpm is None else resting_bpm
        self.habits = Habits(
            activity_level=level,
            trend_per_week=trend_per_week,
            gap_share=0.3 * drawn[2] ** 2 if gap_share is None else gap_share,
            runs=level > 0.6 and drawn[3] < 0.6 if runs is None else runs,
            drives=drawn[4] < 0.7,
            pace_spm=103 + 18 * drawn[5],
        )
        self._reserve_bpm = 208 - 0.7 * age_years - self.resting_bpm
        self._begun = begun
        self._wears_at_night = wears_at_night
        self._program = follow(program, self.habits, seed) if program else None
        self._gait = Gait.of(seed)
        self._zone = ZoneInfo(zone)
        self._day_of = lru_cache(4)(self._make_day)
        self._day: _Day | None = None

    # The truth.

    def activity(self, at_us: int) -> Activity:
        day, minute = self._minute(at_us)
        return Activity(int(day.plan.activity[minute]))

    def is_away(self, at_us: int) -> bool:
        """Tell whether they are out of the house."""
        day, minute = self._minute(at_us)
        return bool(day.plan.away[minute])

    def heart_rate_bpm(self, at_us: int) -> float | None:
        """Return the rate; None while nothing is worn."""
        day, minute = self._minute(at_us)
        if not self._is_worn(day.plan.activity[minute : minute + 1])[0]:
            return None
        return self._bpm_at(at_us)

    def rr_s(self, at_us: int) -> float:
        breath = 0.04 * math.sin(2 * math.pi * 0.25 * at_us / 1e6)
        return 60.0 / self._bpm_at(at_us) * (1 + breath)

    def minutes(self, day_start_us: int) -> NDArray[np.void]:
        """Return the truth of every minute of the local day that holds the instant."""
        day = self._day_at(day_start_us)
        plan, worn = day.plan, self._is_worn(day.plan.activity)
        measured = plan.activity != Activity.CHARGING
        truth = np.zeros(len(plan.activity), MINUTE_TRUTH)
        truth["start_us"] = day.start_us + np.arange(len(truth)) * _MINUTE_US
        truth["steps"] = plan.steps
        truth["heart_rate_bpm"] = np.where(worn, np.rint(self._bpm(plan.bpm_effort)), 0)
        truth["worn"] = worn
        truth["enmo_g"] = np.where(measured, enmo_g(self._gait, plan.activity, plan.steps), 0)
        truth["activity"] = plan.activity
        truth["n_accel"] = np.where(measured, _MINUTE_SAMPLES, 0)
        truth["away"] = plan.away
        return truth

    # What a device on them measures.

    def accel(self, start_us: int, n: int, period_us: float) -> NDArray[np.int16]:
        counts = np.empty((n, 3), np.int16)
        for first, end, plan, second in self._by_day(start_us, n, period_us):
            minute = (second // 60).astype(np.int64)
            g = acceleration_g(self._gait, plan.activity[minute], plan.steps[minute], second)
            counts[first:end] = np.clip(np.rint(g * self.lsb_per_g), -32768, 32767)
        return counts

    def worn(self, start_us: int, n: int, period_us: float) -> NDArray[np.bool_]:
        worn = np.empty(n, np.bool_)
        for first, end, plan, second in self._by_day(start_us, n, period_us):
            worn[first:end] = self._is_worn(plan.activity[(second // 60).astype(np.int64)])
        return worn

    def steps(self, start_us: int, end_us: int) -> int:
        """Return the steps between two instants, as if spread evenly over each minute."""
        total = 0
        while start_us < end_us:
            day = self._day_at(start_us)
            stop_us = min(end_us, day.end_us)
            total += _walked(day, stop_us) - _walked(day, start_us)
            start_us = stop_us
        return total

    def begin(self, at_us: int) -> None:
        """Go on: people do not begin with their devices."""

    def _is_worn(self, activity: NDArray[np.uint8]) -> NDArray[np.bool_]:
        first = Activity.SLEEP if self._wears_at_night else Activity.REST
        return (activity >= first) & (activity < Activity.OFF_BODY)

    def _bpm(self, effort: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.resting_bpm + self._reserve_bpm * effort

    def _bpm_at(self, at_us: int) -> float:
        day = self._day_at(at_us)
        effort = day.plan.bpm_effort
        minutes = (at_us - day.start_us) / _MINUTE_US - 0.5  # an entry stands for its middle
        before = min(max(math.floor(minutes), 0), len(effort) - 2)
        share = min(max(minutes - before, 0.0), 1.0)
        between = (1 - share) * effort[before] + share * effort[before + 1]
        return self.resting_bpm + self._reserve_bpm * float(between)

    # Days.

    def _by_day(
        self, start_us: int, n: int, period_us: float
    ) -> Iterator[tuple[int, int, DayPlan, Floats]]:
        """Cut n samples at midnights; give for each piece the seconds since midnight."""
        offsets_us: Floats = np.arange(n) * np.float64(period_us)
        first = 0
        while first < n:
            day = self._day_at(start_us + int(offsets_us[first]))
            end = int(np.searchsorted(offsets_us, day.end_us - start_us))
            second = (offsets_us[first:end] + (start_us - day.start_us)) / 1e6
            yield first, end, day.plan, second
            first = end

    def _minute(self, at_us: int) -> tuple[_Day, int]:
        day = self._day_at(at_us)
        return day, (at_us - day.start_us) // _MINUTE_US

    def _day_at(self, at_us: int) -> _Day:
        if self._day is None or not self._day.start_us <= at_us < self._day.end_us:
            self._day = self._day_of(self._local(at_us).date())
        return self._day

    def _make_day(self, day: date) -> _Day:
        start_us, end_us = self._midnight_us(day), self._midnight_us(day + timedelta(days=1))
        plan = self._plan(day)
        if end_us - start_us != MINUTES * _MINUTE_US:
            plan = self._on_the_wall(plan, start_us, end_us)
        walked = np.concatenate(([0], np.cumsum(plan.steps)))
        return _Day(start_us, end_us, plan, walked)

    def _plan(self, day: date) -> DayPlan:
        if self._program is not None:
            return self._program
        weeks = (day - self._begun).days / _WEEK_DAYS
        return plan_day(self.habits, self.seed, day.toordinal(), weeks)

    def _on_the_wall(self, plan: DayPlan, start_us: int, end_us: int) -> DayPlan:
        """Stretch or cut a plan where clocks are changed: people go by the wall clock."""
        locals_ = [self._local(at_us) for at_us in range(start_us, end_us, _MINUTE_US)]
        wall = np.array([local.hour * 60 + local.minute for local in locals_])
        return DayPlan(
            plan.activity[wall], plan.steps[wall], plan.bpm_effort[wall], plan.away[wall]
        )

    def _midnight_us(self, day: date) -> int:
        return round(datetime.combine(day, time(), self._zone).timestamp()) * 1_000_000

    def _local(self, at_us: int) -> datetime:
        return datetime.fromtimestamp(at_us // 1_000_000, UTC).astimezone(self._zone)


def _walked(day: _Day, at_us: int) -> int:
    minutes = (at_us - day.start_us) / _MINUTE_US
    return math.floor(np.interp(minutes, np.arange(len(day.walked)), day.walked))
