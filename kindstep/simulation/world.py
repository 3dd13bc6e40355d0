"""Simulated people living through a study: the clock is wound on, the rest is the engine."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np
from sqlalchemy import Connection, select

from analytics.absorbing import Absorbed
from analytics.epochs import HOUR_US, MINUTE_US, Minutes
from analytics.lookups import Lookups
from analytics.runner import Runner
from coaching.acts.act import Act
from coaching.acts.circle import Like
from coaching.acts.prompts import AnswerPrompt, AnswerQuestions
from coaching.engine import Engine
from coaching.tables import decisions
from ingest.store import Store
from kindstep.simulation import lives
from kindstep.simulation.truth import Person, Truth
from people import registry
from people.authorize import Actor, Role

_HALF_HOUR_US: Final = 30 * MINUTE_US
_DAY_US: Final = 24 * HOUR_US
_FORGETS: Final = 0.05  # to put the glasses on, of days
_ANSWERS: Final = 0.5  # of messages
_EVENING: Final = 40  # the half hour in which people look at the app
_WEEK_DAYS: Final = 7
_ZONE: Final = "UTC"

Progress = Callable[[int, int], None]  # days lived, of so many


@dataclass(slots=True)
class _Day:
    """What of somebody's day the hub has not heard yet."""

    worn: bool
    log_mean: float
    pieces: list[Minutes] = field(default_factory=list[Minutes])


@dataclass(slots=True)
class World:
    """People, and the hub that they live with."""

    store: Store
    runner: Runner
    engine: Engine
    truth: Truth
    people: list[Person]
    start_us: int  # a midnight
    seed: int
    told_us: int = 0
    days: dict[str, _Day] = field(default_factory=dict[str, _Day])

    def live(self, count: int, progress: Progress) -> None:
        """Let so many days pass."""
        self.store.write(self._enrol)
        self.told_us = self.start_us
        chance = random.Random(self.seed)  # noqa: S311 - how people live
        noise = np.random.default_rng(self.seed)
        with self.store.reading() as db:
            lookups = Lookups(db)
            for number in range(count):
                begin_us = self.start_us + number * _DAY_US
                self._wake(number, chance)
                self.store.write(
                    lambda db, at=begin_us, n=number: self._day(
                        db, lookups, at, n, chance, noise
                    )
                )
                progress(number + 1, count)

    def _day(
        self,
        db: Connection,
        lookups: Lookups,
        begin_us: int,
        number: int,
        chance: random.Random,
        noise: np.random.Generator,
    ) -> None:
        for half_hour in range(48):
            now_us = begin_us + half_hour * _HALF_HOUR_US
            if half_hour % 2 == 0 and self._is_due(db, now_us + _HALF_HOUR_US):
                self._tell(db, lookups, now_us)
            changed = self.engine.tick(db, now_us)
            self._live_on(half_hour, self._prompted(db, now_us), noise)
            self._answer(db, sorted(changed), now_us, chance)
            if half_hour == _EVENING:
                self._look(db, now_us, number)
        self._tell(db, lookups, begin_us + _DAY_US)

    def _is_due(self, db: Connection, before_us: int) -> bool:
        due_us = self.engine.next_due_us(db)
        return due_us is not None and due_us <= before_us

    def _wake(self, number: int, chance: random.Random) -> None:
        """Let a day begin for those who are still with it."""
        sd = self.truth.half_hour_sd
        self.days = {}
        for person in self.people:
            prompted = self.engine.protocol.arms[person.arm].name != "unprompted"
            usual = person.steps(self.truth, prompted=prompted)
            is_worn = chance.random() >= _FORGETS
            if number < person.leaves_on:
                self.days[person.id] = _Day(is_worn, lives.log_mean(usual, sd))

    def _live_on(self, half_hour: int, prompted: set[str], noise: np.random.Generator) -> None:
        for who, day in self.days.items():
            if day.worn and lives.is_awake(half_hour):
                sd, more = self.truth.half_hour_sd, self.truth.message * (who in prompted)
                steps = lives.half_hour_steps(day.log_mean, sd, more, noise)
                day.pieces.append(lives.worn(steps))
            else:
                day.pieces.append(lives.put_aside())

    def _tell(self, db: Connection, lookups: Lookups, now_us: int) -> None:
        """Let the hub hear what is new."""
        pieces = [
            Absorbed(who, _glasses(who), self.told_us, np.concatenate(day.pieces))
            for who, day in self.days.items()
            if day.pieces
        ]
        for day in self.days.values():
            day.pieces.clear()
        self.told_us = now_us
        self.runner.absorb(db, pieces, now_us, lookups)

    def _prompted(self, db: Connection, now_us: int) -> set[str]:
        sent = (decisions.c.at_us == now_us) & decisions.c.template.is_not(None)
        return set(db.scalars(select(decisions.c.participant).where(sent)))

    def _answer(
        self, db: Connection, people: list[str], now_us: int, chance: random.Random
    ) -> None:
        for who in people:
            for item in self.engine.inbox(db, who, now_us):
                if item.answered is None and item.options and chance.random() < _ANSWERS:
                    self._do(
                        db,
                        AnswerPrompt(
                            participant=who, message_id=item.id, answer=item.options[0]
                        ),
                        now_us,
                    )

    def _look(self, db: Connection, now_us: int, number: int) -> None:
        """Let people answer what they were asked, and like what their friends did."""
        for person in self.people:
            if person.id not in self.days:
                continue
            for asked, _ in self.engine.questions(db, person.id, now_us):
                given = {"charity": str(person.charity)}
                act = AnswerQuestions(participant=person.id, asked_id=asked.id, answers=given)
                self._do(db, act, now_us)
            if number % _WEEK_DAYS < person.likes_a_week:
                for entry in self.engine.feed(db, person.id, now_us):
                    if entry.author != person.id and person.id not in entry.liked_by:
                        self._do(db, Like(participant=person.id, entry=entry.id), now_us)
                        break

    def _do(self, db: Connection, act: Act, now_us: int) -> None:
        self.engine.act(db, Actor(act.participant, Role.PARTICIPANT), act, now_us)

    def _enrol(self, db: Connection) -> None:
        causes = sorted(self.engine.causes())
        shown = dict.fromkeys(registry.Topic, tuple(registry.ViewerKind))
        for number, person in enumerate(self.people):
            registry.add_person(db, registry.Person(person.id, Role.PARTICIPANT), self.start_us)
            registry.set_zone(db, person.id, _ZONE, 0)
            registry.set_profile(
                db, person.id, registry.Profile(age_years=40, placement="temple")
            )
            registry.consent_at_enrolment(db, person.id, shown, self.start_us)
            registry.assign(db, _glasses(person.id), person.id, self.start_us)
            self.engine.enrol(
                db, person.id, self.start_us, person.arm, causes[number % len(causes)]
            )
        for one, other in _pairs(self.people):
            friend = registry.Relation(registry.RelationKind.FRIEND, one, other)
            registry.relate(db, friend, self.start_us)


def midnight_us(day: date) -> int:
    """Return when a day begins, where simulated people live."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _pairs(people: list[Person]) -> Iterator[tuple[str, str]]:
    return ((each.id, friend) for each in people for friend in sorted(each.friends))


def _glasses(who: str) -> str:
    return f"glasses-{who}"
