"""From a real log to minutes, days and scores: exactly once, whatever comes late or breaks."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace as changed
from sqlalchemy import select

from analytics import coverage, epochs, scores, sweeping, tables
from analytics.absorbing import Absorbed
from analytics.daily import AT_ONCE
from analytics.epochs import HOUR_US, MINUTE_US, State
from analytics.lookups import Lookups
from analytics.reading import frames_of
from analytics.runner import Runner
from analytics.shard import Shard
from gateway import wire
from ingest.archive import Archive, Retention
from ingest.log import Arrival, Entry
from ingest.log.sqlite import SqliteLog
from ingest.store.sqlite import SqliteStore
from people import registry
from people import tables as people_tables
from people.registry import Person, Profile, Role
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


@pytest.fixture
def hub(tmp_path):
    hub = Hub(tmp_path)
    hub.join()
    yield hub
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


def test_a_walk_becomes_minutes_a_day_and_a_score(hub):
    hub.receive(walk())
    hub.work(NOON_US + 10 * MINUTE_US)

    assert hub.minutes().tobytes() == offline(hub, walk()).tobytes()
    fact = hub.day()
    assert fact.steps == hub.minutes()["steps"].sum() > 400
    assert (fact.wear_minutes, fact.valid, fact.complete) == (4, False, False)
    with hub.store.reading() as db:
        today = scores.today(db, "ada", hub.now_us)
    assert today.score.missing[0] == "valid_days"
    assert today.fact.steps == fact.steps


def test_observers_hear_of_days_that_changed(hub):
    hub.receive(walk())
    hub.work(NOON_US + 10 * MINUTE_US)

    assert hub.seen[-1].steps == hub.day().steps
    assert hub.seen[-1].last_minute_us == NOON_US + 3 * MINUTE_US


def test_a_restart_after_each_step_changes_nothing(hub):
    for n, batch in enumerate(walk()):
        hub.receive([batch])
        hub.start().step(NOON_US + n * 10_000_000)
    hub.start()
    hub.work(NOON_US + 10 * MINUTE_US)

    assert hub.minutes().tobytes() == offline(hub, walk()).tobytes()
    assert hub.runner.checkpoint() == hub.log.last()


def test_many_days_that_change_at_once_follow_in_turn(hub):
    people = [f"p-{n:03}" for n in range(2 * AT_ONCE + 7)]
    for who in people:
        hub.join(who, f"glasses-{who}")
    hub.receive([walk(batches=1, device=f"glasses-{who}")[0] for who in people])
    first = hub.runner.step(NOON_US + 10 * MINUTE_US)
    told = [len({fact.participant for fact in hub.seen})]
    hub.start()  # killed in between
    while hub.runner.step(NOON_US + 10 * MINUTE_US):
        told.append(len({fact.participant for fact in hub.seen}))
    told.append(len({fact.participant for fact in hub.seen}))

    assert first > 0
    assert told == [AT_ONCE, 2 * AT_ONCE, len(people)]
    assert len(hub.seen) == len(people)
    assert hub.rows(tables.days_due) == []


class _Breaks(Exception):
    pass


def test_what_fails_leaves_no_trace_and_is_done_again(hub):
    def breaks(_db, _facts, _now_us):
        raise _Breaks

    hub.receive(walk())
    runner = hub.start([breaks])
    for _ in range(2):
        with pytest.raises(_Breaks):
            runner.step(NOON_US + 10 * MINUTE_US)
    assert hub.rows(tables.epoch_hours) == hub.rows(tables.shard_rows) == []
    assert hub.runner.checkpoint() == 0

    hub.start()
    hub.work(NOON_US + 10 * MINUTE_US)
    assert hub.minutes().tobytes() == offline(hub, walk()).tobytes()


def test_what_comes_hours_late_ends_as_if_it_had_come_in_time(hub):
    batches = walk()
    hub.receive(batches[:6])
    carried = [changed(b, boot=8) for b in batches[12:]]  # to another gateway, and on
    hub.receive(carried)
    hub.work(NOON_US + 2 * HOUR_US)
    assert hub.day().steps < offline(hub, batches)["steps"].sum()
    assert len(hub.rows(tables.holes)) == 1

    hub.now_us = NOON_US + 5 * HOUR_US
    hub.receive(batches[6:9])
    hub.work(NOON_US + 5 * HOUR_US)
    hub.receive(batches[9:12])
    hub.work(NOON_US + 6 * HOUR_US)
    assert hub.minutes().tobytes() == offline(hub, batches).tobytes()
    assert hub.rows(tables.holes) == hub.rows(tables.rescores) == []


def test_whoever_copies_minutes_hears_of_late_ones_too(hub):
    heard = []
    hub.start(hearers=[lambda _db, news: heard.append(news.minutes_us)])
    batches = walk()
    hub.receive([*batches[:6], *(changed(b, boot=8) for b in batches[12:])])
    hub.work(NOON_US + 2 * HOUR_US)
    before = len(heard)
    hub.receive(batches[6:12])
    hub.work(NOON_US + 6 * HOUR_US)

    late = {minute_us for news in heard[before:] for minute_us in news.get("ada", ())}
    assert {batch.start_us // MINUTE_US * MINUTE_US for batch in batches[6:12]} <= late


def test_a_day_that_was_scored_again_goes_on(hub):
    batches = walk(batches=36)
    hub.receive(batches[:6])
    hub.receive([changed(b, boot=8) for b in batches[12:24]])
    hub.work(NOON_US + 2 * HOUR_US)
    hub.now_us = NOON_US + 2 * HOUR_US
    hub.receive(batches[6:12])
    hub.work()
    hub.start()
    hub.receive([changed(b, boot=8) for b in batches[24:]])
    hub.work(NOON_US + 3 * HOUR_US)

    assert hub.minutes().tobytes() == offline(hub, batches).tobytes()


def test_late_data_of_a_sealed_hour_is_read_from_the_archive(hub):
    batches = walk()
    hub.receive(batches[:6] + [changed(b, boot=8) for b in batches[12:]])
    hub.work(NOON_US + 3 * HOUR_US)
    assert hub.archive.seal(hub.log, NOON_US + 3 * HOUR_US, hub.runner.checkpoint) == 1

    hub.now_us = NOON_US + 5 * HOUR_US
    hub.receive(batches[6:12])
    hub.work()
    assert hub.minutes().tobytes() == offline(hub, batches).tobytes()


def test_a_day_whose_samples_were_dropped_stays_as_it_was_scored(hub):
    batches = walk()
    hub.receive(batches[:6] + [changed(b, boot=8) for b in batches[12:]])
    hub.work(NOON_US + 3 * HOUR_US)
    hub.archive.seal(hub.log, NOON_US + 3 * HOUR_US, hub.runner.checkpoint)
    hub.archive.drop(Retention({"accel": 7}, until_exported=False), NOON_US + 8 * DAY_US)
    hub.work(NOON_US + 8 * DAY_US)
    minutes, steps = hub.minutes().tobytes(), hub.day().steps

    hub.receive(batches[6:9])
    hub.work()
    hub.start()
    hub.receive(batches[9:12])
    hub.work(NOON_US + 9 * DAY_US)

    assert (hub.minutes().tobytes(), hub.day().steps) == (minutes, steps)
    assert hub.runner.checkpoint() == hub.log.last()
    with hub.store.reading() as db:
        ((who, day, reason),) = scores.not_scored_again(db)
        assert not coverage.of(db, ["ada"])["ada"].late
    assert (who, day) == ("ada", DAY)
    assert reason.startswith("accel of glasses-1 at 2024-05-06 12:00Z was dropped")


def test_yesterday_is_scored_again_without_disturbing_today(hub):
    yesterday, today = walk(), walk(NOON_US + DAY_US, first=5_000_000, boot=8)
    hub.receive([*yesterday[:6], *[changed(b, boot=6) for b in yesterday[12:]]])
    hub.work(NOON_US + HOUR_US)
    hub.now_us = NOON_US + DAY_US
    hub.receive(today[:12])
    hub.work(NOON_US + DAY_US + HOUR_US)
    hub.receive(yesterday[6:12])
    hub.work()
    hub.receive(today[12:])
    hub.work(NOON_US + DAY_US + 2 * HOUR_US)

    assert hub.minutes().tobytes() == offline(hub, yesterday).tobytes()
    shifted = [changed(b, start_us=b.start_us - DAY_US) for b in today]
    next_day = hub.minutes(start_us=MIDNIGHT_US + DAY_US, end_us=MIDNIGHT_US + 2 * DAY_US)
    assert next_day.tobytes() == offline(hub, shifted).tobytes()


def test_midnight_cuts_a_batch_in_two(hub):
    start_us = MIDNIGHT_US + DAY_US - 60_000_000 - 3_000_000
    hub.receive(walk(start_us))
    hub.work(MIDNIGHT_US + DAY_US + HOUR_US)

    assert hub.day().data_minutes == 2
    assert hub.day(day=DAY + timedelta(days=1)).data_minutes == 3


def test_a_device_that_was_handed_on_counts_for_whoever_wore_it(hub):
    hub.join("ben", "glasses-2")
    turn_us = NOON_US + 95_000_000

    def change(db):
        registry.release(db, "glasses-2", NOON_US)
        registry.hand_over(db, "glasses-1", "ben", turn_us)

    hub.store.write(change)
    hub.receive(walk())
    hub.work(NOON_US + HOUR_US)

    ada, ben = (hub.minutes(who)["n_accel"][720:724].tolist() for who in ("ada", "ben"))
    assert ada == [3000, 1750, 0, 0]
    assert ben == [0, 1250, 3000, 3000]


def test_a_device_that_nobody_wears_is_nobodys(hub):
    hub.receive(walk(device="glasses-9"))
    hub.work(NOON_US + HOUR_US)

    assert hub.rows(tables.epoch_hours) == []
    assert hub.runner.checkpoint() == hub.log.last()


def test_heart_rate_and_motion_of_two_devices_make_one_minute(hub):
    hub.store.write(lambda db: registry.assign(db, "strap-1", "ada", 0))
    hub.store.write(lambda db: registry.set_profile(db, "ada", Profile(40, resting_bpm=60.0)))
    hub.receive(walk() + pulse())
    hub.work(NOON_US + HOUR_US)

    minute = hub.minutes()[721]
    assert (minute["hr_n"], minute["hr_sum_bpm"]) == (60, 60 * 120)
    assert minute["n_accel"] == 3000
    fact = hub.day()
    # 120 bpm is 50 % of the reserve between 60 and 180; the last minute has its cadence only.
    assert (fact.moderate_minutes, fact.vigorous_minutes, fact.heart_minutes) == (4, 0, 3)


def test_state_of_another_layout_is_built_again(hub, tmp_path):
    batches = walk()
    undisturbed = Hub(tmp_path / "undisturbed")
    undisturbed.join()
    for part in (batches[:9], batches[9:]):
        undisturbed.receive(part)
        undisturbed.work(NOON_US + MINUTE_US)

    hub.receive(batches[:9])  # ends within a minute
    hub.work(NOON_US + MINUTE_US)
    (state,) = hub.rows(tables.shard_rows)
    wrong = tables.shard_rows.update().values(state=b"otherwise" + state.state[9:])
    hub.store.write(lambda db: db.execute(wrong))
    hub.start()
    hub.receive(batches[9:])
    hub.work()

    (built,), (expected,) = (each.rows(tables.shard_rows) for each in (hub, undisturbed))
    assert built.state == expected.state
    assert hub.minutes().tobytes() == undisturbed.minutes().tobytes()
    assert hub.day() == undisturbed.day()
    undisturbed.close()


def test_who_moves_a_tracker_keeps_the_days_before(hub):
    def both(at_us, boot):
        counted = {"boot": boot, "first": 12_000 * boot}
        hub.receive(walk(at_us, **counted))
        hub.receive(walk(at_us, device="own-1", batches=23, **counted))
        hub.work(at_us + HOUR_US)
        return hub.minutes(start_us=at_us, end_us=at_us + 4 * MINUTE_US)["n_accel"].tolist()

    hub.store.write(lambda db: registry.assign(db, "own-1", "ada", 0))
    assert both(NOON_US, 0) == [3000] * 4  # the glasses'
    before = hub.day().steps

    moved_us, hip = NOON_US + DAY_US, Profile(placement="hip")
    hub.store.write(lambda db: registry.set_profile(db, "ada", hip, moved_us))
    assert both(moved_us, 1) == [3000, 3000, 3000, 2500]
    hub.store.write(lambda db: hub.runner.refresh(db, "ada", MIDNIGHT_US, hub.now_us))
    assert hub.day().steps == before > hub.day(day=DAY + timedelta(days=1)).steps


def test_a_night_is_made_at_noon_and_again_when_more_of_it_comes(hub):
    def heard(start_us, boot):
        batches = pulse(start_us, 600, 97, device="clip-1", boot=boot)
        hub.receive([changed(batch, stream="spo2", unit="%") for batch in batches])

    def night():
        with hub.store.reading() as db:
            return scores.night(db, "ada", DAY)

    hub.store.write(lambda db: registry.assign(db, "clip-1", "ada", 0))
    heard(MIDNIGHT_US + HOUR_US, 9)
    hub.work(NOON_US - MINUTE_US)
    assert night() is None
    hub.work(NOON_US + MINUTE_US)
    assert (night().spo2_minutes, night().mean_spo2_percent) == (10, 97.0)

    heard(MIDNIGHT_US + 3 * HOUR_US, 10)
    hub.work(NOON_US + 10 * MINUTE_US)
    assert night().spo2_minutes == 20


def test_a_day_waits_for_a_device_that_is_away(hub):
    hub.receive(walk())
    hub.work(NOON_US + 20 * MINUTE_US)
    with hub.store.reading() as db:
        assert scores.catching_up(db, "ada", hub.now_us)
    hub.work(MIDNIGHT_US + DAY_US + HOUR_US)
    assert not hub.day().complete

    later = walk(NOON_US + 4 * MINUTE_US, 4500, first=12_000, boot=8, size=500)
    hub.receive([*later, *steps_told(MIDNIGHT_US + DAY_US)])
    hub.work()
    assert hub.day().complete
    assert hub.day().valid


def test_a_day_waits_no_longer_than_it_is_worth(hub):
    hub.receive(walk())
    hub.work(MIDNIGHT_US + DAY_US + coverage.GIVE_UP_US - 1)
    assert not hub.day().complete

    hub.work(MIDNIGHT_US + DAY_US + coverage.GIVE_UP_US + MINUTE_US)
    assert hub.day().complete
    assert [fact.complete for fact in hub.seen if fact.day == DAY][-1]


def test_everyone_is_looked_at_a_few_at_a_time(hub, monkeypatch):
    monkeypatch.setattr(sweeping, "_PEOPLE_AT_ONCE", 2)
    people = ["ada", *(f"p-{n}" for n in range(5))]
    for n, who in enumerate(people[1:], 2):
        hub.join(who, f"glasses-{n}")
    hub.receive([b for n in range(1, 7) for b in walk(device=f"glasses-{n}", boot=n)])
    hub.work(NOON_US + HOUR_US)
    assert not any(row.complete for row in hub.rows(tables.day_facts))

    hub.work(MIDNIGHT_US + DAY_US + coverage.GIVE_UP_US)
    complete = {row.participant for row in hub.rows(tables.day_facts) if row.complete}
    assert complete == {*people}


def test_a_hole_keeps_a_day_open(hub):
    batches = walk(MIDNIGHT_US + DAY_US - 4 * MINUTE_US, 48)
    hub.receive(batches[:6] + [changed(b, boot=8) for b in batches[12:]])
    hub.receive(steps_told(MIDNIGHT_US + DAY_US))
    hub.work(MIDNIGHT_US + DAY_US + HOUR_US)
    assert hub.day().heard_until_us >= MIDNIGHT_US + DAY_US
    assert not hub.day().complete

    hub.receive(batches[6:12])
    hub.work()
    assert hub.day().complete


def test_a_day_without_a_word_is_a_day_as_well(hub):
    hub.receive(walk())
    hub.work(NOON_US + HOUR_US)
    hub.work(NOON_US + 2 * DAY_US)

    silent = hub.day(day=DAY + timedelta(days=1))
    assert (silent.data_minutes, silent.step_minutes, silent.complete) == (0, 0, False)


def lived(start_us, minutes, steps=80):
    made = epochs.blank(minutes)
    made["state"] = State.WORN_MOVING
    made["flags"] = epochs.Flag.ACCEL
    made["n_accel"], made["enmo_g"], made["steps"] = 3000, 0.1, steps
    return Absorbed("ada", "glasses-1", start_us, made)


def test_minutes_from_elsewhere_count_like_ones_of_our_own(hub):
    def history(db):
        for n in range(7):
            start_us = MIDNIGHT_US + n * DAY_US
            hub.runner.absorb(db, [lived(start_us, 720, 120)], start_us + 12 * HOUR_US)
            rest = replace(lived(start_us, 720, 0), start_us=start_us + 12 * HOUR_US)
            hub.runner.absorb(db, [rest], start_us + DAY_US)

    hub.store.write(history)
    fact = hub.day()
    assert (fact.steps, fact.wear_minutes, fact.complete) == (720 * 120, 1440, True)
    with hub.store.reading() as db:
        score = scores.score(db, "ada", DAY + timedelta(days=6))
    assert (score.score, score.provisional, score.valid_days) == (100, False, 7)
    assert hub.seen


def test_part_of_an_hour_from_elsewhere_leaves_the_rest(hub):
    hub.receive(walk())
    hub.work(NOON_US + HOUR_US)
    begin_us = NOON_US + 30 * MINUTE_US
    hub.store.write(lambda db: hub.runner.absorb(db, [lived(begin_us, 10)], NOON_US + HOUR_US))

    worn = np.flatnonzero(hub.minutes()["n_accel"])
    assert worn.tolist() == [720, 721, 722, 723, *range(750, 760)]


def test_a_clock_that_runs_ahead_brings_nothing_into_the_future(hub):
    hub.log.append([Arrival(NOON_US, "hall", 0, batch) for batch in walk(NOON_US + DAY_US)])
    hub.receive(walk(boot=8, first=90_000))
    hub.work(NOON_US + 10 * MINUTE_US)

    assert hub.minutes().tobytes() == offline(hub, walk()).tobytes()
    assert hub.day(day=DAY + timedelta(days=1)) is None


def test_a_zone_that_is_told_late_moves_minutes_between_days(hub):
    hub.receive(walk(MIDNIGHT_US + HOUR_US))
    hub.work(NOON_US)
    assert hub.day().data_minutes == 4

    def corrected(db):
        registry.set_zone(db, "ada", "America/Los_Angeles", MIDNIGHT_US - 2 * DAY_US)
        hub.runner.refresh(db, "ada", MIDNIGHT_US - DAY_US, NOON_US)

    hub.store.write(corrected)
    assert hub.day().data_minutes == 0
    assert hub.day(day=DAY - timedelta(days=1)).data_minutes == 4


def test_a_day_is_not_complete_while_it_has_to_be_scored_again(hub):
    batches = walk(MIDNIGHT_US + DAY_US - 4 * MINUTE_US, 48)
    hub.receive(batches[:6] + [changed(b, boot=8) for b in batches[12:]])
    hub.receive(steps_told(MIDNIGHT_US + DAY_US))
    hub.work(MIDNIGHT_US + DAY_US + HOUR_US)
    hub.receive(batches[6:9])
    hub.work()
    hub.receive(batches[9:12])
    hub.work(hub.now_us + 1)  # too soon to score again: no hole any more, but not done
    assert (hub.rows(tables.holes), len(hub.rows(tables.rescores))) == ([], 1)
    assert not hub.day().complete

    hub.work(hub.now_us + MINUTE_US)
    assert hub.rows(tables.rescores) == []
    assert hub.day().complete


def test_a_backlog_read_in_parts_is_the_backlog_read_at_once(hub):
    batches = walk()
    other = [changed(b, boot=8) for b in batches[12:]]
    hub.receive([*batches[:6], *other, *batches[6:12]])
    hub.runner = Runner(hub.store, hub.log, hub.archive, batch=10)

    hub.work(NOON_US + 5 * HOUR_US)
    assert hub.rows(tables.holes) == hub.rows(tables.rescores) == []
    assert hub.minutes().tobytes() == offline(hub, batches).tobytes()


def test_a_day_does_not_wait_for_a_device_that_somebody_else_wears_by_now(hub):
    hub.join("ben", "glasses-2")
    turn_us = MIDNIGHT_US + DAY_US - 10 * MINUTE_US

    def change(db):
        registry.release(db, "glasses-2", NOON_US)
        registry.hand_over(db, "glasses-1", "ben", turn_us)

    hub.store.write(change)
    hub.receive(walk(turn_us - 2 * MINUTE_US))
    hub.work(MIDNIGHT_US + DAY_US + HOUR_US)
    assert not hub.day().complete

    by_ben = walk(turn_us + 2 * MINUTE_US, 72, first=12_000, boot=8)
    hub.receive([*by_ben, *steps_told(MIDNIGHT_US + DAY_US)])
    hub.work(hub.now_us + 2 * MINUTE_US)
    assert hub.day().complete


def test_a_day_waits_for_each_of_the_memories_of_a_device(hub):
    end_us = MIDNIGHT_US + DAY_US
    hub.receive(walk(end_us - 2 * MINUTE_US))
    hub.work(end_us + HOUR_US)
    assert not hub.day().complete  # its motion is here, and nothing yet of what it counted

    hub.receive(steps_told(end_us - HOUR_US, 1000))
    hub.work(hub.now_us + MINUTE_US)
    assert not hub.day().complete

    hub.receive(steps_told(end_us, 60, first=1000))
    hub.work(hub.now_us + MINUTE_US)
    assert hub.day().complete

    hub.receive(pulse(end_us - 3 * MINUTE_US))
    hub.work(hub.now_us + 8 * HOUR_US)
    assert hub.day().complete


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_whatever_happens_on_the_way_the_minutes_are_the_same(tmp_path_factory, chance):
    batches = walk(batches=18)
    for n in range(chance.randint(0, 17), 18):
        batches[n] = changed(batches[n], boot=8)
    everything = [*batches, *pulse()]
    hub = Hub(tmp_path_factory.mktemp("hub"))
    hub.join()
    hub.store.write(lambda db: registry.assign(db, "strap-1", "ada", 0))
    expected = offline_by_device(hub, everything)

    chance.shuffle(everything)
    while everything:
        hub.now_us += chance.choice([100_000, 1_000_000, 30_000_000, 90_000_000, HOUR_US])
        come = [everything.pop() for _ in range(min(len(everything), chance.randint(1, 6)))]
        hub.receive(come)
        if chance.random() < 0.3:
            hub.start()
        hub.work(hub.now_us + 5 * MINUTE_US)
        if chance.random() < 0.3:
            hub.archive.seal(hub.log, hub.now_us, hub.runner.checkpoint)
    for _ in range(3):
        hub.work(hub.now_us + HOUR_US)
    got = stored_minutes(hub)
    rows = hub.rows(tables.rescores)
    hub.close()
    assert got == expected
    assert rows == []


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
