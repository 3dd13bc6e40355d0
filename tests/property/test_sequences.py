"""Runs of numbers against a plain set of them."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.log.sequences import Sequences

numbers = st.lists(st.integers(0, 40) | st.integers(2**62, 2**62 + 9), max_size=60)


@given(numbers)
def test_holds_what_was_added_and_nothing_else(added):
    ours, plain = Sequences(), set()
    for number in added:
        ours.add(number)
        plain.add(number)
        around = {each + step for each in plain for step in (-1, 0, 1)}
        assert {each for each in around if each in ours} == plain
