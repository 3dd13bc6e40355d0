"""The end of a study: pushes and points grow fewer, and the weeks after are watched.

Who loses an incentive at once may move less than if there had never been one (TRIPPA, 800
people), so nothing stops abruptly. Odds stay what they are, for the sake of the analysis: it is
the budget that shrinks.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from math import ceil
from statistics import mean

import msgspec
from sqlalchemy import Connection

from analytics.scores import DayFact
from coaching import members
from coaching.daytime import DAY_US
from coaching.members import Member
from people.registry import Calendar

_WEEK_US = 7 * DAY_US


class Taper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a study ends for each participant."""

    weeks: int  # before the end; 0: everything stays until then
    watch_weeks: int  # after it, in which a fall is shown to the coach
    norm_days: int  # before the taper, against which it is measured
    falling_share: float


def share(member: Member, weeks: int, at_us: int) -> float:
    """Return what is left of pushes and points: 1 until the taper begins, 0 at the end."""
    left_us = member.until_us - at_us
    if left_us >= weeks * _WEEK_US:
        return 1.0
    return max(0.0, left_us / (weeks * _WEEK_US))


def tapered(amount: int, left: float) -> int:
    """Return so much of an amount: a whole number, and 0 only when nothing is left."""
    return ceil(amount * left)


def worth(
    db: Connection, calendars: Mapping[str, Calendar], rules: Taper
) -> Callable[[str, date, int], int]:
    """Return what points come to: by the day they are for, so that late data pays the same."""

    def amount(participant: str, day: date, points: int) -> int:
        member = members.one(db, participant)
        if member is None:
            return points
        start_us, _ = calendars[participant].day_bounds_us(day)
        return tapered(points, share(member, rules.weeks, start_us))

    return amount


def span_days(member: Member, rules: Taper, now_us: int) -> int:
    """Return how many days back the watch looks; 0 while or after there is nothing to watch."""
    after_us = now_us - member.until_us
    if not 0 <= after_us < rules.watch_weeks * _WEEK_US:
        return 0
    return ceil(after_us / DAY_US) + 7 * rules.weeks + rules.norm_days + 1


def rebound(
    days: Sequence[DayFact], member: Member, rules: Taper, recent_days: int
) -> tuple[float, float] | None:
    """Return steps a day before the taper and lately, if they fell too far since the end."""
    taper_us = member.until_us - rules.weeks * _WEEK_US
    worn = [day for day in days[:-1] if day.valid and day.step_minutes]
    before = [day.steps for day in worn if day.end_us <= taper_us][-rules.norm_days :]
    after = [day.steps for day in worn if day.start_us >= member.until_us][-recent_days:]
    if not before or len(after) < recent_days:
        return None
    norm, now = mean(before), mean(after)
    return (norm, now) if now <= (1 - rules.falling_share) * norm else None
