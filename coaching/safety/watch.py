"""Who watches over a person, and when: what the consent page and the emergency text say."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from coaching.safety.rules import Safety, Shift
from people import registry
from people.authorize import Action, Actor, Role, Topic, allowed

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Watch:
    """Who would see a red flag."""

    coaches: tuple[str, ...]  # none: nobody is watching
    is_staffed: bool  # now
    shifts: tuple[Shift, ...]
    outside_hours: str
    answer_min: int
    emergency: str


def over(db: Connection, participant: str, rules: Safety, now_us: int) -> Watch:
    """Return who watches over a person: coaches whom they let see messages."""
    coaches = tuple(
        coach
        for coach in registry.coaches_of(db, participant)
        if allowed(
            db,
            Actor(coach, Role.COACH),
            Action.MESSAGE,
            participant,
            Topic.MESSAGES,
            now_us=now_us,
        )
    )
    language = registry.languages_of(db, [participant])[participant]
    return Watch(
        coaches=coaches,
        is_staffed=is_staffed(rules, now_us),
        shifts=rules.staffed,
        outside_hours=rules.outside_hours,
        answer_min=rules.answer_min,
        emergency=rules.emergency.get(language) or next(iter(rules.emergency.values())),
    )


def is_staffed(rules: Safety, now_us: int) -> bool:
    """Tell whether somebody is on duty at an instant."""
    clock = (_EPOCH + timedelta(microseconds=now_us)).astimezone(ZoneInfo(rules.zone))
    return any(
        _DAYS[clock.weekday()] in shift.days and shift.start <= clock.time() < shift.end
        for shift in rules.staffed
    )
