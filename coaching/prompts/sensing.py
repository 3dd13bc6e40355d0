"""From the database to a `State`: what a decision point gets to see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from analytics import scores
from coaching import members
from coaching.days import goals
from coaching.days.goals import Goal, Key
from coaching.daytime import HOUR_US, minute_of_day
from coaching.grounds import Grounds
from coaching.learned import learning
from coaching.post import inbox
from coaching.post.delivery import most_pushes, pushes_today
from coaching.post.message import Sent
from coaching.prompts import body, snoozes
from coaching.prompts.body import Body
from coaching.prompts.point import Point
from coaching.prompts.snoozes import Snoozed
from coaching.prompts.state import Learned, State
from coaching.protocol import Protocol
from coaching.safety import tickets
from people import registry

_LONGEST_DAY_US: Final = 50 * HOUR_US  # a flight west across the date line


def sense(
    db: Connection, points: Sequence[Point], grounds: Grounds, now_us: int
) -> list[State]:
    """Return what each point sees; the points are of different people."""
    known = _gather(db, points, grounds, now_us)
    return [known.state(point) for point in points]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of all these people, by as many queries for one as for many."""

    now_us: int
    protocol: Protocol
    sent: Mapping[str, Sequence[Sent]]
    snoozed: Mapping[str, Snoozed]
    flagged: Collection[str]  # a red flag of theirs is open
    languages: Mapping[str, str]
    paused: Collection[str]
    goals: Mapping[Key, Goal]
    bodies: Mapping[str, Body]
    catching_up: Collection[str]
    learned: Mapping[str, Learned]

    def state(self, point: Point) -> State:
        """Return what one point sees."""
        who, member, calendar = point.participant, point.member, point.calendar
        felt, sent = self.bodies[who], self.sent.get(who, ())
        pushed = [each.pushed_us for each in sent if each.pushed_us is not None]
        goal = self.goals.get((who, calendar.local_day(point.due_us)))
        joined = calendar.local_day(member.enrolled_us)
        return State(
            participant=who,
            counter=member.decisions_made,
            arm=member.arm,
            kind=point.kind,
            occasion=point.occasion,
            language=self.languages[who],
            due_us=point.due_us,
            at_us=self.now_us,
            epoch_us=point.epoch_us,
            minute_of_day=minute_of_day(calendar, self.now_us),
            quiet_start_minute=member.quiet_start_minute,
            quiet_end_minute=member.quiet_end_minute,
            handed_over=who in self.flagged,
            paused=who in self.paused,
            snoozed=point.occasion in self.snoozed.get(who, ()),
            last_push_us=max(pushed, default=None),
            pushes_today=pushes_today(calendar, sent, self.now_us),
            most_pushes=most_pushes(member, self.protocol, self.now_us),
            used=self._used(sent),
            last_data_us=felt.last_data_us,
            worn=felt.worn,
            still_min=felt.still_min,
            steps_30min=felt.steps_30min,
            steps_2h=felt.steps_2h,
            steps_today=goal.done_steps if goal else None,
            goal_steps=goal.steps if goal else None,
            catching_up=who in self.catching_up,
            days_in=(calendar.local_day(self.now_us) - joined).days,
            dose=member.dose,
            learned=self.learned.get(who),
        )

    def _used(self, sent: Sequence[Sent]) -> tuple[str, ...]:
        since_us = self.now_us - self.protocol.prompts.novelty_h * HOUR_US
        return tuple(sorted({each.template for each in sent if each.sent_us > since_us}))


def _gather(db: Connection, points: Sequence[Point], grounds: Grounds, now_us: int) -> _Known:
    people = [point.participant for point in points]
    novelty_us = grounds.protocol.prompts.novelty_h * HOUR_US
    days = [(each.participant, each.calendar.local_day(each.due_us)) for each in points]
    return _Known(
        now_us=now_us,
        protocol=grounds.protocol,
        sent=inbox.sent_after(db, people, now_us - max(novelty_us, _LONGEST_DAY_US)),
        snoozed=snoozes.lasting(db, people, now_us),
        flagged={each.participant for each in tickets.unresolved(db, people)},
        languages=registry.languages_of(db, people),
        paused=members.pauses_between(db, people, now_us, now_us + 1),
        goals=goals.read(db, days),
        bodies=body.bodies(db, points),
        catching_up=scores.catching_up_of(db, people, now_us),
        learned=learning.known(db, [point.member for point in points], grounds),
    )
