import pickle

import pytest

from gateway.clock import Clock

HZ = 32768
SECOND_US = 1_000_000
NOON_US = 1_700_000_000 * SECOND_US
PERIOD_US = 20_000.0
TICK_US = 31


def ticks(seconds):
    return int(seconds * HZ) % (1 << 32)


def clock_read_at(device_s, *, round_trip_us=40_000):
    """Give a clock that was read once, at noon."""
    counter = int(device_s * 50)
    clock = Clock(HZ, ticks(device_s), counter, PERIOD_US)
    half_us = round_trip_us // 2
    clock.read(ticks(device_s), counter, NOON_US - half_us, NOON_US + half_us)
    return clock


def test_one_reading_is_good_to_half_its_round_trip():
    now = clock_read_at(100).at(ticks(100), 5000)

    assert (now.at_us, now.error_us) == (NOON_US, 20_000 + TICK_US)


def test_an_early_arrival_narrows_it():
    clock = clock_read_at(100)
    clock.heard(ticks(101), 5050, NOON_US + SECOND_US + 2_000)
    now = clock.at(ticks(101), 5050)

    assert now.at_us == pytest.approx(NOON_US + SECOND_US - 9_000, abs=200)
    assert now.error_us == pytest.approx(11_000, abs=200)


def test_a_late_arrival_says_nothing():
    clock = clock_read_at(100)
    clock.heard(ticks(101), 5050, NOON_US + 2 * SECOND_US)

    assert clock.at(ticks(101), 5050).at_us == pytest.approx(NOON_US + SECOND_US, abs=100)


@pytest.mark.parametrize("hours", [1, 9, 12, 30 * 24])
def test_memory_is_older_and_less_certain(hours):
    now_s = 31 * 24 * 3600  # the ticks have wrapped twenty times
    clock = clock_read_at(now_s)
    then_s = now_s - hours * 3600
    then = clock.at(ticks(then_s), then_s * 50)

    assert then.at_us == pytest.approx(NOON_US - hours * 3600 * SECOND_US, abs=100)
    assert then.error_us == pytest.approx(20_000 + hours * 3600 * 250, abs=1000)


def test_ticks_wrap_under_a_running_connection():
    wrap_s = (1 << 32) / HZ
    clock = clock_read_at(wrap_s - 10)
    later = clock.at(ticks(wrap_s + 10), int((wrap_s + 10) * 50))

    assert later.at_us == pytest.approx(NOON_US + 20 * SECOND_US, abs=20_000)


def test_an_absence_drifts_evenly():
    """100 ppm slow and nine hours away: still the middle of it is known to a millisecond."""
    away_s = 9 * 3600
    clock = clock_read_at(1000, round_trip_us=2_000)
    clock.reconnect()
    back_s = 1000 + away_s * (1 - 100e-6)
    back_us = NOON_US + away_s * SECOND_US
    clock.read(ticks(back_s), int(back_s * 50), back_us - 1000, back_us + 1000)
    middle_s = (1000 + back_s) / 2
    middle = clock.at(ticks(middle_s), int(middle_s * 50))

    assert middle.at_us == pytest.approx(NOON_US + away_s * SECOND_US // 2, abs=1_000)
    assert middle.error_us < 900_000


def test_a_second_look_does_not_move_the_past():
    """A hand-over cut in two by a lost link has one time line."""
    clock = clock_read_at(40_000)
    before = clock.at(ticks(8_000), 400_000)
    clock.reconnect()
    clock.read(ticks(40_010), 2_000_500, NOON_US + 10_100_000, NOON_US + 10_200_000)

    assert clock.at(ticks(8_000), 400_000).at_us == before.at_us


def test_a_clock_that_was_set_starts_anew():
    clock = clock_read_at(100)
    clock.heard(ticks(101), 5050, NOON_US + SECOND_US)
    set_us = NOON_US + 3600 * SECOND_US
    clock.read(ticks(160), 8000, set_us - 1000, set_us + 1000)

    assert clock.at(ticks(161), 8050).at_us == pytest.approx(set_us + SECOND_US, abs=1000)


def test_what_a_clock_remembers_is_bounded():
    clock, sizes = clock_read_at(0), []
    for at_s in range(0, 36 * 3600, 20):
        arrived_us = NOON_US + at_s * SECOND_US + 2_000
        if at_s % 600 == 0:
            clock.reconnect()
            clock.read(ticks(at_s), at_s * 50, arrived_us - 2_000, arrived_us)
        clock.heard(ticks(at_s), at_s * 50, arrived_us)
        sizes.append(len(pickle.dumps(clock)))

    assert max(sizes) < 1.05 * max(sizes[: len(sizes) // 3])
