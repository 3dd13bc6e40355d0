"""A shard's word does not depend on cuts, order of arrival, kills, or who else is in it."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from analytics import epochs
from analytics.epochs import MINUTE_US
from analytics.lanes import REORDER_US
from analytics.shard import Shard
from gateway.wire import Quality
from tests.property.test_steps import gait
from tests.streams import accel, frame, heart_rate

T0 = 28_333_333 * MINUTE_US
PERIOD_US = 20_000
LONG_AFTER_US = T0 + 86_400_000_000


def minutes_of(outputs):
    """Give the last word on each minute: what upserts would leave."""
    last = {}
    for told in outputs:
        for epoch in told.epochs:
            key = (*told.lanes[epoch["lane"]], int(epoch["minute_us"]), int(epoch["parts"]))
            last[key] = epoch["minute"].tobytes()
    return last


def run(shard, calls):
    told = [shard.feed(call) for call in calls]
    return minutes_of([*told, shard.settle(LONG_AFTER_US), shard.close_idle(LONG_AFTER_US)])


def late(outputs):
    return [day for told in outputs for day in told.late]


def walk_in_frames(sizes, *, boots=(3,), seed=0, lost=(), participant="ada", spread_us=0):
    """Cut a walk into counted frames that arrive as they were measured."""
    frames, at_us = [], T0
    for boot in boots:
        number = 0
        for sequence, size in enumerate(sizes):
            samples = gait(size / 50, 1.9, 0.4, seed + sequence)
            if sequence not in lost:
                frames.append(
                    accel(
                        samples,
                        at_us,
                        PERIOD_US,
                        participant=participant,
                        counted=(boot, number),
                        key=(boot, sequence),
                        received_us=at_us + spread_us,
                    )
                )
            number += len(samples)
            at_us += len(samples) * PERIOD_US
        at_us += 5_000_000
    return frames


sizes = st.lists(st.integers(5, 400), min_size=1, max_size=12)


def calls_of(frames, data):
    cuts = data.draw(st.lists(st.integers(0, len(frames)), max_size=4))
    edges = [0, *sorted(cuts), len(frames)]
    return [frames[a:b] for a, b in pairwise(edges)]


@settings(max_examples=40)
@given(sizes, st.data())
def test_calls_do_not_matter(sizes, data):
    frames = walk_in_frames(sizes)

    assert run(Shard(), calls_of(frames, data)) == run(Shard(), [frames])


@settings(max_examples=60)
@given(
    sizes, st.sets(st.integers(0, 11), max_size=3), st.sampled_from([(3,), (3, 4)]), st.data()
)
def test_order_of_arrival_does_not_matter(sizes, lost, boots, data):
    frames = walk_in_frames(sizes, boots=boots, lost=lost)
    if not frames:
        return
    expected = run(Shard(), [frames])

    shuffled = [frames[0], *data.draw(st.permutations(frames[1:]))]
    arrived = [replace(frame, received_us=T0 + 1_000 * n) for n, frame in enumerate(shuffled)]
    shard = Shard()
    told = [shard.feed(call) for call in calls_of(arrived, data)]
    told += [shard.settle(LONG_AFTER_US), shard.close_idle(LONG_AFTER_US)]
    assert not late(told)
    assert minutes_of(told) == expected


@settings(max_examples=40)
@given(sizes, st.sets(st.integers(0, 11), max_size=2), st.data())
def test_a_kill_between_calls_does_not_matter(sizes, lost, data):
    frames = walk_in_frames(sizes, lost=lost)
    expected = run(Shard(), [frames])

    rows, told = {}, []
    for call in calls_of(frames, data):
        shard = Shard()
        shard.load([(*key, state) for key, state in rows.items()])
        told.append(shard.feed(call))
        rows |= {(participant, device): state for participant, device, state in shard.dump()}
    shard = Shard()
    shard.load([(*key, state) for key, state in rows.items()])
    told += [shard.settle(LONG_AFTER_US), shard.close_idle(LONG_AFTER_US)]
    assert minutes_of(told) == expected


def test_people_in_a_shard_are_strangers():
    ada, ben = (walk_in_frames([300] * 8, participant=name, seed=7) for name in ("ada", "ben"))
    together = [frame for pair in zip(ada, ben, strict=True) for frame in pair]

    alone = run(Shard(), [ada]) | run(Shard(), [ben])
    assert run(Shard(), [together]) == alone


def test_a_frame_waits_for_the_one_before_it():
    one, two, three = walk_in_frames([2000, 2000, 2000])
    shard = Shard()

    shard.feed([one])
    assert not shard.feed([three]).epochs.size
    assert shard.feed([two]).epochs.size


def test_a_hole_is_waited_for_no_longer_than_the_bound():
    one, _, three = walk_in_frames([2000, 4000, 2000])
    other_gateway = replace(three, key=(9, 4))
    shard = Shard()
    shard.feed([one])

    assert not shard.feed([other_gateway]).holes
    (hole,) = shard.settle(other_gateway.received_us + REORDER_US).holes
    assert (hole.first, hole.until) == (2000, 6000)
    assert (hole.from_us, hole.until_us) == (T0 + 40_000_000, T0 + 120_000_000)


def test_what_comes_beyond_the_bound_is_late_and_fills_its_hole():
    one, two, three = walk_in_frames([2000, 2000, 2000])
    shard = Shard()
    shard.feed([one, replace(three, key=(9, 4))])
    shard.settle(LONG_AFTER_US)

    told = shard.feed([two])
    assert told.late == [("ada", two.day)]
    assert [(hole.first, hole.until) for hole in told.filled] == [(2000, 4000)]


def test_a_jump_within_a_connection_is_not_waited_for():
    one, three = walk_in_frames([2000, 50_000, 2000], lost={1})[:2]
    follows = replace(three, key=(3, 1))
    shard = Shard()

    assert shard.feed([one, follows]).holes


def test_a_reboot_of_the_device_begins_anew():
    first, again = walk_in_frames([400], boots=(3, 4))
    told = run(Shard(), [[first, again]])

    steps = sum(np.frombuffer(minute, epochs.MINUTE)["steps"][0] for minute in told.values())
    each = [run(Shard(), [[frame]]) for frame in (first, again)]
    assert steps == sum(
        np.frombuffer(minute, epochs.MINUTE)["steps"][0]
        for one in each
        for minute in one.values()
    )


def test_not_worn_and_broken_are_neither_still_nor_nothing():
    still = np.tile(np.array([0, 0, 4096], np.int16), (3000, 1))
    qualities = (0, Quality.NOT_WORN, Quality.FAULT)
    frames = [
        accel(still, T0 + n * MINUTE_US, counted=(1, n * 3000), key=(1, n), quality=quality)
        for n, quality in enumerate(qualities)
    ]
    told = run(Shard(), [frames])

    states = [np.frombuffer(minute, epochs.MINUTE)["state"][0] for minute in told.values()]
    assert states == [epochs.State.WORN_STILL, epochs.State.NOT_WORN, epochs.State.FAULT]


def test_a_strap_says_each_minute_once_its_next_begins():
    beats = T0 + np.arange(150) * 1_000_000
    frames = [
        heart_rate([70] * 30, beats[n : n + 30], key=(5, n // 30), received_us=int(beats[n]))
        for n in range(0, 150, 30)
    ]
    told = Shard().feed(frames)

    assert told.epochs["minute_us"].tolist() == [T0, T0 + MINUTE_US]
    assert told.epochs["minute"]["hr_sum_bpm"].tolist() == [60 * 70] * 2


def test_an_idle_minute_is_told_and_told_again_when_more_comes():
    frames = walk_in_frames([1000, 1000])
    shard = Shard()
    shard.feed(frames[:1])

    (early,) = shard.close_idle(T0 + MINUTE_US).epochs["minute"]["n_accel"]
    assert not shard.close_idle(T0 + MINUTE_US).epochs.size
    shard.feed(frames[1:])
    (more,) = shard.close_idle(T0 + MINUTE_US).epochs["minute"]["n_accel"]
    assert (early, more) == (1000, 2000)


@pytest.mark.parametrize("stream", ["temperature", "battery"])
def test_what_is_not_scored_passes_by(stream):
    told = Shard().feed([replace(heart_rate([800], [T0]), stream=stream)])

    assert not told.epochs.size
    assert not told.heard


def test_a_day_scored_again_forgets_no_stream_that_ended_at_midnight():
    shard, midnight_us = Shard(), T0 + 10 * MINUTE_US
    end_us = midnight_us + 86_400_000_000
    # Its last minute is by 20 us not over when the next day begins.
    last = frame(
        np.full((10, 1), 70),
        T0 + 20,
        stream="steps",
        period_us=float(MINUTE_US),
        counted=(3, 0),
    )
    shard.feed([last])
    again = Shard()
    again.feed([accel(gait(4, 1.9, 0.4, 1), midnight_us, counted=(3, 0))])

    shard.adopt(again, "ada", midnight_us, end_us)

    once_more = shard.feed([last])
    assert late([once_more]) == [("ada", last.day)]
    assert once_more.heard == []


def test_a_day_scored_again_holds_for_a_stream_that_ended_at_midnight():
    shard, again, midnight_us = Shard(), Shard(), T0 + 10 * MINUTE_US
    minutes = np.full((10, 1), 70)
    known = {"stream": "steps", "period_us": float(MINUTE_US), "counted": (3, 0)}
    shard.feed([frame(minutes, T0 + 20, **known)])
    again.feed([frame(minutes + 1, T0 + 20, **known)])

    shard.adopt(again, "ada", midnight_us - 86_400_000_000, midnight_us)

    assert minutes_of([shard.close_idle(LONG_AFTER_US)]) == minutes_of(
        [again.close_idle(LONG_AFTER_US)]
    )
