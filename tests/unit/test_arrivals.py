import asyncio
from collections import Counter
from itertools import count

import pytest
from bleak.exc import BleakError

from gateway.arrivals import Arrival, Arrivals


def arrivals(limit=10):
    ticking = count(1)
    return Arrivals(limit, lambda: next(ticking), Counter(), Counter())


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
    queue = Arrivals(2, lambda: 0, counts, traffic)
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
