"""A small study to test the coach in: Ada and Ben walk, Cleo coaches."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import sqlalchemy

from analytics import days, epochs
from analytics import tables as analytics_tables
from coaching import protocol
from coaching.engine import Engine
from coaching.protocol import Protocol
from ingest.store import upsert
from kindstep.tables import METADATAS
from people import registry
from people.authorize import Actor
from people.registry import Person, Relation, RelationKind, Role, Topic, ViewerKind

MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
MONDAY = date(2024, 3, 4)
BERLIN = "Europe/Berlin"
_NOTHING = epochs.blank(1440)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

ADA = Actor("ada", Role.PARTICIPANT)
BEN = Actor("ben", Role.PARTICIPANT)
CLEO = Actor("cleo", Role.COACH)


def usc():
    """Read the study's protocol, unchecked."""
    text = files("kindstep").joinpath("studies/usc.toml").read_bytes()
    return msgspec.toml.decode(text, type=Protocol)


def at(day, clock, zone=BERLIN):
    """Give the instant at which the clock on the wall shows "13:00"."""
    moment = datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone))
    return (moment.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)


def live(db, who, start_us, minutes, steps=0, *, state=None, counts=True):
    """Let minutes pass, each with as many steps; without a state it follows from them."""
    steps = np.broadcast_to(np.asarray(steps), minutes)
    lived = np.zeros(minutes, epochs.EPOCH)
    lived["minute_us"] = start_us + MINUTE_US * np.arange(minutes)
    lived["parts"] = epochs.Part.ALL
    moving = np.where(steps > 0, epochs.State.WORN_MOVING, epochs.State.WORN_STILL)
    lived["minute"]["state"] = moving if state is None else state
    lived["minute"]["flags"] = epochs.Flag.ACCEL if counts else 0
    lived["minute"]["hr_n"] = 60
    lived["minute"]["hr_sum_bpm"] = 60 * 62
    lived["minute"]["steps"] = steps
    lived["minute"]["device_steps"] = -1
    epochs.keep(db, [(who, f"glasses-{who}")], lived)


class Study:
    """An engine, its database, and what the people in it do."""

    def __init__(self, rules=None, site_seed=7, messages=None, url="sqlite://"):
        self.protocol = rules or usc()
        protocol.validate(self.protocol)
        self.engine = Engine(self.protocol, site_seed=site_seed, messages=messages)
        self.db = sqlalchemy.create_engine(url).connect()
        for metadata in METADATAS:
            metadata.create_all(self.db)
        if registry.find_person(self.db, "cleo") is None:
            registry.add_person(self.db, Person("cleo", Role.COACH), 0)

    def close(self):
        self.db.close()
        self.db.engine.dispose()

    def join(
        self, who="ada", *, day=MONDAY, clock="07:00", zone=BERLIN, arm="prompted", cause=None
    ):
        now_us = at(day, clock, zone)
        registry.add_person(self.db, Person(who, Role.PARTICIPANT), now_us)
        registry.set_zone(self.db, who, zone, 0)
        registry.relate(self.db, Relation(RelationKind.COACH, who, "cleo"), now_us)
        shown_to = dict.fromkeys(Topic, ViewerKind)
        registry.consent_at_enrolment(self.db, who, shown_to, now_us)
        self.engine.enrol(self.db, who, now_us, arm, cause)

    def live(self, who, start_us, minutes, steps=0, *, state=None, counts=True):
        live(self.db, who, start_us, minutes, steps, state=state, counts=counts)

    def fact(self, who, day, *, complete=False):
        """Compute what is known of a day."""
        start_us, end_us = registry.day_bounds_us(self.db, who, day)
        found = epochs.read(self.db, [who], start_us, end_us).get(who, {})
        minutes = epochs.merge(found, (end_us - start_us) // MINUTE_US)
        span = days.Span(who, day, BERLIN, start_us, end_us, None, complete)
        return days.compute(span, minutes, days.Body())

    def fact_minutes(self, who, start_us, count):
        """Give the steps of some minutes."""
        found = epochs.read(self.db, [who], start_us, start_us + count * MINUTE_US)
        return epochs.steps(epochs.merge(found.get(who, {}), count))

    def observe(self, who, day, now_us, *, complete=False):
        fact = self.fact(who, day, complete=complete)
        self.db.execute(upsert(self.db, analytics_tables.day_facts), [days.as_row(fact)])
        return self.engine.observe(self.db, [fact], now_us)

    def whole_day(self, who, day, steps, *, complete=True):
        """Let a day of 15 worn hours pass with so many steps; observe it afterwards."""
        start_us = at(day, "07:00")
        walked = np.zeros(900, int)
        walked[60 : 60 + steps // 100] = 100
        walked[60 + steps // 100] = steps % 100
        self.live(who, start_us, 900, walked)
        self.engine.tick(self.db, start_us)
        now_us = at(day + timedelta(days=1), "00:10")
        self.engine.tick(self.db, now_us)
        return self.observe(who, day, now_us, complete=complete)

    def tell(self, who, day, steps, *, complete=True, now_us=None):
        """Let a day of 15 worn hours be known by its sums alone."""
        start_us, end_us = registry.day_bounds_us(self.db, who, day)
        span = days.Span(who, day, BERLIN, start_us, end_us, end_us, complete)
        known = {"steps": steps, "step_minutes": 900, "wear_minutes": 900, "valid": True}
        fact = replace(days.compute(span, _NOTHING, days.Body()), **known, data_minutes=900)
        self.db.execute(upsert(self.db, analytics_tables.day_facts), [days.as_row(fact)])
        return self.engine.observe(self.db, [fact], now_us or end_us + 600_000_000)

    def inbox(self, who, now_us):
        return self.engine.inbox(self.db, who, now_us)

    def decisions(self, who="ada"):
        """Give a person's decisions, the first first."""
        return [each.decision for each in self.engine.decisions(self.db, who, 10_000)][::-1]
