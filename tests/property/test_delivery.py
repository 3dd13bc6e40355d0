"""Whatever befalls broker and hub: once both are well, all that was kept is stored."""

import asyncio
import collections
import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway import wire
from gateway.delivery import Delivery
from gateway.pace import Pace
from gateway.spool import Spool
from tests.batches import batch

PACE = Pace(standstill_s=1e6, alarm_s=1e6, blame_s=0.0, forget_s=0.01)
LANE = {"device": batch(0).device, "boot": batch(0).boot, "stream": batch(0).stream}
STEPS = ["take", "take five", "take twenty", "lose", "hub away", "hub back", "keep"]


class World:
    """A broker that says when it has something, and a hub that it reaches or not."""

    def __init__(self, spool):
        self._spool = spool
        counts, traffic = collections.Counter(), collections.Counter()
        self._delivery = Delivery("hall", spool, counts, traffic, PACE, backlog_per_s=1e6)
        self._hub_there = True
        self.kept = 0
        self.stored = set()
        self._connect()

    def publish(self, _topic, payload, acknowledged):
        self._sent.append((wire.decode_batch(payload).sequence, acknowledged))
        self._news.set()

    async def keep(self, count):
        await self._spool.keep([batch(n, size=1) for n in range(self.kept, self.kept + count)])
        self.kept += count

    async def do(self, step):
        if step == "lose":
            await self.disconnect()
            await self._delivery.ended("lost")
            self._connect()
        elif step == "keep":
            await self.keep(40)
        elif step.startswith("hub"):
            self._hub_there = step == "hub back"
            if self._hub_there:
                self._delivery.again()  # it says that it is there
        else:
            for _ in range({"take": 1, "take five": 5, "take twenty": 20}[step]):
                await self._settle()
                self._take()

    async def drain(self):
        """Be well until everything is stored."""
        await self.do("hub back")
        while len(self.stored) < self.kept:
            self._news.clear()
            if not self._sent:
                await self._news.wait()
            self._take()

    async def disconnect(self):
        self._task.cancel()
        await asyncio.wait([self._task])

    def _connect(self):
        self._sent, self._news = collections.deque(), asyncio.Event()
        self._task = asyncio.create_task(self._delivery.run(self))

    def _take(self):
        if not self._sent:
            return
        sequence, acknowledged = self._sent.popleft()
        acknowledged()
        if self._hub_there:
            self.stored.add(sequence)
            reached = next(n for n in range(self.kept + 1) if n not in self.stored) - 1
            marks = (wire.Mark(**LANE, sequence=reached),)
            self._delivery.hear(wire.Watermarks(hub_start_id=1, marks=marks))

    async def _settle(self):
        for _ in range(3):  # as often as one round of delivery looks into the spool
            await self._spool.extent()


async def live(steps, folder):
    with Spool(Path(folder) / "spool.db", limit_bytes=64 << 20) as spool:
        world = World(spool)
        await world.keep(100)
        for step in steps:
            await world.do(step)
        async with asyncio.timeout(30):
            await world.drain()
        await world.disconnect()


@given(st.lists(st.sampled_from(STEPS), max_size=8))
@example(["take five", "lose", "hub away", "take five", "hub back", "take twenty", "keep"])
@settings(max_examples=25)
def test_everything_arrives(steps):
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(live(steps, folder))
