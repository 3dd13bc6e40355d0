"""Four weeks that simulated people lived: their minutes in, all that follows by the real parts.

Only the minutes, and what people answer, are simulated. Days, scores, goals, decisions, points
and vouchers come from the runner and the engine that serve live data, under a clock that is
wound on.
"""

import random
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, bindparam, select

from analytics import epochs
from analytics.absorbing import Absorbed
from analytics.epochs import HOUR_US, MINUTE_US, Flag, Minutes, State
from analytics.lookups import Lookups
from analytics.runner import Runner
from coaching.acts.circle import SendCheer
from coaching.acts.prompts import AnswerPrompt
from coaching.agenda import What
from coaching.engine import Engine
from coaching.tables import agenda
from ingest.store import Store
from kindstep import company, roster
from people import registry
from people.authorize import Actor, Role

WEEKS: Final = 4
_WEEK_US: Final = 7 * 24 * HOUR_US
_ANSWERS: Final = 0.6  # of the prompts that were sent
_CHEERS: Final = 0.02  # an hour and person
_GIFT_HOURS: Final = 72  # from one step of a gift to the next
_SEED: Final = 16

#: Whose day begins, or to whom the coach considers writing.
_DUE: Final = select(agenda.c.participant).where(
    agenda.c.due_us <= bindparam("now_us"),
    agenda.c.what.in_((What.PROMPT.value, What.DAY.value)),
)

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Devices:
    """By which names the hub knows what a member wears."""

    member: roster.Member
    glasses: str
    strap: str


@dataclass(slots=True)
class _Life:
    """All minutes of a member, one a minute from `start_us`, and how far the hub has them."""

    devices: Devices
    start_us: int
    motion: Minutes
    pulse: Minutes
    told_us: int
    near_us: int = 0  # when today's steps come near the goal
    day: date | None = None  # which day that is

    @property
    def who(self) -> str:
        return self.devices.member.id

    def tell(self, until_us: int) -> Iterator[Absorbed]:
        """Yield what both devices said since last time."""
        begin, end = self._place(self.told_us), self._place(until_us)
        if begin < end:
            yield self._piece(self.devices.glasses, self.motion[begin:end], counted=True)
            yield self._piece(self.devices.strap, self.pulse[begin:end], counted=False)
        self.told_us = until_us

    def look_ahead(self, midnight_us: int, near_steps: float) -> None:
        """Note when the steps of the day that begins come to `near_steps`."""
        begin = self._place(midnight_us)
        steps = np.cumsum(self.motion["steps"][begin:], dtype=np.int64)
        self.near_us = midnight_us + int(np.searchsorted(steps, near_steps)) * MINUTE_US

    def _place(self, at_us: int) -> int:
        return min((at_us - self.start_us) // MINUTE_US, len(self.motion))

    def _piece(self, device: str, minutes: Minutes, *, counted: bool) -> Absorbed:
        return Absorbed(self.who, device, self.told_us, minutes, counted)


def begin(
    store: Store,
    runner: Runner,
    engine: Engine,
    worn: Sequence[Devices],
    now_us: int,
    weeks: int = WEEKS,
) -> "Past":
    """Enrol everyone some weeks ago; return their past, which is still to be lived."""
    begin_us = (now_us - weeks * _WEEK_US) // HOUR_US * HOUR_US
    store.write(lambda db: _enrol(db, engine, worn, begin_us))
    lives = {each.member.id: _life(each, begin_us, now_us) for each in worn}
    return Past(store, runner, engine, lives, begin_us)


@dataclass(slots=True)
class Past:
    """Everyone's life, told to the hub whenever something hinges on it."""

    store: Store
    runner: Runner
    engine: Engine
    lives: dict[str, _Life]
    now_us: int
    minutes: int = 0  # lived so far
    chance: random.Random = field(default_factory=lambda: random.Random(_SEED))  # noqa: S311 - how people feel

    def wind(self, until_us: int, progress: Progress) -> None:
        """Let everyone live up to an instant."""
        begin_us = self.now_us
        with self.store.reading() as db:
            lookups = Lookups(db)
            while self.now_us < until_us:
                self.now_us = min(self.now_us + HOUR_US, until_us)
                self.store.write(lambda db: self._live(db, lookups, until_us))
                progress((self.now_us - begin_us) / (until_us - begin_us))

    def let_go(self, members: Collection[str]) -> None:
        """Leave people to their own devices from now on."""
        for who in members:
            del self.lives[who]

    def _live(self, db: Connection, lookups: Lookups, until_us: int) -> None:
        now_us = self.now_us
        due = set(db.scalars(_DUE, {"now_us": now_us}))
        told = [
            life
            for life in self.lives.values()
            if now_us == until_us or life.who in due or life.told_us <= life.near_us < now_us
        ]
        pieces = [piece for life in told for piece in life.tell(now_us)]
        self.minutes += sum(_known(piece) for piece in pieces if piece.counted)
        if pieces:
            self.runner.absorb(db, pieces, now_us, lookups)
        changed = self.engine.tick(db, now_us)
        for who in due & self.lives.keys():
            self._look_ahead(db, lookups, self.lives[who])
        self._answer(db, changed, now_us)
        self._cheer(db, now_us)
        if now_us // HOUR_US % _GIFT_HOURS == 0:
            company.hand_over(db, self.engine, now_us)

    def _look_ahead(self, db: Connection, lookups: Lookups, life: _Life) -> None:
        calendar = lookups.calendar(life.who)
        day = calendar.local_day(self.now_us)
        if day == life.day:
            return
        life.day = day
        goal = self.engine.goal(db, life.who, day)
        if goal is not None:
            midnight_us, _ = calendar.day_bounds_us(day)
            near = self.engine.protocol.prompts.near_goal_share * goal.steps
            life.look_ahead(midnight_us, near)

    def _answer(self, db: Connection, participants: Iterable[str], now_us: int) -> None:
        likely = [who for who in sorted(participants) if self.chance.random() < _ANSWERS]
        for who in likely:
            for item in self.engine.inbox(db, who, now_us):
                if item.answered is None:
                    option = self.chance.choice(item.options)
                    act = AnswerPrompt(participant=who, message_id=item.id, answer=option)
                    self.engine.act(db, _themselves(who), act, now_us)

    def _cheer(self, db: Connection, now_us: int) -> None:
        for who in self.lives:
            if self.chance.random() < _CHEERS:
                friend = self.chance.choice(registry.circle_of(db, who))
                act = SendCheer(participant=who, to=friend)
                self.engine.act(db, _themselves(who), act, now_us)


def _known(piece: Absorbed) -> int:
    return int((piece.minutes["state"] != State.NO_DATA).sum())


def _themselves(participant: str) -> Actor:
    return Actor(participant, Role.PARTICIPANT)


def _enrol(db: Connection, engine: Engine, worn: Sequence[Devices], begin_us: int) -> None:
    roster.enrol(db, [devices.member for devices in worn], begin_us)
    causes = sorted(engine.causes())
    for devices in worn:
        member = devices.member
        registry.assign(db, devices.glasses, member.id, begin_us)
        registry.assign(db, devices.strap, member.id, begin_us)
        arm = "prompted" if member.prompted else "unprompted"
        engine.enrol(db, member.id, begin_us, arm, causes[member.cause])
    company.verify(db, engine, begin_us)
    company.pledge(db, engine, begin_us)
    company.challenge(db, engine, [devices.member for devices in worn], begin_us)


def _life(devices: Devices, begin_us: int, until_us: int) -> _Life:
    wearer = devices.member.wearer()
    silent_us = until_us - devices.member.silent_h * HOUR_US
    days: list[NDArray[np.void]] = []
    at_us = begin_us
    while at_us < silent_us:
        days.append(wearer.minutes(at_us))
        at_us = int(days[-1]["start_us"][-1]) + MINUTE_US
    truth = np.concatenate(days)
    truth = truth[(truth["start_us"] >= begin_us) & (truth["start_us"] < silent_us)]
    return _Life(devices, begin_us, _motion(truth), _pulse(truth), told_us=begin_us)


def _motion(truth: NDArray[np.void]) -> Minutes:
    """Return what glasses make of the truth."""
    minutes = epochs.blank(len(truth))
    measured, worn = truth["n_accel"] > 0, truth["worn"]
    moving = (truth["steps"] > 0) | (truth["enmo_g"] >= epochs.MOVING_G)
    minutes["state"] = np.select(
        [~measured, ~worn, moving],
        [State.NO_DATA, State.NOT_WORN, State.WORN_MOVING],
        State.WORN_STILL,
    )
    minutes["flags"] = np.where(measured, Flag.ACCEL, 0)
    minutes["n_accel"] = np.where(worn, truth["n_accel"], 0)
    minutes["enmo_g"] = np.where(measured & worn, truth["enmo_g"], np.nan)
    minutes["steps"] = np.where(worn, truth["steps"], 0)
    return minutes


def _pulse(truth: NDArray[np.void]) -> Minutes:
    """Return what a strap makes of the truth: a heart rate a second while it is worn."""
    minutes = epochs.blank(len(truth))
    heard = truth["heart_rate_bpm"] > 0
    minutes["state"] = np.where(heard, State.WORN_STILL, State.NO_DATA)
    minutes["hr_n"] = np.where(heard, 60, 0)
    minutes["hr_sum_bpm"] = 60 * truth["heart_rate_bpm"].astype(np.uint32)
    return minutes
