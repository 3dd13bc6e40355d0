"""Time as an export tells it: by the day of one's own study, never by the calendar.

What tells a date is also a day on which clocks are changed. So time of day is what the clock on
the wall shows, an hour that comes twice is told once, and one that is skipped on a day in
spring is told of no day.
"""

from bisect import bisect_right
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from people.registry import Calendar
from research.deidentify.profile import Profile

MINUTE_US: Final = 60_000_000
DAY_MINUTES: Final = 1440
_DAY: Final = timedelta(days=1)
_MICROSECOND: Final = timedelta(microseconds=1)
_WEEK_DAYS: Final = 7
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - of clocks on the wall

#: To how many minutes the moment of an event is rounded down.
_STEP: Final = {Profile.SAFE_HARBOR: 15, Profile.EXPERT: 1}


class StudyTime:
    """One participant's time. Day 1 is the local day of enrolment, minute 0 its midnight."""

    def __init__(
        self, calendar: Calendar, enrolled_us: int, profile: Profile, shift_us: int
    ) -> None:
        self._calendar = calendar
        self._first = calendar.local_day(enrolled_us)
        self._starts_us = [calendar.day_bounds_us(self._first)[0]]  # of days 1, 2, ...
        self._step = _STEP[profile]
        self._shift_us = shift_us if profile is Profile.EXPERT else None

    @property
    def year(self) -> int:
        """Return the year of enrolment, the one part of a date that may be told."""
        return self._first.year

    @cached_property
    def skipped(self) -> frozenset[int]:
        """Return the minutes that no day may tell, since some day has none of them.

        An expert gets them, and has to determine what the one day without them gives away.
        """
        if self._shift_us is not None:
            return frozenset()
        years = (self.year, self.year + 1)
        zones = set(self._calendar.zones)
        return frozenset[int]().union(
            *(_skipped(zone, year) for zone in zones for year in years)
        )

    def day_of(self, day: date) -> int:
        """Return the number of a local day."""
        return (day - self._first).days + 1

    def day(self, at_us: int) -> int:
        """Return the number of the day that holds an instant."""
        if at_us < self._starts_us[0]:
            return self.day_of(self._calendar.local_day(at_us))
        self.start_us(len(self._starts_us))
        while self._starts_us[-1] <= at_us:
            self.start_us(len(self._starts_us) + 1)
        return bisect_right(self._starts_us, at_us)

    def start_us(self, day: int) -> int:
        """Return the first instant of a day."""
        if day < 1:
            return self._calendar.day_bounds_us(self._date(day))[0]
        while len(self._starts_us) < day:
            latest = self._date(len(self._starts_us) + 1)
            self._starts_us.append(self._calendar.day_bounds_us(latest)[0])
        return self._starts_us[day - 1]

    def minute(self, at_us: int) -> int:
        """Return which minute of its day the clock on the wall showed.

        Of a day on which somebody travelled: how many had passed, 1439 at most.
        """
        day = self.day(at_us)
        start_us = self.start_us(day)
        zone_at = self._calendar.zone_at
        if zone_at(start_us) == zone_at(at_us):
            midnight = datetime.combine(self._date(day), time())
            passed_us = (self._calendar.wall(at_us) - midnight) // _MICROSECOND
        else:
            passed_us = at_us - start_us
        return min(passed_us // MINUTE_US, DAY_MINUTES - 1)

    def minutes(self, day: int) -> NDArray[np.int32]:
        """Return as what each minute of a day is told; -1: not at all."""
        start_us, end_us = self.start_us(day), self.start_us(day + 1)
        if end_us - start_us == DAY_MINUTES * MINUTE_US and not self.minute(start_us):
            return _PLAIN
        told = np.array([self.minute(at_us) for at_us in range(start_us, end_us, MINUTE_US)])
        before = np.maximum.accumulate(np.concatenate([[-1], told]))[:-1]
        return np.where(told > before, told, -1).astype(np.int32)

    def moment(self, name: str, at_us: int | None) -> dict[str, int | None]:
        """Return an instant as columns; nulls for one that never was."""
        if at_us is None:
            return {}
        told = {
            f"{name}_day": self.day(at_us),
            f"{name}_minute": self.minute(at_us) // self._step * self._step,
        }
        return told | self.shifted(f"{name}_at", at_us)

    def week(self, name: str, at_us: int | None) -> dict[str, int | None]:
        """Return an instant as no more than its week, from 1."""
        if at_us is None:
            return {}
        weeks = (self.day(at_us) - 1) // _WEEK_DAYS + 1
        return {f"{name}_week": weeks} | self.shifted(f"{name}_at", at_us)

    def shifted(self, name: str, at_us: int) -> dict[str, int | None]:
        """Return the clock on the wall moved by a person's shift, where a profile has one."""
        return {} if self._shift_us is None else {name: self.moved_us(at_us, at_us)}

    def moved_us(self, at_us: int, near_us: int) -> int:
        """Return an instant that is told together with one near it, so that neither is known.

        By the clock on the wall their distance stays what it was to the microsecond. By study
        day the near one comes to stand on a whole minute since the midnight of day 1.
        """
        distance_us = at_us - near_us + self.turned_us(near_us, at_us)
        if self._shift_us is not None:
            wall_us = (self._calendar.wall(near_us) - _EPOCH) // _MICROSECOND
            return wall_us + self._shift_us + distance_us
        minutes = (self.day(near_us) - 1) * DAY_MINUTES + self.minute(near_us)
        return minutes * MINUTE_US + distance_us

    def turned_us(self, from_us: int, until_us: int) -> int:
        """Return by how much clocks were put forward in between; 0 where a zone was left."""
        zone_at, wall = self._calendar.zone_at, self._calendar.wall
        if zone_at(from_us) != zone_at(until_us):
            return 0
        return (wall(until_us) - wall(from_us)) // _MICROSECOND - (until_us - from_us)

    def _date(self, day: int) -> date:
        return self._first + (day - 1) * _DAY


_PLAIN: Final = np.arange(DAY_MINUTES, dtype=np.int32)


@lru_cache(maxsize=256)
def _skipped(zone: str, year: int) -> frozenset[int]:
    """Return the minutes that are missing on some day of a year."""
    calendar, first = Calendar((0,), (zone,)), date(year, 1, 1)
    days = [first + n * _DAY for n in range((date(year + 1, 1, 1) - first).days)]
    short = [day for day in days if _length_us(calendar, day) < DAY_MINUTES * MINUTE_US]
    return frozenset[int]().union(*(_missing(calendar, day) for day in short))


def _length_us(calendar: Calendar, day: date) -> int:
    start_us, end_us = calendar.day_bounds_us(day)
    return end_us - start_us


def _missing(calendar: Calendar, day: date) -> frozenset[int]:
    walls = map(calendar.wall, range(*calendar.day_bounds_us(day), MINUTE_US))
    return frozenset(range(DAY_MINUTES)) - {60 * wall.hour + wall.minute for wall in walls}
