"""From a real log to minutes, days and scores: exactly once, whatever breaks."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace as changed

from analytics import coverage, epochs, scores, sweeping, tables
from analytics.absorbing import Absorbed
from analytics.daily import AT_ONCE
from analytics.epochs import HOUR_US, MINUTE_US, State
from analytics.runner import Runner
from ingest.log import Arrival
from people import registry
from people.registry import Profile
from tests import scoring
from tests.scoring import (
    DAY,
    DAY_US,
    MIDNIGHT_US,
    NOON_US,
    Hub,
    offline,
    offline_by_device,
    pulse,
    stored_minutes,
    walk,
)


@pytest.fixture
def hub(tmp_path):
    with scoring.opened(tmp_path) as hub:
        yield hub


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


def test_a_backlog_read_in_parts_is_the_backlog_read_at_once(hub):
    batches = walk()
    other = [changed(b, boot=8) for b in batches[12:]]
    hub.receive([*batches[:6], *other, *batches[6:12]])
    hub.runner = Runner(hub.store, hub.log, hub.archive, batch=10)

    hub.work(NOON_US + 5 * HOUR_US)
    assert hub.rows(tables.holes) == hub.rows(tables.rescores) == []
    assert hub.minutes().tobytes() == offline(hub, batches).tobytes()


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
