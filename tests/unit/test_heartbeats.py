"""Intervals and saturations on their way into minutes."""

import numpy as np
import pytest
from msgspec.structs import replace

from analytics import epochs
from analytics.epochs import MINUTE_US, Part, State
from analytics.kernels import rr
from analytics.shard import Shard
from gateway.wire import Quality
from tests.streams import frame, intervals

T0 = 28_333_333 * MINUTE_US


def notified(rr_ms, start_us=T0, connection=5):
    """Give intervals as a strap tells of them: one a notification, each up to 1 s late."""
    whole = intervals(rr_ms, start_us)
    late_us = -(-whole.times_us // 1_000_000) * 1_000_000
    return [
        replace(
            whole.piece(n, n + 1),
            times_us=late_us[n : n + 1],
            start_us=int(late_us[n]),
            first=0,
            base=0,
            key=(connection, n),
            received_us=int(late_us[n]),
        )
        for n in range(whole.size)
    ]


def minutes(*calls):
    shard = Shard()
    told = [shard.feed(call) for call in calls]
    told += [shard.settle(1 << 60), shard.close_idle(1 << 60)]
    return np.concatenate([outputs.epochs["minute"] for outputs in told])


@pytest.mark.parametrize("rr_ms", [400, 900, 1900])
def test_every_neighbour_counts_however_slow_the_heart(rr_ms):
    beats = rr_ms + np.tile([0, 20], 40)
    told = minutes(notified(beats))

    assert told["rr_n"].sum() == 80
    assert told["rr_diff_n"].sum() == 79
    assert told["rr_dropped"].sum() == 0


def test_minutes_add_up_to_the_whole():
    beats = np.random.default_rng(0).normal(900, 40, 400).clip(700, 1100)
    told = minutes(notified(beats))
    ticks = np.rint(beats * 1.024) * (1000 / 1024)

    found = rr.rmssd_ms(told["rr_diff_n"].sum(), told["rr_diff_square_sum_ms2"].sum())
    assert float(found) == pytest.approx(rr.analyse(ticks).rmssd_ms, rel=1e-12)


def test_a_strap_that_was_gone_has_no_neighbours():
    before, after = notified([900] * 10), notified([900] * 10, T0 + 13_000_000, connection=6)
    told = minutes(before, after)

    assert (told["rr_n"].sum(), told["rr_diff_n"].sum()) == (20, 18)


def test_a_quick_reconnection_is_no_neighbour_either():
    before, after = notified([900] * 10), notified([900] * 10, T0 + 9_000_000, connection=6)
    told = minutes(before, after)

    assert told["rr_diff_n"].sum() == 18


def test_a_notification_that_got_lost_breaks_the_chain():
    told = notified([900] * 20)

    assert minutes([*told[:10], *told[11:]])["rr_diff_n"].sum() == 17


def test_beats_say_that_it_was_worn_and_a_loose_strap_does_not():
    worn, loose = intervals([900] * 20, T0), intervals([900] * 20, T0)
    loose = replace(loose, quality=int(Quality.NOT_WORN))
    for whole, state in [(worn, State.WORN_STILL), (loose, State.NO_DATA)]:
        told = minutes([whole])
        kept = epochs.combine(epochs.blank(1), np.array([Part.RR], np.uint8), told[:1])
        assert kept["state"][0] == state


def test_saturation_of_a_minute():
    values = np.array([[97], [96], [89]], np.int16)
    times_us = T0 + np.array([0, 1, 2]) * 1_000_000
    (told,) = minutes([frame(values, T0, stream="spo2", times_us=times_us)])

    assert (told["spo2_n"], told["spo2_sum_percent"]) == (3, 282.0)
    assert told["spo2_low_percent"] == 89.0
