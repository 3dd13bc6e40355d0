"""Heart rates of a minute: integers that add up in any order and any cut."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gateway.wire import Quality
from tests import naive
from tests.streams import feed, frame, heart_rate

bpm = st.lists(st.integers(-5, 300), min_size=1, max_size=150)


def times_us(count):
    return 7_300_000 + np.arange(count) * 1_000_000


def by_minute(sums):
    return {int(s["minute"]): (int(s["n_valid"]), int(s["total"])) for s in sums}


@given(bpm)
def test_agrees_with_its_naive_twin(values):
    at_us = times_us(len(values))

    assert by_minute(feed([heart_rate(values, at_us)])) == naive.heart_rate_by_minute(
        values, at_us
    )


@given(bpm, st.data())
def test_how_the_stream_was_cut_does_not_matter(values, data):
    whole = heart_rate(values, times_us(len(values)))
    cut = data.draw(st.integers(0, len(values)))
    pieces = [whole.piece(0, cut), whole.piece(cut, len(values))]

    assert by_minute(feed([whole])) == by_minute(feed([p for p in pieces if p.size]))


def test_a_strap_without_contact_says_nothing_of_the_heart():
    (epoch,) = feed([heart_rate([60, 61], [0, 1_000_000], quality=Quality.NOT_WORN)])

    assert (epoch["n_valid"], epoch["total"], epoch["n_not_worn"]) == (0, 0, 2)


def test_a_special_value_is_refused():
    (epoch,) = feed([heart_rate([60], [0], quality=Quality.SPECIAL)])

    assert (epoch["n_valid"], epoch["n_refused"]) == (0, 1)


def test_a_devices_minute_counts_where_most_of_it_lies():
    counts = np.array([[30], [90]], np.int16)
    sums = feed([frame(counts, 45_000_000, stream="steps", period_us=60e6)])

    assert by_minute(sums) == {1: (1, 30), 2: (1, 90)}
