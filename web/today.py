"""What a participant's page shows, gathered card by card."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from analytics import scores
from analytics.scores import Score, Tier
from coaching.engine import Engine, InboxItem
from people import registry
from people.authorize import Action, Topic, allowed, visible
from web import week
from web.guard import Visit
from web.week import Bar

_DAYS: Final = 7
_EVIDENCE: Final = {
    Tier.HEART_RATE: "heart rate",
    Tier.CADENCE: "cadence",
    Tier.DEVICE: "the device itself",
}


@dataclass(frozen=True, slots=True)
class Hero:
    """The day so far, on top of the page."""

    steps: int | None
    goal: int | None
    score: Score
    days_lacking: int  # worn days that the score still needs
    is_catching_up: bool

    @property
    def share(self) -> int:
        """Percent of the goal, at most 100."""
        return min(100, 100 * (self.steps or 0) // self.goal) if self.goal else 0

    @property
    def evidence(self) -> str | None:
        """Return what the score's intensity rests on, in words."""
        return _EVIDENCE.get(self.score.tier)

    @property
    def to_go(self) -> int | None:
        """Steps that are missing, None when nobody can know."""
        if self.steps is None or self.goal is None:
            return None
        return max(0, self.goal - self.steps)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone of one's circle, as far as they let themselves be seen."""

    id: str
    name: str
    shows_steps: bool


@dataclass(frozen=True, slots=True)
class Friend:
    """How someone of one's circle is today."""

    person: Person
    steps: int | None
    can_be_cheered: bool
    is_cheered: bool  # today, by the one who looks


@dataclass(frozen=True, slots=True)
class Circle:
    """Friends, and who of them cheered today."""

    friends: list[Friend]
    cheered_by: list[str]


def hero(db: Connection, engine: Engine, participant: str, now_us: int) -> Hero:
    """Return the day so far."""
    today = scores.today(db, participant, now_us)
    goal = engine.goal(db, participant, today.day)
    score = today.score or score_of(db, participant, now_us)
    return Hero(
        steps=steps_of(today.fact),
        goal=goal.steps if goal else None,
        score=score,
        days_lacking=max(0, scores.FEWEST_VALID_DAYS - score.valid_days),
        is_catching_up=today.catching_up,
    )


def score_of(db: Connection, participant: str, now_us: int) -> Score:
    """Return today's score from the days before, also while nothing was heard today."""
    week = scores.days(db, participant, _DAYS, now_us)
    return scores.compute(participant, week[-1].day, week, scores.body(db, participant))


def steps_of(fact: scores.DayFact) -> int | None:
    """Return a day's steps, or None while nothing has counted any."""
    return fact.steps if fact.step_minutes else None


def messages(
    db: Connection, engine: Engine, participant: str, now_us: int
) -> tuple[list[InboxItem], dict[str, str]]:
    """Return the inbox, what waits for an answer first, and what human senders are called."""
    items = engine.inbox(db, participant, now_us)
    ordered = sorted(items, key=lambda item: item.answered is not None)
    return ordered, registry.names_of(db, {item.sender for item in items})


def circle(db: Connection, engine: Engine, visit: Visit) -> Circle:
    """Return one's friends as they are today."""
    ids = registry.circle_of(db, visit.actor.person)
    names = registry.names_of(db, ids)
    shown = visible(db, visit.actor, ids, Topic.ACTIVITY, visit.now_us)
    calendar = registry.calendar(db, visit.subject)
    today_us, _ = calendar.day_bounds_us(calendar.local_day(visit.now_us))
    friends = [
        _friend(db, engine, visit, Person(each, names[each], each in shown), today_us)
        for each in ids
    ]
    cheered_by = engine.cheers(db, visit.subject, today_us)
    senders = registry.names_of(db, [cheer.sender for cheer in cheered_by])
    return Circle(
        sorted(friends, key=lambda friend: friend.person.name), list(senders.values())
    )


def days(db: Connection, engine: Engine, participant: str, now_us: int) -> list[Bar]:
    """Return the last seven days, today last."""
    facts = scores.days(db, participant, _DAYS, now_us)
    return week.bars(facts, week.goals_of(db, engine, facts))


def _friend(
    db: Connection, engine: Engine, visit: Visit, friend: Person, today_us: int
) -> Friend:
    me, now_us = visit.actor, visit.now_us
    senders = {cheer.sender for cheer in engine.cheers(db, friend.id, today_us)}
    fact = scores.today(db, friend.id, now_us).fact if friend.shows_steps else None
    return Friend(
        person=friend,
        steps=steps_of(fact) if fact else None,
        can_be_cheered=allowed(db, me, Action.CHEER, friend.id, now_us=now_us),
        is_cheered=me.person in senders,
    )
