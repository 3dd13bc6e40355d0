"""Time as an export tells it: by the day of one's own study, never by the calendar."""

from bisect import bisect_right
from datetime import date, timedelta
from typing import Final

from people.registry import Calendar
from research.deidentify.profile import Profile

MINUTE_US: Final = 60_000_000
DAY_MINUTES: Final = 1440
_DAY: Final = timedelta(days=1)
_WEEK_DAYS: Final = 7

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
            return self._calendar.day_bounds_us(self._first + (day - 1) * _DAY)[0]
        while len(self._starts_us) < day:
            latest = self._first + len(self._starts_us) * _DAY
            self._starts_us.append(self._calendar.day_bounds_us(latest)[0])
        return self._starts_us[day - 1]

    def minute(self, at_us: int) -> int:
        """Return how many minutes of its day had passed.

        Of a day whose clock was set back there are more than 1440: what is beyond counts as
        the last one, since the length of a day would tell its date.
        """
        passed = (at_us - self.start_us(self.day(at_us))) // MINUTE_US
        return min(passed, DAY_MINUTES - 1)

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
        """Return an instant moved by this person's own shift, where the profile has one."""
        return {} if self._shift_us is None else {name: at_us + self._shift_us}

    def offset_us(self, at_us: int) -> int:
        """Return what to add to every instant near one, so that none can be told from it.

        Distances stay what they were to the microsecond. By study day the instant itself comes
        to stand on a whole minute since the midnight that began day 1.
        """
        if self._shift_us is not None:
            return self._shift_us
        minutes = (self.day(at_us) - 1) * DAY_MINUTES + self.minute(at_us)
        return minutes * MINUTE_US - at_us
