"""A day scored at once says what a shard says that is fed its frames one by one."""

from datetime import UTC, date, datetime
from itertools import cycle

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from analytics import whole_days
from analytics.lanes import REORDER_US
from analytics.lookups import Lookups
from analytics.reading import frames_of
from analytics.shard import Shard
from gateway.wire import Batch, DeviceCount, Quality
from ingest.archive import blocks
from ingest.log import Entry
from kindstep import stores
from people import registry
from people.registry import Person, Role
from tests.property.test_shard import minutes_of

DAY = date(2024, 5, 6)
MIDNIGHT_US = int(datetime(2024, 5, 6, tzinfo=UTC).timestamp()) * 1_000_000
HOUR_US = 3_600_000_000
LATER_US = MIDNIGHT_US + 72 * HOUR_US
HANDED_US = MIDNIGHT_US + 12 * HOUR_US  # when ada hands the glasses to ben


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    """Give a registry in which ada wears a strap, and glasses until noon."""

    def join(db):
        for who in ("ada", "ben"):
            registry.add_person(db, Person(who, Role.PARTICIPANT), 0)
            registry.set_zone(db, who, "UTC", 0)
        registry.assign(db, "glasses", "ada", 0, HANDED_US)
        registry.assign(db, "glasses", "ben", HANDED_US + 20_000_000)
        registry.assign(db, "strap", "ada", 0)

    store = stores.in_file(tmp_path_factory.mktemp("registry") / "study.db")
    store.write(join)
    with store.reading() as db:
        yield db
    store.close()


@st.composite
def accel(draw):
    """Draw what glasses say about one of the instants at which whose day it is changes."""
    start_us = draw(st.sampled_from([MIDNIGHT_US, HANDED_US, MIDNIGHT_US + 24 * HOUR_US]))
    start_us -= draw(st.integers(0, 60_000_000))
    random = np.random.default_rng(draw(st.integers(0, 99)))
    counts = draw(st.booleans())
    found, number, boot, sequence = [], 0, 1, 0
    for size in draw(st.lists(st.integers(1, 700), min_size=1, max_size=10)):
        lost = draw(st.sampled_from([0, 0, 0, 30, 400]))
        number, start_us = number + lost, start_us + 20_000 * lost
        sequence += 1 if lost == 0 else 2
        if draw(st.integers(0, 6)) == 0:
            boot, sequence, number = boot + 1, 0, 0
        found.append(
            Batch(
                device="glasses",
                boot=boot,
                stream="accel",
                sequence=sequence,
                start_us=start_us + draw(st.integers(-3, 3)),
                start_error_us=0,
                period_us=20_000.0,
                scale=1 / 4096,
                unit="g",
                channels=3,
                samples=random.integers(-5_000, 5_000, (size, 3), np.int16).tobytes(),
                quality=draw(st.sampled_from([0, 0, 0, *(each.value for each in Quality)])),
                counted=DeviceCount(boot=boot, sample=number, ticks=0) if counts else None,
            )
        )
        number, start_us = number + size, start_us + 20_000 * size
    return found


@st.composite
def beats(draw):
    """Draw what a strap says, each heart rate with a time of its own."""
    start_us = MIDNIGHT_US + draw(st.sampled_from([-30_000_000, 0, 12 * HOUR_US]))
    found = []
    for sequence, size in enumerate(draw(st.lists(st.integers(1, 40), max_size=6))):
        offsets_us = 1_000_000 * np.arange(size, dtype="<u4")
        found.append(
            Batch(
                device="strap",
                boot=3,
                stream="heart_rate",
                sequence=sequence,
                start_us=start_us,
                start_error_us=0,
                period_us=None,
                offsets_us=offsets_us.tobytes(),
                scale=1.0,
                unit="1/min",
                channels=1,
                samples=np.arange(60, 60 + size, dtype="<i2").tobytes(),
            )
        )
        start_us += 1_000_000 * size
    return found


@st.composite
def stored(draw):
    """Draw a log: batches late, lost or, seldom, come twice."""
    batches = [*draw(accel()), *draw(beats())]
    if draw(st.booleans()):
        batches = draw(st.permutations(batches))
    lost = draw(st.sets(st.integers(0, 20), max_size=3))
    batches = [each for n, each in enumerate(batches) if n not in lost]
    if draw(st.integers(0, 4)) == 0:
        batches += [replace(each, boot=each.boot + 50) for each in batches[:1]]
    hours_late = draw(st.lists(st.sampled_from([-1, 1, 1, 30]), min_size=1, max_size=3))
    late = zip(cycle(hours_late), batches, strict=False)  # -1: a clock was wrong
    return [
        Entry(n, each.start_us + hours * HOUR_US, "hall", 0, each)
        for n, (hours, each) in enumerate(late, start=1)
    ]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(stored(), st.sampled_from(["ada", "ben"]))
def test_it_says_what_a_shard_says(db, entries, who):
    day = Lookups(db).day(who, DAY)
    frames = [
        frame
        for frame in frames_of(entries, Lookups(db))
        if (frame.participant, frame.day) == (who, DAY)
    ]
    shard = Shard().feed(frames, LATER_US + REORDER_US, LATER_US)

    told = whole_days.told(blocks.of_entries(entries), Lookups(db), who, day, LATER_US)

    if told is None:
        assert shard.late
    else:
        assert not shard.late
        assert minutes_of([told]) == minutes_of([shard])
