"""Simulated people living through a study: the clock is wound on, the rest is the engine."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Final

import numpy as np
from sqlalchemy import Connection, select

from analytics.absorbing import Absorbed
from analytics.epochs import HOUR_US, MINUTE_US, Minutes
from analytics.lookups import Lookups
from analytics.runner import Runner
from coaching.engine import Engine
from coaching.features import Feature
from coaching.tables import decisions, features
from ingest.store import Store
from kindstep.simulation import acting, lives
from kindstep.simulation.joining import enrol, glasses
from kindstep.simulation.truth import Person, Truth

_HALF_HOUR_US: Final = 30 * MINUTE_US
_DAY_US: Final = 24 * HOUR_US
_FORGETS: Final = 0.05  # to put the glasses on, of days
_EVENING: Final = 40  # the half hour in which people look at the app
_WEEK_DAYS: Final = 7

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
    chance: random.Random  # what people do
    noise: np.random.Generator  # how they walk
    told_us: int = 0
    days: dict[str, _Day] = field(default_factory=dict[str, _Day])

    def live(self, count: int, progress: Progress) -> None:
        """Let so many days pass."""
        self.store.write(lambda db: enrol(db, self.engine, self.people, self.start_us))
        self.told_us = self.start_us
        with self.store.reading() as db:
            lookups = Lookups(db)
            for number in range(count):
                self.store.write(partial(self._day, number=number, lookups=lookups))
                progress(number + 1, count)

    def _day(self, db: Connection, number: int, lookups: Lookups) -> None:
        begin_us = self.start_us + number * _DAY_US
        self._wake(number)
        for half_hour in range(48):
            now_us = begin_us + half_hour * _HALF_HOUR_US
            if half_hour % 2 == 0 and self._is_due(db, now_us + _HALF_HOUR_US):
                self._tell(db, lookups, now_us)
            changed = self.engine.tick(db, now_us)
            if half_hour == lives.FIRST_AWAKE:
                self._hear_the_goal(db, now_us)
            self._live_on(half_hour, self._prompted(db, now_us))
            acting.answer(db, self.engine, sorted(changed), self.chance, now_us)
            if half_hour == _EVENING:
                self._look(db, number, now_us)
        self._tell(db, lookups, begin_us + _DAY_US)

    def _is_due(self, db: Connection, before_us: int) -> bool:
        due_us = self.engine.next_due_us(db)
        return due_us is not None and due_us <= before_us

    def _wake(self, number: int) -> None:
        """Let a day begin for those who are still with it."""
        self.days = {}
        for person in self.people:
            is_worn = self.chance.random() >= _FORGETS
            if number < person.leaves_on:
                self.days[person.id] = _Day(is_worn, self._log_mean(person))

    def _hear_the_goal(self, db: Connection, now_us: int) -> None:
        """Let those be moved who are told what it gives; on average nobody walks otherwise."""
        today = datetime.fromtimestamp(now_us / 1e6, UTC).date()
        mine = (features.c.day == today) & (features.c.feature == Feature.CHARITY.value)
        query = select(features.c.participant, features.c.is_on, features.c.odds).where(mine)
        for who, is_on, odds in db.execute(query):
            if who in self.days:
                self.days[who].log_mean += self.truth.charity_day * (is_on - odds)

    def _log_mean(self, person: Person) -> float:
        prompted = self.engine.protocol.arms[person.arm].name != "unprompted"
        usual = person.steps(self.truth, prompted=prompted)
        return lives.log_mean(usual, self.truth.half_hour_sd)

    def _live_on(self, half_hour: int, prompted: set[str]) -> None:
        sd = self.truth.half_hour_sd
        for who, day in self.days.items():
            if day.worn and lives.is_awake(half_hour):
                added = self.truth.message * (who in prompted)
                steps = lives.half_hour_steps(day.log_mean, sd, added, self.noise)
                day.pieces.append(lives.worn(steps))
            else:
                day.pieces.append(lives.put_aside())

    def _tell(self, db: Connection, lookups: Lookups, now_us: int) -> None:
        """Let the hub hear what is new."""
        pieces = [
            Absorbed(who, glasses(who), self.told_us, np.concatenate(day.pieces))
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

    def _look(self, db: Connection, number: int, now_us: int) -> None:
        """Let those who are still with it look at the app."""
        for person in self.people:
            if person.id in self.days:
                acting.answer_questions(db, self.engine, person, now_us)
                if number % _WEEK_DAYS < person.likes_a_week:
                    acting.like(db, self.engine, person.id, now_us)


def midnight_us(day: date) -> int:
    """Return when a day begins, where simulated people live."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
