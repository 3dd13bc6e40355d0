"""What changed just now, fanned out to every open page.

One listener hears the hub; each page has a slot where the newest frame of a kind replaces an
older one it has not taken yet. So a slow page skips values, and never holds up another.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import AbstractAsyncContextManager
from typing import Final, TypeAlias

import msgspec

from people.authorize import Topic
from web.recent import Recent

log = logging.getLogger(__name__)

BEAT_US: Final = 5_000_000
_TURN_S: Final = 1.0
_SOONEST_S: Final = 0.2
_LATEST_S: Final = 5.0


class LiveFrame(msgspec.Struct, frozen=True):
    """One change of one participant, on one topic."""

    participant: str
    topic: Topic
    data: bytes  # JSON, made once for all pages


Listen: TypeAlias = Callable[[], AbstractAsyncContextManager[AsyncIterator[LiveFrame]]]
Key: TypeAlias = tuple[str, Topic]


class Slot:
    """What one page has not taken yet: at most one frame of a participant and topic."""

    def __init__(self) -> None:
        self.stirred = asyncio.Event()
        self.told_us = 0  # when the page was told anything
        self._waiting: dict[Key, bytes] = {}

    def put(self, key: Key, event: bytes) -> None:
        self._waiting[key] = event
        self.stirred.set()

    def stir(self) -> None:
        """Have the page look whether there is anything to tell."""
        self.stirred.set()

    def is_silent(self, now_us: int) -> bool:
        """Tell whether the page was told nothing for so long that it is due a beat."""
        return now_us - self.told_us >= BEAT_US

    def take(self) -> dict[Key, bytes]:
        """Return what is waiting, and wait for more."""
        taken, self._waiting = self._waiting, {}
        self.stirred.clear()
        return taken


class FanOut:
    """Hears the hub once, for all pages; each gets what is about whom it shows."""

    def __init__(self, listen: Listen, recent: Recent, now_us: Callable[[], int]) -> None:
        self._listen = listen
        self._recent = recent
        self.now_us = now_us
        self._newest: dict[Key, tuple[int, bytes]] = {}
        self._slots: dict[str | None, set[Slot]] = {None: set()}  # by whom they are about
        self.hub_heard = False
        self.closing = False

    async def beat(self) -> None:
        """Stir pages that were told nothing for a while, until cancelled."""
        while True:
            await asyncio.sleep(_TURN_S)
            now_us = self.now_us()
            for slot in self._all():
                if slot.is_silent(now_us):
                    slot.stir()

    async def run(self) -> None:
        """Listen until cancelled; while the hub is away, try again and again."""
        wait_s = _SOONEST_S
        while True:
            try:
                async with self._listen() as frames:
                    self.hub_heard, wait_s = True, _SOONEST_S
                    async for frame in frames:
                        self.publish(frame)
            except OSError as error:
                log.debug("the hub is away: %s", error)
            finally:
                self.hub_heard = False
            await asyncio.sleep(wait_s)
            wait_s = min(_LATEST_S, 2 * wait_s)

    def publish(self, frame: LiveFrame) -> None:
        """Hand a frame to every page; each asks for itself whether it may show it."""
        self._recent.keep(frame.participant, frame.topic, frame.data)
        key, said = (frame.participant, frame.topic), event(frame)
        self._newest[key] = (self.now_us(), said)
        for slot in (*self._slots[None], *self._slots.get(frame.participant, ())):
            slot.put(key, said)

    @contextlib.contextmanager
    def slot(self, since_us: int, about: str | None = None) -> Generator[Slot]:
        """Lend an open page its slot, with what changed since the page was made.

        A page about one participant is not woken by the news of others.
        """
        slot = Slot()
        for key, (at_us, said) in self._newest.items():
            if at_us >= since_us and about in (None, key[0]):
                slot.put(key, said)
        self._slots.setdefault(about, set()).add(slot)
        try:
            yield slot
        finally:
            self._forget(about, slot)

    def _forget(self, about: str | None, slot: Slot) -> None:
        left = self._slots[about]
        left.discard(slot)
        if about is not None and not left:
            del self._slots[about]

    def close(self) -> None:
        """Let every stream end, so that the server can."""
        self.closing = True
        for slot in self._all():
            slot.stir()

    def _all(self) -> list[Slot]:
        return [slot for slots in self._slots.values() for slot in slots]


def event(frame: LiveFrame) -> bytes:
    """Return a frame as a server-sent event named by its topic."""
    of = msgspec.json.encode(frame.participant)
    return b'event: %s\ndata: {"of":%s,"is":%s}\n\n' % (frame.topic.encode(), of, frame.data)
