"""A coach's panel, row by row: only what each person lets their coach see."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection

from analytics import scores
from coaching.engine import Contact, Deal, Engine, Flag, InboxItem, Ticket
from people import registry
from people.authorize import Actor, Topic, visible
from web import week
from web.guard import Visit
from web.heart import Heart, heart
from web.parts import Parts
from web.today import steps_of
from web.week import Kind

_DAYS: Final = 7
LEVELS: Final = ("alert", "watch", "handled", "ok")

#: What a flag tells of; one that is not listed tells of everything.
_FLAG_TOPICS: Final[Mapping[str, frozenset[Topic]]] = {
    "no_data": frozenset({Topic.ACTIVITY}),
    "falling": frozenset({Topic.ACTIVITY}),
    "rebound": frozenset({Topic.ACTIVITY}),
    "missed": frozenset({Topic.ACTIVITY}),
    "on_track": frozenset({Topic.ACTIVITY}),
    "catching_up": frozenset({Topic.ACTIVITY}),
    "resting_heart_rate": frozenset({Topic.HEART_RATE}),
    "unanswered": frozenset({Topic.PROMPTS}),
    "lost": frozenset({Topic.PROMPTS}),
}
NOT_SHARED: Final = Flag("ok", "not_shared", "Not shared")
NOT_ENROLLED: Final = Flag("ok", "not_enrolled", "Not enrolled in this study")

Shown = Mapping[Topic, Collection[str]]


@dataclass(frozen=True, slots=True)
class Worn:
    """How much of a day was worn."""

    day: date
    minutes: int | None  # none: no data
    quarter: int | None  # 0 to 4 of sixteen waking hours; none: no data


@dataclass(frozen=True, slots=True)
class Activity:
    """Today, and the days before."""

    steps: int | None
    goal: int | None
    is_catching_up: bool
    worn: tuple[Worn, ...]


@dataclass(frozen=True, slots=True)
class Dealt:
    """Who deals with a flag, as one coach sees it."""

    deal: Deal
    by: str
    to: str | None
    settles: bool  # whoever looks need not


@dataclass(frozen=True, slots=True)
class Row:
    """One person of the panel; what is none is not shared."""

    participant: str
    name: str
    zone: str
    flags: list[Flag]
    heart: Heart | None
    activity: Activity | None
    prompts: list[InboxItem] | None  # the latest only
    can_be_messaged: bool
    contact: Contact | None  # of what is shared
    deal: Dealt | None  # of the worst flag

    @property
    def level(self) -> str:
        """The worst of the flags, unless somebody deals with it."""
        return "handled" if self.deal and self.deal.settles else self.flags[0].level


def shown_to(db: Connection, actor: Actor, people: Collection[str], now_us: int) -> Shown:
    """Return of whom a coach may see what, by one query a topic."""
    return {topic: visible(db, actor, people, topic, now_us) for topic in Topic}


def rows(db: Connection, parts: Parts, actor: Actor, now_us: int) -> list[Row]:
    """Return the panel, whoever needs the coach most first."""
    people = registry.panel_of(db, actor.person, now_us)
    shown = shown_to(db, actor, people, now_us)
    names = registry.names_of(db, people)
    dealt = deals_of(db, parts, actor, people, now_us)
    found = [
        row_of(db, parts, each, names[each], shown, now_us, dealt.get(each)) for each in people
    ]
    return sorted(found, key=lambda row: (LEVELS.index(row.level), row.name, row.participant))


def deals_of(
    db: Connection, parts: Parts, actor: Actor, people: Collection[str], now_us: int
) -> dict[str, Dealt]:
    """Return who deals with whom of these people."""
    found = parts.engine.deals(db, people, now_us)
    staff = {each.coach for each in found.values()} | {each.to or "" for each in found.values()}
    names = registry.names_of(db, staff)
    return {
        who: Dealt(
            each, names[each.coach], each.to and names[each.to], each.settles(actor.person)
        )
        for who, each in found.items()
    }


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A red flag, with whom it is about."""

    ticket: Ticket
    name: str
    zone: str
    taken_by: str | None
    colleagues: dict[str, str]  # who else coaches them


def red_flags(db: Connection, parts: Parts, actor: Actor, now_us: int) -> list[RedFlag]:
    """Return what a human must look at, of those who let this coach see messages."""
    people = visible(
        db, actor, registry.panel_of(db, actor.person, now_us), Topic.MESSAGES, now_us
    )
    found = parts.engine.red_flags(db, people)
    takers = {each.taken_by for each in found if each.taken_by is not None}
    coaches = {
        each.participant: registry.coaches_of(db, each.participant, now_us) for each in found
    }
    names = registry.names_of(
        db, people | takers | {w for all_ in coaches.values() for w in all_}
    )
    return [
        RedFlag(
            ticket=each,
            name=names[each.participant],
            zone=registry.zone_at(db, each.participant, now_us),
            taken_by=None if each.taken_by is None else names[each.taken_by],
            colleagues={
                who: names[who] for who in coaches[each.participant] if who != actor.person
            },
        )
        for each in found
    ]


def row_of(
    db: Connection,
    parts: Parts,
    who: str,
    name: str,
    shown: Shown,
    now_us: int,
    dealt: Dealt | None,
) -> Row:
    """Return one person as far as they are shown."""
    engine = parts.engine
    raised = flags(db, engine, who, shown, now_us)
    return Row(
        participant=who,
        name=name,
        zone=registry.zone_at(db, who, now_us),
        flags=raised,
        heart=heart(parts.recent, who, now_us) if who in shown[Topic.HEART_RATE] else None,
        activity=activity(db, engine, who, now_us) if who in shown[Topic.ACTIVITY] else None,
        prompts=engine.sent(db, who, 1) if who in shown[Topic.PROMPTS] else None,
        can_be_messaged=who in shown[Topic.MESSAGES],
        contact=engine.contact(
            db, who, {topic for topic in Topic if who in shown[topic]}, now_us
        ),
        deal=dealt if dealt and dealt.deal.flag == raised[0].kind else None,
    )


def flags(db: Connection, engine: Engine, who: str, shown: Shown, now_us: int) -> list[Flag]:
    """Return the flags that tell only of what is shared."""
    shares = {topic for topic in Topic if who in shown[topic]}
    raised = engine.flags(db, who, now_us)
    if not raised:
        return [NOT_ENROLLED]
    seen = [flag for flag in raised if _FLAG_TOPICS.get(flag.kind, frozenset(Topic)) <= shares]
    return seen or [NOT_SHARED]


def activity(db: Connection, engine: Engine, who: str, now_us: int) -> Activity:
    """Return how much someone moved, and wore their tracker."""
    days = scores.days(db, who, _DAYS, now_us)
    goal = engine.goal(db, who, days[-1].day)
    return Activity(
        steps=steps_of(days[-1]),
        goal=goal.steps if goal else None,
        is_catching_up=scores.catching_up(db, who, now_us),
        worn=tuple(map(worn, days)),
    )


_WAKING_MINUTES: Final = 960


def worn(day: scores.DayFact) -> Worn:
    """Return how much of a day's waking hours a tracker was worn."""
    kind = week.kind_of(day)
    if kind is Kind.NO_DATA:
        return Worn(day.day, None, None)
    quarter = min(4, -(-4 * day.wear_minutes // _WAKING_MINUTES))
    return Worn(day.day, day.wear_minutes, quarter)


def everywhere(visit: Visit) -> dict[str, Any]:
    """Return what every page of a coach says."""
    return {"lang": "en", "now_us": visit.now_us}


def row_shown_to(db: Connection, parts: Parts, visit: Visit) -> Row:
    """Return a person's row of the panel, as far as this coach is shown."""
    shown = shown_to(db, visit.actor, (visit.subject,), visit.now_us)
    name = registry.name_of(db, visit.subject)
    dealt = deals_of(db, parts, visit.actor, (visit.subject,), visit.now_us)
    return row_of(db, parts, visit.subject, name, shown, visit.now_us, dealt.get(visit.subject))
