"""What is known of a person when a coach is told whom to look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from analytics import scores
from analytics.scores import DayFact
from coaching import taper
from coaching.days import goals
from coaching.days.goals import Goal
from coaching.members import Member
from coaching.post import inbox, outbox
from coaching.post.inbox import Message
from coaching.protocol import Protocol
from people import registry
from people.registry import Calendar


@dataclass(frozen=True, slots=True)
class Evidence:
    """What flags are raised from."""

    days: Sequence[DayFact]  # in order, today last
    goals: Sequence[Goal]  # the latest first, today included
    messages: Sequence[Message]  # the latest first
    catching_up: bool
    rebound: tuple[float, float] | None  # steps a day before the end tapered, and lately
    lost: int  # notifications in a row without a receipt
    enrolled_us: int
    calendar: Calendar
    now_us: int


def gather(db: Connection, member: Member, protocol: Protocol, now_us: int) -> Evidence:
    """Return what is known of a member now, as far back as their norm reaches."""
    who, rules = member.participant, protocol.triage
    calendar = registry.calendar(db, who)
    today = calendar.local_day(now_us)
    enrolled = (today - calendar.local_day(member.enrolled_us)).days + 1
    span = min(enrolled, rules.norm_days + rules.recent_days + 1)
    first = today - timedelta(days=span - 1)
    return Evidence(
        days=scores.days(db, who, span, now_us),
        goals=goals.between(db, [who], first, today).get(who, []),
        messages=inbox.sent_to(db, who, span),
        catching_up=scores.catching_up(db, who, now_us),
        rebound=_rebound(db, member, protocol, now_us),
        lost=outbox.lost_in_a_row(db, who, rules.lost_notifications),
        enrolled_us=member.enrolled_us,
        calendar=calendar,
        now_us=now_us,
    )


def _rebound(
    db: Connection, member: Member, protocol: Protocol, now_us: int
) -> tuple[float, float] | None:
    span = taper.span_days(member, protocol.taper, now_us)
    if span == 0:
        return None
    days = scores.days(db, member.participant, span, now_us)
    return taper.rebound(days, member, protocol.taper, protocol.triage.recent_days)
