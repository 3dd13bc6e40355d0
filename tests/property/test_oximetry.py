"""Saturations: their naive twin, and that no cut changes what is found."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.wire import Quality
from tests import naive
from tests.streams import feed, frame

# Whole percents, so that the twin's sums are exact too.
plateaus = st.lists(
    st.tuples(st.integers(88, 99), st.integers(1, 60), st.integers(0, 15)),
    min_size=1,
    max_size=12,
)


def readings(plateaus):
    """Levels that are held for a while, each after a silence."""
    percent, seconds = [], []
    for level, lasts, silent in plateaus:
        begin = seconds[-1] + 1 + silent if seconds else silent
        percent += [level] * lasts
        seconds += range(begin, begin + lasts)
    return percent, seconds


def spo2(percent, seconds, **fields):
    values = np.array(percent, np.int16).reshape(-1, 1)
    times_us = np.array(seconds, np.int64) * 1_000_000
    return frame(values, int(times_us[0]), stream="spo2", times_us=times_us, **fields)


def by_minute(sums):
    fields = ["n_valid", "total", "lowest", "n_refused"]
    return {int(s["minute"]): (s[fields].item(), s["desaturations"].tolist()) for s in sums}


@settings(max_examples=60)
@given(plateaus)
def test_agrees_with_its_naive_twin(plateaus):
    percent, seconds = readings(plateaus)
    sums = feed([spo2(percent, seconds)])

    for place, depth in enumerate([3, 4]):
        found = naive.desaturations(percent, seconds, depth)
        minutes = {int(s["minute"]): int(s["desaturations"][place]) for s in sums}
        assert minutes == {m: sum(second // 60 == m for second in found) for m in minutes}
    assert sums["total"].sum() == 100 * sum(percent)


@settings(max_examples=60)
@given(plateaus, st.data())
def test_how_the_stream_was_cut_does_not_matter(plateaus, data):
    whole = spo2(*readings(plateaus))
    edges = [
        0,
        *sorted(data.draw(st.lists(st.integers(0, whole.size), max_size=6))),
        whole.size,
    ]
    pieces = [whole.piece(a, b) for a, b in itertools.pairwise(edges) if a < b]

    assert by_minute(feed([whole])) == by_minute(feed(pieces))
    assert by_minute(feed([whole])) == by_minute(feed(pieces, one_call=True))


@pytest.mark.parametrize(
    ("night", "by_3", "by_4"),
    [
        ([(97, 120), (94, 9), (97, 60)], 0, 0),  # too short
        ([(97, 120), (94, 20), (97, 60)], 1, 0),
        ([(97, 120), (93, 20), (97, 60)], 1, 1),
        ([(97, 120), (93, 20), (94, 5), (93, 20), (97, 60)], 1, 1),  # never recovered
        ([(97, 120), (93, 20), (97, 30), (93, 20), (97, 60)], 2, 1),  # the mean had sunk
        ([(97, 120), (92, 600)], 1, 1),  # a new level is one drop
        ([(97, 3), (90, 60)], 0, 0),  # no baseline yet
    ],
)
def test_what_is_a_desaturation(night, by_3, by_4):
    percent = np.repeat([p for p, _ in night], [s for _, s in night])
    sums = feed([spo2(percent, range(len(percent)))])

    assert sums["desaturations"].sum(axis=0).tolist() == [by_3, by_4]


def test_more_than_one_reading_a_second_finds_the_same():
    percent = np.repeat([97, 93, 97], [120, 20, 60])
    slow = feed([spo2(percent, range(200))])
    fast = np.repeat(percent, 4).reshape(-1, 1)
    sums = feed([frame(fast, 0, stream="spo2", period_us=250_000.0)])

    assert sums["desaturations"].sum(axis=0).tolist() == [1, 1]
    assert (sums["total"] == 4 * slow["total"]).all()


def test_what_no_blood_has_is_refused():
    (epoch,) = feed([spo2([97, 49, 101, 96], range(4))])

    assert (epoch["n_valid"], epoch["n_refused"], epoch["lowest"]) == (2, 2, 9600)


def test_a_clip_that_fell_off_begins_anew():
    frames = [
        spo2([97] * 120, range(120)),
        spo2([0] * 5, range(120, 125), quality=Quality.NOT_WORN),
        spo2([93] * 60, range(125, 185)),
    ]
    sums = feed(frames)

    assert sums["desaturations"].sum() == 0
    assert sums["n_not_worn"].sum() == 5
