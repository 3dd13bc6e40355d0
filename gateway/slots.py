"""The connections one radio can hold at once, and who has them.

A stream keeps its slot for as long as its link lasts. A sensor that wakes for one reading takes
a short lease, and comes first. A sensor with a memory makes room for whoever waits: it loses
nothing by it.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field


@dataclass(eq=False, slots=True)
class Lease:
    """A slot that someone has, or waits for."""

    address: str
    short: bool
    since_s: float
    granted: asyncio.Future[None]
    connected: bool = False


@dataclass(slots=True)
class Slots:
    """Gives slots away, the short leases first, then in the order asked."""

    budget: int | None  # None: until the radio itself says that it holds no more
    held: set[Lease] = field(default_factory=set[Lease])
    waiting: list[Lease] = field(default_factory=list[Lease])

    @property
    def has_room(self) -> bool:
        return self.budget is None or len(self.held) < self.budget

    @contextlib.asynccontextmanager
    async def lease(
        self, address: str, *, short: bool, within_s: float
    ) -> AsyncGenerator[Lease]:
        """Hold a slot for as long as the block lasts; raise TimeoutError if there is none."""
        loop = asyncio.get_running_loop()
        lease = Lease(address, short, loop.time(), loop.create_future())
        self.waiting.append(lease)
        self._grant()
        try:
            async with asyncio.timeout(within_s):
                await lease.granted
            yield lease
        finally:
            self.held.discard(lease)
            if lease in self.waiting:
                self.waiting.remove(lease)
            self._grant()

    def is_wanted(self, patience_s: float) -> bool:
        """Tell whether someone waits: with a short lease, or for long."""
        now_s = asyncio.get_running_loop().time()
        return any(it.short or now_s >= it.since_s + patience_s for it in self.waiting)

    def refused(self) -> None:
        """Learn from a radio that had no slot for one of those held."""
        self.budget = max(1, len(self.held) - 1)

    def _grant(self) -> None:
        while self.waiting and self.has_room:
            lease = min(self.waiting, key=lambda it: not it.short)  # of equals the first
            self.waiting.remove(lease)
            if lease.granted.cancelled():  # it gave up this moment
                continue
            self.held.add(lease)
            lease.since_s = asyncio.get_running_loop().time()
            lease.granted.set_result(None)
