"""Settled sequences against a plain set of them."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ingest.lanes import Lane

SEQUENCES = st.integers(0, 40)


class Twin:
    def __init__(self):
        self.settled = set()

    @property
    def upto(self):
        return next(n for n in range(50) if n not in self.settled) - 1


@given(st.lists(st.tuples(st.sampled_from(["settle", "give_up"]), SEQUENCES), max_size=60))
def test_a_lane_holds_what_was_settled_and_knows_its_first_hole(done):
    lane, twin = Lane("hall"), Twin()
    for what, sequence in done:
        if what == "settle":
            lane.settle(sequence)
        else:
            lane.give_up(0, sequence, "forgotten")
        twin.settled.update([sequence] if what == "settle" else range(sequence + 1))

        assert lane.upto == twin.upto
        assert {n for n in range(50) if lane.holds(n)} == twin.settled
        assert all(last + 1 < first for (_, last), (first, _) in pairwise(lane.beyond))
