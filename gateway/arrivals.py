"""What one device said and nobody looked at yet."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from typing import Final, NamedTuple

from bleak.exc import BleakError

from gateway.gather import Gather

_MANY: Final = 16  # waiting: a memory is handed over, which need not gather first


class Arrival(NamedTuple):
    """One notification."""

    uuid: str
    value: bytes
    at_us: int


class Arrivals:
    """A bounded queue between the radio's callbacks and a conversation.

    When it is full the newest is dropped and counted: a device with memory is asked again.
    """

    def __init__(
        self,
        limit: int,
        now_us: Callable[[], int],
        counts: Counter[str],
        traffic: Counter[str],
        gather: Gather,
    ) -> None:
        self._limit, self._now_us, self._gather = limit, now_us, gather
        self._many = min(limit // 2, _MANY)
        self._counts, self._traffic = counts, traffic
        self._waiting: deque[Arrival] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._is_due = self._ended = False

    def put(self, uuid: str, value: bytes) -> None:
        """Queue a notification; called by the radio, never waits."""
        self._traffic["notifications"] += 1
        if len(self._waiting) >= self._limit:
            self._counts["dropped"] += 1
            return
        if not self._waiting:
            self._gather.soon(self._ring)
        self._waiting.append(Arrival(uuid, value, self._now_us()))
        if len(self._waiting) == self._many:
            self._ring()

    def end(self) -> None:
        """Say that nothing more will come."""
        self._ended = True
        self._wake()

    async def take(self, within_s: float) -> list[Arrival]:
        """Return all that waits, or nothing after a silence; BleakError at the link's end."""
        if not self._is_due and not self._ended:
            await self._news(within_s)
        if self._ended and not self._waiting:
            raise BleakError("the link was lost")
        return self.drain()

    def drain(self) -> list[Arrival]:
        """Return all that waits, without waiting."""
        taken = list(self._waiting)
        self._waiting.clear()
        self._is_due = False
        return taken

    async def _news(self, within_s: float) -> None:
        # By hand: a timeout and an event take three times as long, for each notification.
        loop = asyncio.get_running_loop()
        self._waiter = loop.create_future()
        silence = loop.call_later(within_s, self._wake)
        try:
            await self._waiter
        finally:
            self._waiter = None
            silence.cancel()

    def _ring(self) -> None:
        if self._waiting:
            self._is_due = True
            self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
