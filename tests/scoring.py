"""A hub's scoring alone: a real log, store and runner, and what is put into the log."""

import contextlib
from datetime import UTC, date, datetime

import numpy as np
from sqlalchemy import select

from analytics import epochs, scores, tables
from analytics.epochs import HOUR_US, MINUTE_US
from analytics.lookups import Lookups
from analytics.reading import frames_of
from analytics.runner import Runner
from analytics.shard import Shard
from gateway import wire
from ingest.archive import Archive
from ingest.log import Arrival, Entry
from ingest.log.sqlite import SqliteLog
from ingest.store.sqlite import SqliteStore
from people import registry
from people import tables as people_tables
from people.registry import Person, Role
from tests.property.test_steps import gait

DAY = date(2024, 5, 6)
MIDNIGHT_US = int(datetime(2024, 5, 6, tzinfo=UTC).timestamp()) * 1_000_000
NOON_US = MIDNIGHT_US + 12 * HOUR_US
DAY_US = 24 * HOUR_US
PERIOD_US = 20_000


class Hub:
    """A store, a log and a runner; ada wears the glasses, in London's winter time."""

    def __init__(self, folder):
        self.folder = folder
        metadatas = (people_tables.metadata, tables.metadata)
        self.store = SqliteStore(folder / "hub.db", metadatas)
        self.log = SqliteLog(folder / "log")
        self.archive = Archive(folder / "archive")
        self.seen = []
        self.runner = self.start()
        self.now_us = NOON_US

    def start(self, observers=None, hearers=()):
        observers = [self._observe] if observers is None else observers
        self.runner = Runner(self.store, self.log, self.archive, observers, hearers)
        return self.runner

    def _observe(self, _db, facts, _now_us):
        self.seen += facts

    def join(self, who="ada", device="glasses-1", zone="UTC"):
        def change(db):
            registry.add_person(db, Person(who, Role.PARTICIPANT), 0)
            registry.set_zone(db, who, zone, 0)
            registry.assign(db, device, who, 0)

        self.store.write(change)

    def receive(self, batches):
        at_us = max(self.now_us, max(batch.start_us for batch in batches) + MINUTE_US)
        self.log.append([Arrival(at_us, "hall", 0, batch) for batch in batches])

    def work(self, now_us=None):
        self.now_us = self.now_us if now_us is None else now_us
        while self.runner.step(self.now_us):
            pass

    def minutes(self, who="ada", start_us=MIDNIGHT_US, end_us=MIDNIGHT_US + DAY_US):
        with self.store.reading() as db:
            return scores.minutes(db, who, start_us, end_us)

    def day(self, who="ada", day=DAY):
        with self.store.reading() as db:
            query = select(tables.day_facts).where(
                tables.day_facts.c.participant == who, tables.day_facts.c.day == day
            )
            return db.execute(query).one_or_none()

    def rows(self, table):
        with self.store.reading() as db:
            return db.execute(select(table)).all()

    def close(self):
        self.log.close()
        self.store.close()


@contextlib.contextmanager
def opened(folder):
    """Give one for as long as the block lasts."""
    hub = Hub(folder)
    hub.join()
    try:
        yield hub
    finally:
        hub.close()


def walk(
    start_us=NOON_US, batches=24, size=500, *, device="glasses-1", boot=7, first=0, seed=0
):
    """A walk as batches of ten seconds."""
    return [
        wire.Batch(
            device=device,
            boot=boot,
            stream="accel",
            sequence=n,
            start_us=start_us + n * size * PERIOD_US,
            start_error_us=900,
            period_us=float(PERIOD_US),
            scale=1 / 4096,
            unit="g",
            channels=3,
            samples=gait(size / 50, 1.9, 0.4, seed + n).tobytes(),
            counted=wire.DeviceCount(boot=1, sample=first + n * size, ticks=0),
        )
        for n in range(batches)
    ]


def pulse(start_us=NOON_US, seconds=180, bpm=120, *, device="strap-1", boot=9):
    """Heart rates as batches of thirty seconds."""
    return [
        wire.Batch(
            device=device,
            boot=boot,
            stream="heart_rate",
            sequence=n,
            start_us=start_us + n * 30_000_000,
            start_error_us=900,
            period_us=None,
            offsets_us=np.arange(0, 30_000_000, 1_000_000, dtype="<u4").tobytes(),
            scale=1.0,
            unit="bpm",
            channels=1,
            samples=np.full(30, bpm, "<i2").tobytes(),
        )
        for n in range(seconds // 30)
    ]


def steps_told(until_us, minutes=1, *, boot=7, first=0):
    """What the glasses counted themselves in the minutes before an instant, as one batch."""
    return [
        wire.Batch(
            device="glasses-1",
            boot=boot,
            stream="steps",
            sequence=first,
            start_us=until_us - minutes * MINUTE_US,
            start_error_us=900,
            period_us=float(MINUTE_US),
            scale=1.0,
            unit="count",
            channels=1,
            samples=np.full(minutes, 100, "<i2").tobytes(),
            counted=wire.DeviceCount(boot=1, sample=first, ticks=0),
        )
    ]


def offline(hub, batches):
    """What one shard makes of all batches in order, at once."""
    shard = Shard()
    entries = [Entry(n, NOON_US, "hall", 0, batch) for n, batch in enumerate(batches, 1)]
    with hub.store.reading() as db:
        frames = frames_of(entries, Lookups(db))
    told = shard.feed(frames, NOON_US + DAY_US, NOON_US + DAY_US)
    minutes = epochs.blank(1440)
    place = (told.epochs["minute_us"] - MIDNIGHT_US) // MINUTE_US
    minutes[place] = told.epochs["minute"]
    return minutes


def offline_by_device(hub, batches):
    entries = [Entry(n, NOON_US, "hall", 0, batch) for n, batch in enumerate(batches, 1)]
    with hub.store.reading() as db:
        frames = frames_of(entries, Lookups(db))
    told = Shard().feed(frames, NOON_US + DAY_US, NOON_US + DAY_US)
    found = {}
    for epoch in told.epochs:
        minutes = found.setdefault(told.lanes[epoch["lane"]], epochs.blank(1440))
        place = (int(epoch["minute_us"]) - MIDNIGHT_US) // MINUTE_US
        minutes[place] = epochs.combine(
            minutes[place : place + 1], epoch["parts"].reshape(1), epoch["minute"].reshape(1)
        )[0]
    return {key: minutes.tobytes() for key, minutes in found.items()}


def stored_minutes(hub):
    with hub.store.reading() as db:
        found = epochs.read(db, ["ada"], MIDNIGHT_US, MIDNIGHT_US + DAY_US)
    return {("ada", device): minutes.tobytes() for device, minutes in found["ada"].items()}
