"""What a researcher may see of who wears it, now."""

from datetime import date

from sqlalchemy import Connection

from analytics import scores
from coaching import records
from coaching.records import Member
from people import registry
from people.authorize import Actor, Topic, visible
from research.figures.wear import Day, Life


def lives(db: Connection, actor: Actor, now_us: int) -> list[Life]:
    """Return the study so far of everyone of whom somebody may see activity."""
    members = records.enrolled(db)
    shown = visible(db, actor, members, Topic.ACTIVITY, now_us)
    return [_life(db, members[who], now_us) for who in sorted(shown)]


def _life(db: Connection, member: Member, now_us: int) -> Life:
    who = member.participant
    first = registry.local_day(db, who, member.enrolled_us)
    last = registry.local_day(db, who, min(now_us, member.until_us - 1))
    heard = [
        Day(
            day=_number(fact.day, first),
            wear_min=fact.wear_minutes,
            not_worn_min=fact.not_worn_minutes,
            fault_min=fact.fault_minutes,
        )
        for fact in scores.days_of(db, who)
        if first <= fact.day <= last
    ]
    return Life(_number(last, first), tuple(heard))


def _number(day: date, first: date) -> int:
    return (day - first).days + 1
