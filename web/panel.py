"""A coach's panel, row by row: only what each person lets their coach see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection

from analytics import scores
from analytics.scores import DayFact
from coaching.engine import Deal, Flag, Message
from people import registry
from people.authorize import Actor, Topic, visible
from people.sentence import say
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
NOT_SHARED: Final = Flag("ok", "not_shared", say("Not shared"))
NOT_ENROLLED: Final = Flag("ok", "not_enrolled", say("Not enrolled in this study"))

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
    shows_prompts: bool
    prompt: Message | None  # the latest; none also before the first
    can_be_messaged: bool
    deal: Dealt | None  # of the worst flag

    @property
    def level(self) -> str:
        """The worst of the flags, unless somebody deals with it."""
        return "handled" if self.deal and self.deal.settles else self.flags[0].level


def rows(db: Connection, parts: Parts, actor: Actor, now_us: int) -> list[Row]:
    """Return the panel, whoever needs the coach most first."""
    people = registry.panel_of(db, actor.person, now_us)
    found = rows_of(db, parts, actor, people, now_us)
    return sorted(found, key=lambda row: (LEVELS.index(row.level), row.name, row.participant))


def row_of(db: Connection, parts: Parts, visit: Visit) -> Row:
    """Return a person's row of the panel, as far as this coach is shown."""
    (row,) = rows_of(db, parts, visit.actor, (visit.subject,), visit.now_us)
    return row


def rows_of(
    db: Connection, parts: Parts, actor: Actor, people: Sequence[str], now_us: int
) -> list[Row]:
    """Return people's rows in the same order, by as many queries for one as for all."""
    shown = shown_to(db, actor, people, now_us)
    names, calendars = registry.names_of(db, people), registry.calendars(db, people)
    raised = parts.engine.flags(db, people, now_us)
    active = activities(db, parts, shown[Topic.ACTIVITY], now_us)
    prompts = parts.engine.latest(db, shown[Topic.PROMPTS])
    dealt = _dealt(db, parts, actor, people, now_us)

    def row(who: str) -> Row:
        flags = _shared(raised.get(who), {topic for topic in Topic if who in shown[topic]})
        deal = dealt.get(who)
        return Row(
            participant=who,
            name=names[who],
            zone=calendars[who].zone_at(now_us),
            flags=flags,
            heart=heart(parts.recent, who, now_us) if who in shown[Topic.HEART_RATE] else None,
            activity=active.get(who),
            shows_prompts=who in shown[Topic.PROMPTS],
            prompt=prompts.get(who),
            can_be_messaged=who in shown[Topic.MESSAGES],
            deal=deal if deal and deal.deal.flag == flags[0].kind else None,
        )

    return [row(who) for who in people]


def shown_to(db: Connection, actor: Actor, people: Collection[str], now_us: int) -> Shown:
    """Return of whom a coach may see what, by one query a topic."""
    return {topic: visible(db, actor, people, topic, now_us) for topic in Topic}


def _dealt(
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


def _shared(raised: list[Flag] | None, shares: set[Topic]) -> list[Flag]:
    """Return the flags that tell only of what is shared."""
    if raised is None:
        return [NOT_ENROLLED]
    seen = [flag for flag in raised if _FLAG_TOPICS.get(flag.kind, frozenset(Topic)) <= shares]
    return seen or [NOT_SHARED]


def activities(
    db: Connection, parts: Parts, people: Collection[str], now_us: int
) -> dict[str, Activity]:
    """Return how much people moved, and wore their trackers."""
    days = scores.last_days_of(db, dict.fromkeys(people, _DAYS), now_us)
    goals = parts.engine.goals(db, [(who, each[-1].day) for who, each in days.items()])
    behind = scores.catching_up_of(db, people, now_us)
    return {
        who: Activity(
            steps=steps_of(each[-1]),
            goal=goal.steps if (goal := goals.get((who, each[-1].day))) else None,
            is_catching_up=who in behind,
            worn=tuple(map(worn, each)),
        )
        for who, each in days.items()
    }


_WAKING_MINUTES: Final = 960


def worn(day: DayFact) -> Worn:
    """Return how much of a day's waking hours a tracker was worn."""
    kind = week.kind_of(day)
    if kind is Kind.NO_DATA:
        return Worn(day.day, None, None)
    quarter = min(4, -(-4 * day.wear_minutes // _WAKING_MINUTES))
    return Worn(day.day, day.wear_minutes, quarter)
