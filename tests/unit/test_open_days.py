"""For what a day waits until it is complete, and how long."""

from datetime import timedelta

import pytest
from msgspec.structs import replace as changed

from analytics import coverage, scores, tables
from analytics.epochs import HOUR_US, MINUTE_US
from people import registry
from tests import scoring
from tests.scoring import DAY, DAY_US, MIDNIGHT_US, NOON_US, pulse, steps_told, walk


@pytest.fixture
def hub(tmp_path):
    with scoring.opened(tmp_path) as hub:
        yield hub


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
