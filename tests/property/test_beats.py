"""Beats against a heart whose true beats are known: roundings, jitter, stalls, losses."""

import random
import statistics
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.sensors.beats import Chain

NOON_US = 1_700_000_000_000_000
SECOND_US = 1_000_000
SHORTEST_US = 8_000


@dataclass
class Told:
    """One notification: its intervals, when it came, and when its beats truly ended."""

    ticks: list
    arrived_us: int
    true_us: list


def heart(seed, seconds, bpm):
    """Yield what a strap says once a second."""
    luck = random.Random(seed)  # noqa: S311 - a heart, not a secret
    at_us, mean_us, arrived_us = NOON_US + luck.random() * SECOND_US, 60e6 / bpm, 0
    beats, stalled = [], 0
    for second in range(1, seconds + 1):
        told = []
        while True:
            rr_us = mean_us * (1 + luck.gauss(0, 0.04))
            if at_us + rr_us > NOON_US + second * SECOND_US:
                break
            at_us += rr_us
            told.append((round(rr_us / SECOND_US * 1024), at_us))
        delay_us = SHORTEST_US + luck.expovariate(1 / 12_000)
        if second - stalled >= 15 and luck.random() < 0.05:
            stalled, delay_us = second, luck.uniform(200_000, 600_000)
        arrived_us = max(arrived_us, round(NOON_US + second * SECOND_US + delay_us))
        beats.append(Told([it for it, _ in told], arrived_us, [us for _, us in told]))
    return beats


def placed(chain, told):
    """Return how far off beats are placed, and how far they may be."""
    for each in told:
        if not each.ticks:
            chain.wait(each.arrived_us)
        elif beats := chain.place(each.ticks, each.arrived_us):
            for at_us, true_us in zip(beats.times_us, each.true_us, strict=True):
                yield at_us - true_us, beats.error_us


def share_within(errors):
    return sum(abs(error) <= known for error, known in errors) / len(errors)


#: Rates that no second divides: where a heart beats with the strap's clock, one phase is all
#: there is to hear.
FREE = st.one_of(st.integers(45, 54), st.integers(68, 110), st.integers(130, 170))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1 << 32), bpm=FREE)
def test_beats_are_where_they_were(seed, bpm):
    errors = list(placed(Chain(), heart(seed, 150, bpm)))
    settled = errors[len(errors) // 3 :]

    assert share_within(errors) > 0.85
    assert statistics.mean(abs(error) for error, _ in settled) < 130_000
    assert statistics.mean(known for _, known in settled) < 330_000


def test_most_beats_are_known_far_better_than_to_the_second():
    errors = [
        error
        for seed in range(20)
        for error, _ in list(placed(Chain(), heart(seed, 120, 70 + seed)))[40:]
    ]

    assert statistics.median(map(abs, errors)) < 30_000


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1 << 32))
def test_a_heart_in_step_with_the_strap_is_known_to_be_unsure(seed):
    assert share_within(list(placed(Chain(), heart(seed, 120, 60)))) > 0.85


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1 << 32), lost=st.integers(40, 50), bpm=FREE)
def test_a_lost_notification_moves_no_later_beat(seed, lost, bpm):
    told = heart(seed, 150, bpm)
    errors = list(placed(Chain(), [*told[:lost], *told[lost + 2 :]]))
    after = errors[2 * len(errors) // 3 :]

    assert share_within(after) > 0.85
    assert statistics.mean(abs(error) for error, _ in after) < 150_000


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1 << 32), doubled=st.integers(0, 50), bpm=FREE)
def test_what_came_twice_is_told_once(seed, doubled, bpm):
    told = [each for each in heart(seed, 120, bpm) if each.ticks]
    twice = Told(told[doubled].ticks, told[doubled].arrived_us + 900, told[doubled].true_us)
    chain = Chain()
    kept = [
        chain.place(it.ticks, it.arrived_us)
        for it in [*told[: doubled + 1], twice, *told[doubled + 1 :]]
    ]

    assert [at for at, it in enumerate(kept) if it is None] == [doubled + 1]
