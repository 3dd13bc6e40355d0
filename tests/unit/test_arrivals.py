import asyncio
from collections import Counter
from itertools import count

import pytest
from bleak.exc import BleakError

from gateway.arrivals import Arrival, Arrivals
from gateway.gather import Gather


def arrivals(limit=10):
    ticking = count(1)
    return Arrivals(limit, lambda: next(ticking), Counter(), Counter(), Gather(0.01))


async def test_gives_all_that_waits_with_the_time_it_came():
    queue = arrivals()
    queue.put("2a37", b"a")
    queue.put("2a19", b"b")

    assert await queue.take(1) == [Arrival("2a37", b"a", 1), Arrival("2a19", b"b", 2)]
    assert await queue.take(0.01) == []


async def test_wakes_whoever_waits():
    queue = arrivals()
    waiting = asyncio.create_task(queue.take(5))
    await asyncio.sleep(0)
    queue.put("2a37", b"a")

    assert len(await waiting) == 1


async def test_drops_the_newest_when_full_and_counts():
    counts, traffic = Counter(), Counter()
    queue = Arrivals(2, lambda: 0, counts, traffic, Gather(0))
    for value in (b"a", b"b", b"c"):
        queue.put("2a37", value)

    assert [arrival.value for arrival in queue.drain()] == [b"a", b"b"]
    assert counts == {"dropped": 1}
    assert traffic == {"notifications": 3}


async def test_the_end_comes_after_what_was_said():
    queue = arrivals()
    queue.put("2a37", b"last")
    queue.end()

    assert [arrival.value for arrival in await queue.take(1)] == [b"last"]
    with pytest.raises(BleakError, match="link was lost"):
        await queue.take(1)


async def test_what_came_while_nobody_waited_is_there_at_once():
    queue = arrivals()
    queue.put("2a37", b"a")
    await asyncio.sleep(0.05)
    async with asyncio.timeout(1):
        assert len(await queue.take(60)) == 1


async def test_many_wake_at_once():
    queue = Arrivals(10, lambda: 0, Counter(), Counter(), Gather(60))
    waiting = asyncio.create_task(queue.take(60))
    await asyncio.sleep(0)
    for value in (b"a", b"b", b"c", b"d", b"e"):
        queue.put("2a37", value)
    async with asyncio.timeout(1):
        assert len(await waiting) == 5


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
    gather, called = Gather(0.01), []
    for name in "abc":
        gather.soon(lambda name=name: called.append(name))
    assert called == []
    await asyncio.sleep(0.05)

    assert called == ["a", "b", "c"]
    gather.soon(lambda: called.append("again"))
    await asyncio.sleep(0.05)
    assert called[-1] == "again"
