"""Times of a person's day: set times, quiet hours, words for an instant."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from people.registry import Calendar
from people.sentence import Sentence, say

DAY_MIN = 24 * 60
MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US

_WEEKDAYS = (
    say("Monday"),
    say("Tuesday"),
    say("Wednesday"),
    say("Thursday"),
    say("Friday"),
    say("Saturday"),
    say("Sunday"),
)
_MONTHS = (
    say("January"),
    say("February"),
    say("March"),
    say("April"),
    say("May"),
    say("June"),
    say("July"),
    say("August"),
    say("September"),
    say("October"),
    say("November"),
    say("December"),
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)


def local(calendar: Calendar, at_us: int) -> datetime:
    """Return what a clock on the person's wall says."""
    zone = ZoneInfo(calendar.zone_at(at_us))
    return (_EPOCH + timedelta(microseconds=at_us)).astimezone(zone)


def minute_of_day(calendar: Calendar, at_us: int) -> int:
    """Return minutes since midnight by the clock on the wall."""
    clock = local(calendar, at_us)
    return 60 * clock.hour + clock.minute


def minutes(at: time) -> int:
    """Return a time of day in minutes since midnight."""
    return 60 * at.hour + at.minute


def instant_us(calendar: Calendar, day: date, at: time) -> int | None:
    """Return when the clock shows `at` on a person's day; None if that day has no such moment.

    A moment that comes twice is its first; one that is jumped over is as long after the jump.
    """
    start_us, end_us = calendar.day_bounds_us(day)
    at_us = _at_us(calendar.zone_at(start_us), day, at)
    at_us = _at_us(calendar.zone_at(at_us), day, at)
    return at_us if start_us <= at_us < end_us else None


def next_us(calendar: Calendar, at: time, after_us: int) -> int:
    """Return the first moment later than `after_us` when the clock shows `at`."""
    day = calendar.local_day(after_us)
    while True:
        at_us = instant_us(calendar, day, at)
        if at_us is not None and at_us > after_us:
            return at_us
        day += _DAY


def is_quiet(minute: int, start_minute: int, end_minute: int) -> bool:
    """Tell whether a minute of the day is in quiet hours, which may span midnight."""
    return (minute - start_minute) % DAY_MIN < (end_minute - start_minute) % DAY_MIN


def time_of(minute: int) -> time:
    """Return a minute of the day as a time."""
    return time(minute // 60, minute % 60)


def day_of_year(day: date) -> Sentence:
    """Return a day and its month, "25 November"."""
    return say("%(day)s %(month)s", day=day.day, month=_MONTHS[day.month - 1])


def day_and_time(clock: datetime) -> Sentence:
    """Return an instant of these days, "Wednesday 13:00"."""
    weekday = _WEEKDAYS[clock.weekday()]
    return say("%(weekday)s %(time)s", weekday=weekday, time=f"{clock:%H:%M}")


def _at_us(zone: str, day: date, at: time) -> int:
    moment = datetime.combine(day, at, ZoneInfo(zone))
    return (moment.astimezone(UTC) - _EPOCH) // _MICROSECOND
