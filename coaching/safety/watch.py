"""Who watches over a person, and when: what the consent page and the emergency text say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from coaching.safety.rules import Safety, Shift
from people import registry
from people.authorize import Action, Actor, Role, Topic, allowed

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)
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
        outside_hours=_in(language, rules.outside_hours),
        answer_min=rules.answer_min,
        emergency=_in(language, rules.emergency),
    )


def is_staffed(rules: Safety, now_us: int) -> bool:
    """Tell whether somebody is on duty at an instant."""
    clock = _clock(rules, now_us)
    return any(
        _DAYS[clock.weekday()] in shift.days and shift.start <= clock.time() < shift.end
        for shift in rules.staffed
    )


def next_shift_us(rules: Safety, now_us: int) -> int | None:
    """Return when somebody comes on duty next; None where nobody ever does."""
    today = _clock(rules, now_us).date()
    begins = (
        datetime.combine(day, shift.start, ZoneInfo(rules.zone))
        for day in (today + timedelta(days=n) for n in range(8))
        for shift in rules.staffed
        if _DAYS[day.weekday()] in shift.days
    )
    begins_us = ((each.astimezone(UTC) - _EPOCH) // _US for each in begins)
    return min((each for each in begins_us if each > now_us), default=None)


def _clock(rules: Safety, at_us: int) -> datetime:
    return (_EPOCH + at_us * _US).astimezone(ZoneInfo(rules.zone))


def _in(language: str, words: Mapping[str, str]) -> str:
    """Return words in a language, or in the first one they are there in."""
    return words.get(language) or next(iter(words.values()))
