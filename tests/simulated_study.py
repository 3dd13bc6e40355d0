"""A whole study in minutes: people, teams, challenges, gifts and ratings, day by day.

python -m tests.simulated_study [PEOPLE] [WEEKS]

Only how far people walk, when their data comes, and what they choose is simulated; it is told
as day facts. Everything else is the engine: goals, points, challenges, gifts, boards, ratings.
"""

import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import msgspec
import sqlalchemy as sa

from analytics import days, epochs
from analytics.tables import day_facts
from coaching.acts.challenges import JoinChallenge, ProposeChallenge, StartChallenge
from coaching.acts.coaches import RateCoach, VerifyCoach
from coaching.acts.giving import DeliverVoucher, GiveTogether, PledgeVouchers, RedeemVoucher
from coaching.acts.prompts import AnswerPrompt, CoachMessage
from coaching.challenges import record
from coaching.challenges.recount import recount
from coaching.challenges.tables import trophies
from coaching.engine import Engine
from coaching.giving import gifts, vouchers
from ingest.store import upsert
from kindstep.tables import METADATAS
from people import registry
from people.authorize import Actor
from people.registry import Person, Relation, RelationKind, Role, Topic, ViewerKind
from tests.coached import usc

MONDAY = date(2026, 3, 2)
HOUR_US, DAY_US = 3_600_000_000, 86_400_000_000
TEAM = 5
TALKING = 40  # people, with their coach
ZONES = ("America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata")
OPERATOR, SPONSOR = Actor("omar", Role.OPERATOR), Actor("lux", Role.SPONSOR)
COACH = Actor("cleo", Role.COACH)
_BLANK = days.compute(
    days.Span("", MONDAY, "UTC", 0, DAY_US, None, True), epochs.blank(1440), days.Body()
)


@dataclass(slots=True)
class Result:
    """What came of it."""

    ended: Counter[str] = field(default_factory=Counter)  # challenges, by kind
    trophies: Counter[str] = field(default_factory=Counter)
    delivered: int = 0
    waiting: int = 0
    hidden: int = 0  # boards, at the end of a week
    shown_from: int | None = None  # how many responses there were when ratings appeared
    problems: list[str] = field(default_factory=list)
    facts: int = 0
    took_s: float = 0.0


class World:
    """The people, and the engine they live with."""

    def __init__(self, people: int, weeks: int) -> None:
        self.chance = random.Random(people * 100 + weeks)  # noqa: S311 - how people live
        self.people = [f"p-{n:04d}" for n in range(people)]
        self.days = weeks * 7
        self.db = sa.create_engine("sqlite://").connect()
        for metadata in METADATAS:
            metadata.create_all(self.db)
        self.engine = Engine(_protocol(people, weeks), site_seed=7)
        self.level = {who: self.chance.randint(4000, 9000) for who in self.people}
        self.falls = {who for who in self.people if self.chance.random() < 0.08}
        self.late: list[tuple[int, days.DayFact]] = []
        self.result = Result()
        self._enrol(people)

    def close(self) -> None:
        self.db.close()
        self.db.engine.dispose()

    def live(self) -> Result:
        """Let all days pass."""
        begun = time.perf_counter()
        for number in range(self.days + 4):
            self._day(number)
        self._settle()
        self.result.took_s = time.perf_counter() - begun
        return self.result

    def act(self, actor: Actor, what, now_us: int) -> bool:
        return self.engine.act(self.db, actor, what, now_us).ok

    def _enrol(self, people: int) -> None:
        start_us = registry.Calendar((0,), ("UTC",)).day_bounds_us(MONDAY)[0] - DAY_US // 2
        self.start_us = start_us
        for actor in (OPERATOR, SPONSOR, COACH):
            registry.add_person(self.db, Person(actor.person, actor.role), start_us)
        verify = VerifyCoach(
            participant="omar",
            coach="cleo",
            credential="physiotherapist",
            valid_until=date(2030, 1, 1),
        )
        assert self.act(OPERATOR, verify, start_us)
        for cause in self.engine.causes():
            pledge = PledgeVouchers(
                participant="omar", sponsor="lux", cause=cause, vouchers=people, reference=cause
            )
            assert self.act(OPERATOR, pledge, start_us)
        shown_to = dict.fromkeys(Topic, tuple(ViewerKind))
        causes = sorted(self.engine.causes())
        for number, who in enumerate(self.people):
            registry.add_person(self.db, Person(who, Role.PARTICIPANT), start_us)
            registry.set_zone(self.db, who, ZONES[number // TEAM % 3], 0)
            registry.consent_at_enrolment(self.db, who, shown_to, start_us)
            team = Relation(RelationKind.TEAM, who, f"team {number // TEAM}")
            registry.relate(self.db, team, start_us)
            self.engine.assign(self.db, who, "cleo", MONDAY, start_us)
            self.engine.enrol(
                self.db, who, start_us, "unprompted", causes[number % len(causes)]
            )
            if number % 10 == 0:
                pool = GiveTogether(participant=who, team=f"team {number // TEAM}")
                assert self.act(_self(who), pool, start_us)
        for one, other in zip(self.people[::2], self.people[1::2], strict=False):
            for pair in ((one, other), (other, one)):
                registry.relate(self.db, Relation(RelationKind.FRIEND, *pair), start_us)

    def _day(self, number: int) -> None:
        day, now_us = MONDAY + timedelta(number), self.start_us + (number + 2) * DAY_US
        if number < self.days:
            if number == 14:
                self._begin(day, self.start_us + (number + 1) * DAY_US)
            self._tell([self._fact(who, day, number) for who in self.people], now_us)
        due = [fact for when, fact in self.late if when == number]
        self._tell([replace(fact, complete=True) for fact in due], now_us)
        self.engine.tick(self.db, now_us)
        if number % 7 == 6:
            self._week(now_us)

    def _fact(self, who: str, day: date, number: int) -> days.DayFact:
        start_us, end_us = registry.day_bounds_us(self.db, who, day)
        share = 0.7 if who in self.falls and number >= 20 else 1.0
        steps = int(self.level[who] * share * self.chance.uniform(0.6, 1.4))
        fact = replace(
            _BLANK,
            participant=who,
            day=day,
            start_us=start_us,
            end_us=end_us,
            steps=steps,
            step_minutes=900,
            wear_minutes=900,
            data_minutes=900,
            valid=True,
        )
        if self.chance.random() < 0.1:  # held up in a spool: first a part, the rest in days
            self.late.append((number + self.chance.randint(1, 3), fact))
            return replace(fact, steps=steps // 3, valid=False, complete=False)
        return fact

    def _tell(self, facts: list[days.DayFact], now_us: int) -> None:
        if facts:
            self.db.execute(upsert(self.db, day_facts), [days.as_row(fact) for fact in facts])
            self.engine.observe(self.db, facts, now_us)
            self.result.facts += len(facts)

    def _begin(self, day: date, now_us: int) -> None:
        """Begin one of each kind; nearly everyone joins what is open to them."""
        for offer, teams in {
            "team": (),
            "pool": (),
            "journey": (),
            "pair": ("team 0", "team 1"),
            "relay": (),
        }.items():
            proposal = ProposeChallenge(
                participant="omar", offer=offer, first_day=day, teams=teams
            )
            assert self.act(OPERATOR, proposal, now_us)
        for one, other in zip(self.people[::2], self.people[1::2], strict=False):
            duel = StartChallenge(participant=one, offer="duel", first_day=day, to=other)
            self.act(_self(one), duel, now_us)
            row = StartChallenge(participant=other, offer="row", first_day=day)
            assert self.act(_self(other), row, now_us)
        for who in self.people:
            if self.chance.random() < 0.9 or who < "p-0015":
                for each in self.engine.challenges(self.db, who, now_us).invitations:
                    self.act(
                        _self(who), JoinChallenge(participant=who, challenge=each.id), now_us
                    )

    def _week(self, now_us: int) -> None:
        for gift in self.engine.gifts(self.db, "lux"):
            if gift.state == "activated":
                self.act(SPONSOR, RedeemVoucher(participant="lux", code=gift.code), now_us)
            elif gift.state == "redeemed":
                self.act(SPONSOR, DeliverVoucher(participant="lux", code=gift.code), now_us)
        for who in self.people[:TALKING]:
            self._talk(who, now_us)
        for who in sorted(self.falls | {*self.people[:50]}):
            seen = self.engine.challenges(self.db, who, now_us).playing
            self.result.hidden += any(each.board.is_hidden for each in seen)

    def _talk(self, who: str, now_us: int) -> None:
        """Let the coach write, the participant answer and then rate."""
        awake_us = now_us + 3 * HOUR_US  # by day in all zones
        template = self.engine.templates()[0].id
        message = CoachMessage(participant=who, coach="cleo", template_id=template)
        self.act(COACH, message, awake_us)
        for item in self.engine.inbox(self.db, who, awake_us):
            if item.sender == "cleo" and item.answered is None:
                at_us = max(awake_us, item.sent_us)
                answer = AnswerPrompt(
                    participant=who, message_id=item.id, answer=item.options[0]
                )
                self.act(_self(who), answer, at_us)
                stars = self.chance.choice((5, 5, 4, 3, 1))
                rating = RateCoach(participant=who, coach="cleo", stars=stars, comment="Said.")
                assert self.act(_self(who), rating, at_us + 1)
                self._look()

    def _look(self) -> None:
        known = self.engine.reputation(self.db, "cleo")
        if known.is_shown and self.result.shown_from is None:
            self.result.shown_from = known.responses
        elif not known.is_shown:
            assert known.stars == {}
            assert known.comments == ()

    def _settle(self) -> None:
        found = self.result
        for challenge in record.every(self.db):
            kind = type(challenge.terms).__name__
            found.ended[kind] += challenge.ended_us is not None
            won = sa.select(trophies.c.challenge).where(trophies.c.challenge == challenge.id)
            found.trophies[kind] += len(self.db.execute(won).all())
        states = Counter(voucher.state for voucher in vouchers.all_vouchers(self.db))
        found.delivered = states[vouchers.State.DELIVERED]
        found.waiting = states[vouchers.State.WAITING]
        found.problems = [*gifts.audit(self.db), *recount(self.db)]


def _self(who: str) -> Actor:
    return Actor(who, Role.PARTICIPANT)


def _protocol(people: int, weeks: int):
    """Give the study's protocol, its sums fitted to so many people, and without prompts."""
    study = usc()
    span = {"days": 14, "title": "t"}
    offers = {
        "team": {"kind": "team_goal", "share": 0.9},
        "pool": {"kind": "pool", "steps": people * 14 * 3000},
        "journey": {
            "kind": "journey",
            "path": [{"name": "a", "at_steps": 50_000}, {"name": "b", "at_steps": 200_000}],
        },
        "pair": {
            "kind": "pairing",
            "steps": 250_000,
            "least_share": 0.2,
            "cause": "children",
            "vouchers": 3,
        },
        "relay": {"kind": "relay", "hold_days": 3},
        "row": {"kind": "streak", "in_a_row": 3},
        "duel": {"kind": "duel", "level_band": 0.5},
    }
    tree = msgspec.to_builtins(study.challenges)
    tree["offers"] = {name: offer | span for name, offer in offers.items()}
    return msgspec.structs.replace(
        study,
        weeks=weeks + 1,
        challenges=msgspec.convert(tree, type(study.challenges)),
        prompts=msgspec.structs.replace(study.prompts, schedule=()),
    )


def main() -> None:
    people, weeks = (int(each) for each in (sys.argv[1:] + ["1000", "12"][len(sys.argv) - 1 :]))
    world = World(people, weeks)
    found = world.live()
    world.close()
    say = sys.stdout.write
    say(f"{people:,} people, {weeks} weeks, {found.facts:,} day facts: {found.took_s:.0f} s\n")
    for kind, ended in sorted(found.ended.items()):
        say(f"  {kind}: {ended} ended, {found.trophies[kind]} trophies\n")
    say(f"  vouchers: {found.delivered} delivered, {found.waiting} wait for a budget\n")
    say(f"  boards hidden by the harm guard: {found.hidden} person-weeks\n")
    say(f"  ratings shown from response {found.shown_from} on\n")
    say(f"  problems: {found.problems or 'none'}\n")
    if found.problems:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
