"""The clock against a device whose true time is known: drift, jitter, stalls."""

import random
import statistics

from hypothesis import given
from hypothesis import strategies as st

from gateway.clock import Clock

HZ = 32768
NOON_US = 1_700_000_000_000_000
SHORTEST_US = 8_000


def delay_us(link):
    """A link: 8 ms at least, 12 ms more on average, and 2 % of stalls."""
    stalled = link.uniform(200_000, 600_000) if link.random() < 0.02 else 0
    return round(SHORTEST_US + link.expovariate(1 / 12_000) + stalled)


def ticks_at(true_us, ppm):
    return int(true_us * (1 + ppm * 1e-6) * HZ / 1e6)


def errors_us(ppm, seed, seconds):
    """Run a live stream of two notifications a second; return what the clock was off."""
    link = random.Random(seed)  # noqa: S311 - jitter, not a secret
    clock, errors = None, []
    for half in range(2 * seconds):
        true_us = half * 500_000
        ticks, counter = ticks_at(true_us, ppm) % (1 << 32), half * 25
        if half % 120 == 0:
            asked_us = NOON_US + true_us - delay_us(link)
            answered_us = NOON_US + true_us + delay_us(link)
            clock = clock or Clock(HZ, ticks, counter, 20_000.0)
            clock.read(ticks, counter, asked_us, answered_us)
        else:
            clock.heard(ticks, counter, NOON_US + true_us + delay_us(link))
        now = clock.at(ticks, counter)
        errors.append((now.at_us - (NOON_US + true_us), now.error_us))
    return errors


@given(ppm=st.floats(-200, 200), seed=st.integers(0, 1 << 32))
def test_follows_a_drifting_clock_through_a_stalling_link(ppm, seed):
    settled = [error for error, _ in errors_us(ppm, seed, 400)[2 * 120 :]]

    assert max(map(abs, settled)) < 10_000
    assert statistics.pstdev(settled) < 3_000


@given(ppm=st.floats(-200, 200), seed=st.integers(0, 1 << 32))
def test_knows_how_far_off_it_may_be(ppm, seed):
    assert all(abs(error) <= known for error, known in errors_us(ppm, seed, 120))


@given(
    ppm=st.floats(-200, 200),
    hours=st.floats(0.01, 30 * 24),
    begun=st.integers(0, (1 << 32) - 1),
)
def test_a_memory_of_any_age_is_placed_within_its_error(ppm, hours, begun):
    """The device's ticks start anywhere and wrap on the way."""
    then_us, now_us = 0, round(hours * 3600e6)
    counter = round(now_us * (1 + ppm * 1e-6) / 20_000)
    ticks = (begun + ticks_at(now_us, ppm)) % (1 << 32)
    clock = Clock(HZ, ticks, counter, 20_000.0)
    clock.read(ticks, counter, NOON_US + now_us - 20_000, NOON_US + now_us + 5_000)

    then = clock.at(begun, 0)

    assert abs(then.at_us - (NOON_US + then_us)) <= then.error_us
