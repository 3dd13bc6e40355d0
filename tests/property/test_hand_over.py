"""A device's memory through a queue that drops, against every row it ever had."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from gateway.batches import Stream
from gateway.lane import Kept, Lane, Rows
from gateway.patience import Patience
from gateway.runs import Joiner, Run
from gateway.sensors.memory import Memory, Questions

MOST_DROPPED = 6  # answers in a row; a device that never sends what it has is another matter
STREAM = Stream("rows", 1.0, "count", period_us=1.0)


class Device:
    """A memory that grows, forgets its oldest rows, and sends from the last confirmed one."""

    def __init__(self, remembered, room):
        self.next, self.room = remembered, room
        self.confirmed = self.sending = self.resent = 0

    @property
    def oldest(self):
        return max(0, self.next - self.room)

    def grow(self, rows):
        self.next += rows

    def say(self, most):
        self.sending = first = max(self.sending, self.oldest)
        self.sending = end = min(first + most, self.next)
        return Run(first, first, 1, 0, False, bytes(end - first)) if end > first else None

    async def look(self):
        return Kept(self.oldest, self.confirmed, self.next)

    async def confirm(self, below):
        assert below <= self.next
        self.confirmed = max(self.confirmed, below)

    async def resend(self):
        self.sending = self.confirmed
        self.resent += 1


moments = st.lists(
    st.tuples(
        st.integers(0, 12),  # rows that were measured since the moment before
        st.lists(st.tuples(st.integers(1, 8), st.booleans()), max_size=6),  # size, dropped?
    ),
    max_size=40,
)


async def hand_over(device, moments, *, stubborn=False):
    """Return what was kept, in the order it was, and what was said to be missing.

    Each run comes with what its batch says of the rows before it.
    """
    counts, kept = Counter(), []
    lane = Lane(STREAM, await device.look(), Rows(1.0, 1.0), Joiner(5))
    patience = Patience(confirm_s=0, look_s=0, answer_s=0, in_vain_s=0)
    questions = Questions(device.look, device.confirm, device.resend)
    memory = Memory(lane, questions, patience, counts)
    begun = lane.continuity.expected
    expected = begun
    for rows, said in moments + 60 * [(0, 6 * [(8, False)])]:
        device.grow(rows)
        silent = True
        for most, dropped in said:
            run = device.say(most)
            if run and (not dropped or (device.resent >= MOST_DROPPED and not stubborn)):
                lane.take(run)
                silent = False
        if lane.continuity.expected != expected:
            device.resent, expected = 0, lane.continuity.expected
        kept += [(run, lane.lost(run)) for run in lane.ready(flush=True)]
        await memory.settle()
        if silent:
            await memory.silence(await device.look())
    return begun, kept, counts


@given(remembered=st.integers(0, 200), moments=moments)
async def test_a_memory_with_room_loses_nothing_however_much_is_dropped(remembered, moments):
    device = Device(remembered, room=100_000)
    _, kept, counts = await hand_over(device, moments)

    assert all(lost is None for _, lost in kept)
    assert [run.first for run, _ in kept] == [0, *(run.end for run, _ in kept)][: len(kept)]
    assert (kept[-1][0].end if kept else 0) == device.next == device.confirmed
    assert not counts["missing:rows"]


@given(remembered=st.integers(0, 200), room=st.integers(8, 60), moments=moments)
async def test_a_memory_that_overflows_loses_only_what_it_forgot(remembered, room, moments):
    device = Device(remembered, room)
    begun, kept, counts = await hand_over(device, moments)
    ends = [0, *(run.end for run, _ in kept)]
    gaps = [run.first - end for end, (run, _) in zip(ends, kept, strict=False)]

    assert all(gap >= 0 for gap in gaps)
    # Every gap comes with its size and reason, that from before this connection too.
    assert gaps == [lost.samples if lost else 0 for _, lost in kept]
    gaps[:1] = [gap - begun for gap in gaps[:1]]
    assert sum(gaps) == counts["missing:rows"]
    assert ends[-1] == device.next == device.confirmed


@given(rows=st.integers(20, 60))
async def test_goes_on_without_rows_that_never_come(rows):
    device = Device(rows, room=1000)
    said = [(8, True), (8, False), (8, False)]
    _, kept, counts = await hand_over(device, 20 * [(0, said)], stubborn=True)

    assert [run.first for run, _ in kept][:1] == [8]
    assert kept[0][1].reason == "missing: asked for again and again, it never came"
    assert counts["missing:rows"] >= 8
