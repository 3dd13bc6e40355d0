"""Who wore a device is told late, or told otherwise: in the end it is as if known then."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace as changed

from analytics import epochs, reassigning, scores, tables
from analytics.epochs import HOUR_US, MINUTE_US
from analytics.lookups import Lookups
from analytics.reading import frames_of
from analytics.shard import Shard
from ingest.log import Entry
from people import registry
from tests.scoring import DAY_US, MIDNIGHT_US, NOON_US, Hub, offline, walk

LATER_US = NOON_US + 3 * HOUR_US


@pytest.fixture
def hub(tmp_path):
    hub = Hub(tmp_path)
    hub.join()
    hub.join("ben", "glasses-2")
    yield hub
    hub.close()


def say(hub, change, people, since_us):
    """Do what an operator does from another process."""

    def write(db):
        change(db)
        reassigning.request(db, people, since_us, hub.now_us)

    hub.store.write(write)


def hand_over(hub, at_us):
    def change(db):
        registry.release(db, "glasses-2", MIDNIGHT_US)
        registry.hand_over(db, "glasses-1", "ben", at_us)

    say(hub, change, ["ada", "ben"], at_us)


def assign(hub, device, who, from_us):
    say(hub, lambda db: registry.assign(db, device, who, from_us), [who], from_us)


@pytest.mark.parametrize("sealed", [False, True])
def test_a_stranger_flows_in_once_it_has_a_wearer(hub, sealed):
    hub.store.write(lambda db: registry.release(db, "glasses-1", MIDNIGHT_US))
    batches = walk(device="glasses-9")
    hub.receive(batches)
    hub.work(LATER_US)
    if sealed:
        assert hub.archive.seal(hub.log, LATER_US, hub.runner.checkpoint) == 1
    assert hub.rows(tables.epoch_hours) == []

    assign(hub, "glasses-9", "ada", NOON_US - HOUR_US)
    hub.work()

    assert hub.minutes().tobytes() == offline(hub, batches).tobytes()
    assert [lane.heard_until_us for lane in hub.rows(tables.lanes)] == [NOON_US + 4 * MINUTE_US]
    assert hub.seen[-1].steps == hub.day().steps > 400


def test_it_flows_in_from_the_instant_it_was_given_out(hub):
    hub.store.write(lambda db: registry.release(db, "glasses-1", MIDNIGHT_US))
    hub.receive(walk(device="glasses-9"))
    hub.work(LATER_US)

    assign(hub, "glasses-9", "ada", NOON_US + 95_000_000)
    hub.work()

    assert hub.minutes()["n_accel"][720:724].tolist() == [0, 1250, 3000, 3000]


def test_what_comes_after_goes_on_from_there(hub):
    hub.store.write(lambda db: registry.release(db, "glasses-1", MIDNIGHT_US))
    batches = walk(device="glasses-9", batches=36)
    hub.receive(batches[:13])
    hub.work(LATER_US)
    assign(hub, "glasses-9", "ada", NOON_US)
    hub.receive(batches[13:20])
    hub.work()
    hub.start()
    hub.receive(batches[20:])
    hub.work(LATER_US + HOUR_US)

    assert hub.minutes().tobytes() == offline(hub, batches).tobytes()


def test_a_hand_over_told_late_splits_a_batch_and_takes_back(hub):
    hub.receive(walk())
    hub.work(LATER_US)
    assert hub.minutes("ada")["n_accel"].sum() == 12_000

    hand_over(hub, NOON_US + 95_000_000)
    hub.work()

    ada, ben = (hub.minutes(who)["n_accel"][720:724].tolist() for who in ("ada", "ben"))
    assert ada == [3000, 1750, 0, 0]
    assert ben == [0, 1250, 3000, 3000]
    assert hub.day("ada").data_minutes == 2
    assert hub.day("ben").data_minutes == 3


def test_a_hole_moves_with_the_device(hub):
    batches = walk()
    hub.receive(batches[:9] + [changed(b, boot=8) for b in batches[12:]])
    hub.work(LATER_US)
    assert [hole.participant for hole in hub.rows(tables.holes)] == ["ada"]

    hand_over(hub, NOON_US + 60_000_000)
    hub.work()

    assert [hole.participant for hole in hub.rows(tables.holes)] == ["ben"]


def test_a_day_with_a_hole_is_still_catching_up(hub):
    batches = walk()
    hub.receive(batches[:6] + [changed(b, boot=8) for b in batches[12:]])
    hub.work(NOON_US + 8 * MINUTE_US)
    with hub.store.reading() as db:
        assert scores.catching_up(db, "ada", hub.now_us)

    hub.receive(batches[6:12])
    hub.work(hub.now_us + MINUTE_US)
    with hub.store.reading() as db:
        assert not scores.catching_up(db, "ada", hub.now_us)


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_whenever_it_is_told_the_minutes_are_the_same(tmp_path_factory, chance):
    hub = Hub(tmp_path_factory.mktemp("hub"))
    hub.join()
    hub.join("ben", "glasses-2")
    batches = walk(batches=18)
    turn_us = NOON_US + chance.randint(1, 180_000_000)
    told = chance.randint(0, len(batches))
    for n, batch in enumerate(batches):
        hub.now_us = max(hub.now_us, batch.start_us) + chance.choice([0, 10, 70]) * 1_000_000
        if n == told:
            hub.now_us = max(hub.now_us, turn_us + 1)
            hand_over(hub, turn_us)
        hub.receive([batch])
        if chance.random() < 0.2:
            hub.start()
        hub.work(hub.now_us)
    hub.now_us = max(hub.now_us, turn_us + 1)
    if told == len(batches):
        hand_over(hub, turn_us)
    for _ in range(3):
        hub.work(hub.now_us + HOUR_US)

    got = {who: hub.minutes(who).tobytes() for who in ("ada", "ben")}
    expected = known_from_the_start(hub, batches)
    hub.close()
    assert got == expected


def known_from_the_start(hub, batches):
    entries = [Entry(n, NOON_US, "hall", 0, batch) for n, batch in enumerate(batches, 1)]
    with hub.store.reading() as db:
        frames = frames_of(entries, Lookups(db))
    told = Shard().feed(frames, NOON_US + DAY_US, NOON_US + DAY_US)
    minutes = {who: epochs.blank(1440) for who in ("ada", "ben")}
    for epoch in told.epochs:
        mine = minutes[told.lanes[epoch["lane"]][0]]
        place = (int(epoch["minute_us"]) - MIDNIGHT_US) // MINUTE_US
        mine[place] = epochs.combine(
            mine[place : place + 1], epoch["parts"].reshape(1), epoch["minute"].reshape(1)
        )[0]
    return {who: np.ascontiguousarray(each).tobytes() for who, each in minutes.items()}
