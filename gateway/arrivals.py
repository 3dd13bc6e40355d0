"""What one device said and nobody looked at yet."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from typing import Final, NamedTuple

from bleak.exc import BleakError

from gateway.beat import Beat

BEATS_A_BATCH: Final = 4  # of live signals: what is complete waits for one of them

_MANY: Final = 16  # waiting: a memory is handed over, which need not be gathered first


class Arrival(NamedTuple):
    """One notification."""

    uuid: str
    value: bytes
    at_us: int


class Taken(NamedTuple):
    """What came, and whether what is made of it should wait for more."""

    arrivals: list[Arrival]
    is_complete: bool


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
        soon: Beat,
        live: Beat,
    ) -> None:
        self._limit, self._now_us = limit, now_us
        self._soon, self._live = soon, live
        self._many = min(limit // 2, _MANY)
        self._counts, self._traffic = counts, traffic
        self._waiting: deque[Arrival] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._awaits_soon = self._awaits_live = False
        self._enough_us = (BEATS_A_BATCH - 0.5) * live.period_s * 1e6  # they are not punctual
        self._newest_us = self._completed_us = 0  # arrivals: the latest, and that of a batch
        self._is_due = self._is_complete = self._ended = False

    def put(self, uuid: str, value: bytes) -> None:
        """Queue a notification, to be looked at soon; called by the radio, never waits."""
        if self._add(uuid, value):
            self._ask_soon()

    def gather(self, uuid: str, value: bytes) -> None:
        """Queue a notification of many, to be looked at with the others of its batch."""
        if not self._add(uuid, value):
            return
        # A clock that was set, by however much and whereto, completes a batch.
        is_enough = abs(self._newest_us - self._completed_us) >= self._enough_us
        if is_enough and not self._awaits_live:
            self._awaits_live = True
            self._live.call(self._complete)
        if len(self._waiting) == self._many:
            self._ask_soon()

    def end(self) -> None:
        """Say that nothing more will come."""
        self._ended = True
        self._wake()

    async def take(self, silence_s: float) -> Taken:
        """Return what came, at the latest after a silence; BleakError at the link's end."""
        while not (self._is_due or self._ended):
            before = len(self._waiting)
            await self._news(silence_s)
            if len(self._waiting) == before:
                break
        if self._ended and not self._waiting:
            raise BleakError("the link was lost")
        is_complete = self._is_complete or self._ended or not self._is_due
        return Taken(self.drain(), is_complete)

    def drain(self) -> list[Arrival]:
        """Return all that waits, without waiting."""
        taken = list(self._waiting)
        self._waiting.clear()
        self._is_due = self._is_complete = False
        self._traffic["notifications"] += len(taken)
        return taken

    def _add(self, uuid: str, value: bytes) -> bool:
        if len(self._waiting) >= self._limit:
            self._traffic["notifications"] += 1
            self._counts["dropped"] += 1
            return False
        self._newest_us = self._now_us()
        self._waiting.append(Arrival(uuid, value, self._newest_us))
        return True

    def _ask_soon(self) -> None:
        if not self._awaits_soon:
            self._awaits_soon = True
            self._soon.call(self._ring)

    def _ring(self) -> None:
        self._awaits_soon = False
        if self._waiting:
            self._is_due = True
            self._wake()

    def _complete(self) -> None:
        self._awaits_live, self._completed_us = False, self._newest_us
        self._is_due = self._is_complete = True
        self._wake()

    async def _news(self, silence_s: float) -> None:
        # By hand: a timeout and an event take three times as long.
        loop = asyncio.get_running_loop()
        self._waiter = loop.create_future()
        silence = loop.call_later(silence_s, self._wake)
        try:
            await self._waiter
        finally:
            self._waiter = None
            silence.cancel()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
