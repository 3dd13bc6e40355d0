"""What is known of people when a coach is told whom to look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from analytics import scores
from analytics.scores import DayFact
from coaching import taper
from coaching.days import goals
from coaching.days.goals import Goal
from coaching.daytime import DAY_US
from coaching.members import Member
from coaching.post import inbox, outbox
from coaching.protocol import Protocol
from people import registry
from people.registry import Calendar


@dataclass(frozen=True, slots=True)
class Evidence:
    """What flags are raised from."""

    days: Sequence[DayFact]  # in order, today last
    goals: Sequence[Goal]  # the latest first, today included
    catching_up: bool
    rebound: tuple[float, float] | None  # steps a day before the end tapered, and lately
    unanswered: int  # prompts in a row that expired
    lost: int  # notifications in a row without a receipt
    enrolled_us: int
    calendar: Calendar
    now_us: int


def gather(
    db: Connection, enrolled: Mapping[str, Member], protocol: Protocol, now_us: int
) -> dict[str, Evidence]:
    """Return what is known of members now, as far back as a norm reaches.

    However many they are, it takes the same few queries. Days before somebody came, known from
    what they brought along, count like others.
    """
    calendars = registry.calendars(db, enrolled)
    span = protocol.triage.norm_days + protocol.triage.recent_days + 1
    since_us = now_us - span * DAY_US
    days = scores.last_days_of(db, dict.fromkeys(enrolled, span), now_us)
    goals_of = _goals(db, days)
    behind = scores.catching_up_of(db, enrolled, now_us)
    rebounds = _rebounds(db, enrolled, protocol, now_us)
    unanswered = inbox.unanswered_in_a_row(db, enrolled, since_us)
    lost = outbox.lost_in_a_row(db, enrolled, since_us)
    return {
        who: Evidence(
            days=days[who],
            goals=goals_of.get(who, []),
            catching_up=who in behind,
            rebound=rebounds.get(who),
            unanswered=unanswered[who],
            lost=lost[who],
            enrolled_us=member.enrolled_us,
            calendar=calendars[who],
            now_us=now_us,
        )
        for who, member in enrolled.items()
    }


def _goals(db: Connection, days: Mapping[str, Sequence[DayFact]]) -> dict[str, list[Goal]]:
    spans = [(each[0].day, each[-1].day) for each in days.values()]
    if not spans:
        return {}
    return goals.between(db, days, min(spans)[0], max(last for _, last in spans))


def _rebounds(
    db: Connection, enrolled: Mapping[str, Member], protocol: Protocol, now_us: int
) -> dict[str, tuple[float, float] | None]:
    spans = {
        who: taper.span_days(member, protocol.taper, now_us) for who, member in enrolled.items()
    }
    watched = {who: span for who, span in spans.items() if span > 0}
    days = scores.last_days_of(db, watched, now_us)
    recent = protocol.triage.recent_days
    return {
        who: taper.rebound(days[who], enrolled[who], protocol.taper, recent) for who in watched
    }
