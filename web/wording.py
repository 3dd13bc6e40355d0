"""Numbers and times as people read them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from people.sentence import say
from web.tongue import Tongue

NO_DATA: Final = "\N{EN DASH}"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE_US: Final = 60_000_000


def local(zone: str, at_us: int) -> datetime:
    """Return an instant by a zone's clock."""
    return (_EPOCH + timedelta(microseconds=at_us)).astimezone(ZoneInfo(zone))


@dataclass(frozen=True, slots=True)
class Wording:
    """The same in one language."""

    tongue: Tongue

    def count(self, number: int | None) -> str:
        """Return a count, or a dash where nothing was counted."""
        return NO_DATA if number is None else f"{number:,}"

    def hours(self, minutes: int) -> str:
        """Return minutes as hours and minutes."""
        if minutes < 60:
            return self.tongue.said(say("%(minutes)s min", minutes=minutes))
        rest = f"{minutes % 60:02}"
        return self.tongue.said(
            say("%(hours)s h %(minutes)s min", hours=minutes // 60, minutes=rest)
        )

    def minute_of_day(self, minute: int) -> str:
        """Return a minute of the day as a clock shows it."""
        return f"{minute // 60:02}:{minute % 60:02}"

    def clock(self, at_us: int, zone: str, now_us: int) -> str:
        """Return the time of day, with its day unless it is today's."""
        then, now = local(zone, at_us), local(zone, now_us)
        if then.date() == now.date():
            return f"{then:%H:%M}"
        if timedelta() < now.date() - then.date() < timedelta(days=7):
            return f"{self.tongue.weekday(then)} {then:%H:%M}"
        return f"{self.tongue.day_of_year(then)} {then:%H:%M}"

    def day(self, at_us: int) -> str:
        """Return a day in UTC."""
        return self.tongue.day_of_year(local("UTC", at_us))

    def ago(self, at_us: int, now_us: int) -> str:
        """Return how long ago something was, by its largest unit."""
        minutes = max(0, now_us - at_us) // _MINUTE_US
        if minutes < 1:
            return self.tongue.said(say("just now"))
        if minutes < 60:
            return self.tongue.said(say("%(minutes)s min ago", minutes=minutes))
        if minutes < 48 * 60:
            return self.tongue.said(say("%(hours)s h ago", hours=minutes // 60))
        return self.tongue.said(say("%(days)s days ago", days=minutes // 1440))

    def span(self, duration_us: int) -> str:
        """Return a duration by its largest unit."""
        if duration_us < 1000:
            return f"{duration_us} µs"
        if duration_us < 1_000_000:
            return f"{duration_us / 1000:.0f} ms"
        if duration_us < 2 * _MINUTE_US:
            return f"{duration_us / 1_000_000:.0f} s"
        return self.hours(duration_us // _MINUTE_US)
