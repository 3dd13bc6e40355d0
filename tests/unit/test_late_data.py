"""What comes late, or is told late: days are scored again as if it had come in time."""

from datetime import timedelta

import pytest
from msgspec.structs import replace as changed

from analytics import coverage, scores, tables
from analytics.epochs import HOUR_US, MINUTE_US
from ingest.archive import Retention
from people import registry
from people.registry import Profile
from tests import scoring
from tests.scoring import DAY, DAY_US, MIDNIGHT_US, NOON_US, offline, pulse, walk


@pytest.fixture
def hub(tmp_path):
    with scoring.opened(tmp_path) as hub:
        yield hub


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
