"""Numbers and times as people read them."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

NO_DATA: Final = "\N{EN DASH}"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE_US: Final = 60_000_000


def count(number: int | None) -> str:
    """Return a count, or a dash where nothing was counted."""
    return NO_DATA if number is None else f"{number:,}"


def hours(minutes: int) -> str:
    """Return minutes as hours and minutes."""
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"


def minute_of_day(minute: int) -> str:
    """Return a minute of the day as a clock shows it."""
    return f"{minute // 60:02}:{minute % 60:02}"


def local(zone: str, at_us: int) -> datetime:
    """Return an instant by a zone's clock."""
    return (_EPOCH + timedelta(microseconds=at_us)).astimezone(ZoneInfo(zone))


def clock(at_us: int, zone: str, now_us: int) -> str:
    """Return the time of day, with its day unless it is today's."""
    then, now = local(zone, at_us), local(zone, now_us)
    if then.date() == now.date():
        return f"{then:%H:%M}"
    if timedelta() < now.date() - then.date() < timedelta(days=7):
        return f"{then:%a %H:%M}"
    return f"{then.day} {then:%b %H:%M}"


def ago(at_us: int, now_us: int) -> str:
    """Return how long ago something was, by its largest unit."""
    minutes = max(0, now_us - at_us) // _MINUTE_US
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    if minutes < 48 * 60:
        return f"{minutes // 60} h ago"
    return f"{minutes // 1440} days ago"


def span(duration_us: int) -> str:
    """Return a duration by its largest unit."""
    if duration_us < 1000:
        return f"{duration_us} µs"
    if duration_us < 1_000_000:
        return f"{duration_us / 1000:.0f} ms"
    if duration_us < 2 * _MINUTE_US:
        return f"{duration_us / 1_000_000:.0f} s"
    return hours(duration_us // _MINUTE_US)
