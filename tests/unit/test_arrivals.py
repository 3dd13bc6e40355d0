import asyncio
from collections import Counter
from itertools import count

import pytest
from bleak.exc import BleakError

from gateway.arrivals import Arrival, Arrivals
from gateway.beat import Beat

NEVER = Beat(3600)


def arrivals(limit=10, *, live=NEVER, times_us=None):
    ticking = iter(times_us or count(1))
    return Arrivals(limit, lambda: next(ticking), Counter(), Counter(), Beat(0.01), live)


async def test_gives_all_that_waits_with_the_time_it_came():
    queue = arrivals()
    queue.put("2a37", b"a")
    queue.put("2a19", b"b")

    assert await queue.take(1) == ([Arrival("2a37", b"a", 1), Arrival("2a19", b"b", 2)], False)
    assert await queue.take(0.01) == ([], True)


async def test_wakes_whoever_waits():
    queue = arrivals()
    waiting = asyncio.create_task(queue.take(5))
    await asyncio.sleep(0)
    queue.put("2a37", b"a")

    assert len((await waiting).arrivals) == 1


async def test_drops_the_newest_when_full_and_counts():
    counts, traffic = Counter(), Counter()
    queue = Arrivals(2, lambda: 0, counts, traffic, NEVER, NEVER)
    for value in (b"a", b"b", b"c"):
        queue.put("2a37", value)

    assert [arrival.value for arrival in queue.drain()] == [b"a", b"b"]
    assert counts == {"dropped": 1}
    assert traffic == {"notifications": 3}


async def test_the_end_comes_after_what_was_said():
    queue = arrivals()
    queue.put("2a37", b"last")
    queue.end()

    assert await queue.take(1) == ([Arrival("2a37", b"last", 1)], True)
    with pytest.raises(BleakError, match="link was lost"):
        await queue.take(1)


async def test_what_came_while_nobody_waited_is_there_at_once():
    queue = arrivals()
    queue.put("2a37", b"a")
    await asyncio.sleep(0.05)
    async with asyncio.timeout(1):
        assert len((await queue.take(60)).arrivals) == 1


async def test_a_signal_is_gathered_until_it_is_worth_a_batch():
    # Of beats of 0.05 s a batch has four: 0.175 s from the last of one are enough for the next.
    queue = arrivals(live=Beat(0.05), times_us=(0, 100_000, 180_000, 300_000))
    waiting = asyncio.create_task(queue.take(60))
    for value in (b"a", b"b"):
        queue.gather("a signal", value)
    await asyncio.sleep(0.12)
    assert not waiting.done()
    queue.gather("a signal", b"c")

    taken, is_complete = await waiting
    assert ([each.value for each in taken], is_complete) == ([b"a", b"b", b"c"], True)
    queue.gather("a signal", b"d")
    waiting = asyncio.create_task(queue.take(60))
    await asyncio.sleep(0.12)
    assert not waiting.done()
    waiting.cancel()


async def test_a_clock_that_was_set_back_holds_up_no_batch():
    queue = arrivals(live=Beat(0.01), times_us=(9_000_000_000, 1))
    queue.gather("a signal", b"a")
    await queue.take(60)
    queue.gather("a signal", b"b")
    async with asyncio.timeout(1):
        assert (await queue.take(60)).is_complete


async def test_what_was_taken_in_between_is_completed_at_its_moment():
    queue = arrivals(live=Beat(0.01), times_us=(700_000,))
    queue.gather("a signal", b"a")
    assert len(queue.drain()) == 1
    assert await queue.take(60) == ([], True)


async def test_a_silence_completes_what_was_gathered():
    queue = arrivals()
    queue.gather("a signal", b"a")
    assert await queue.take(0.05) == ([Arrival("a signal", b"a", 1)], True)


async def test_many_that_are_gathered_are_looked_at_soon():
    queue = arrivals()
    for value in (b"a", b"b", b"c", b"d", b"e"):
        queue.gather("a memory", value)

    async with asyncio.timeout(1):
        assert len((await queue.take(60)).arrivals) == 5


async def test_what_was_taken_already_wakes_nobody():
    queue = arrivals()
    queue.put("2a37", b"a")
    assert len(queue.drain()) == 1
    waiting = asyncio.create_task(queue.take(60))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    queue.end()
    with pytest.raises(BleakError):
        await waiting


async def test_all_who_asked_are_called_together():
    beat, called = Beat(0.05), []
    for name in "abc":
        beat.call(lambda name=name: called.append(name))
    assert called == []
    await asyncio.sleep(0.1)

    assert called == ["a", "b", "c"]
    beat.call(lambda: called.append("again"))
    await asyncio.sleep(0.1)
    assert called[-1] == "again"


async def test_all_beats_have_the_same_moments(monkeypatch):
    loop, moments = asyncio.get_running_loop(), []
    with monkeypatch.context() as still:
        still.setattr(loop, "call_at", lambda at_s, _: moments.append(at_s))
        for now_s in (6.1, 7.9, 8.0):
            still.setattr(loop, "time", lambda now_s=now_s: now_s)
            Beat(2.0).call(print)

    assert moments == [8.0, 8.0, 10.0]
