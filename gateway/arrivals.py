"""What one device said and nobody looked at yet."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass

from bleak.exc import BleakError


@dataclass(frozen=True, slots=True)
class Arrival:
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
    ) -> None:
        self._limit, self._now_us = limit, now_us
        self._counts, self._traffic = counts, traffic
        self._waiting: deque[Arrival] = deque()
        self._changed = asyncio.Event()
        self._ended = False

    def put(self, uuid: str, value: bytes) -> None:
        """Queue a notification; called by the radio, never waits."""
        self._traffic["notifications"] += 1
        if len(self._waiting) >= self._limit:
            self._counts["dropped"] += 1
            return
        self._waiting.append(Arrival(uuid, value, self._now_us()))
        self._changed.set()

    def end(self) -> None:
        """Say that nothing more will come."""
        self._ended = True
        self._changed.set()

    async def take(self, within_s: float) -> list[Arrival]:
        """Return all that waits, or nothing after a silence; BleakError at the link's end."""
        try:
            async with asyncio.timeout(within_s):
                await self._changed.wait()
        except TimeoutError:
            return []
        if self._ended and not self._waiting:
            raise BleakError("the link was lost")
        return self.drain()

    def drain(self) -> list[Arrival]:
        """Return all that waits, without waiting."""
        taken = list(self._waiting)
        self._waiting.clear()
        if not self._ended:
            self._changed.clear()
        return taken
