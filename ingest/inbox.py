"""Between two threads: what the broker delivered and nobody has settled yet."""

import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

import msgspec


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a batch: how many of its samples were new, and how many stood already."""

    stored: int
    duplicates: int
    upto: int  # everything of its lane up to this sequence is stored; -1: nothing is


class Message(msgspec.Struct, frozen=True):
    """A message as it came, and what its acknowledgement needs."""

    generation: int  # of the connection that delivered it
    mid: int
    topic: str
    payload: bytes
    received_us: int
    settled: Future[Settled] | None = None  # of a batch that somebody waits for


class Inbox:
    """A bounded queue: whoever fills it waits, so that the broker keeps what does not fit."""

    def __init__(self, limit: int, limit_bytes: int) -> None:
        self._limit = limit
        self._limit_bytes = limit_bytes
        self._messages: deque[Message] = deque()
        self._bytes = 0
        self._changed = threading.Condition()
        self._closed = False
        self._is_full = False  # somebody has more than there is room for

    def put(self, messages: Sequence[Message]) -> None:
        """Add messages, each once there is room; after `close` they are the broker's again."""
        with self._changed:
            for message in messages:
                if not self._has_room_for(message):
                    self._wait_for_room(message)
                if self._closed:
                    return
                self._messages.append(message)
                self._bytes += len(message.payload)
            self._changed.notify_all()

    def take(self, timeout_s: float, *, pause_s: float = 0.0, enough: int = 1) -> list[Message]:
        """Return all there is, after waiting for something or the end of the time.

        Before that it pauses, so that more may come, unless there is enough already.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._has(enough), pause_s)
            self._changed.wait_for(lambda: self._has(1), timeout_s)
            messages = list(self._messages)
            self._empty()
            self._changed.notify_all()
            return messages

    def close(self) -> None:
        """Let go of everyone who waits."""
        with self._changed:
            self._closed = True
            self._empty()
            self._changed.notify_all()

    def __len__(self) -> int:
        return len(self._messages)

    @property
    def held_bytes(self) -> int:
        """Return the size of all payloads that wait."""
        return self._bytes

    @property
    def oldest_us(self) -> int | None:
        """Return when the message came that has waited longest."""
        with self._changed:
            return self._messages[0].received_us if self._messages else None

    def _has(self, enough: int) -> bool:
        return self._closed or self._is_full or len(self._messages) >= enough

    def _has_room_for(self, message: Message) -> bool:
        if not self._messages:
            return True  # what is larger than the bound goes alone
        held_bytes = self._bytes + len(message.payload)
        return len(self._messages) < self._limit and held_bytes <= self._limit_bytes

    def _wait_for_room(self, message: Message) -> None:
        self._is_full = True
        self._changed.notify_all()
        self._changed.wait_for(lambda: self._closed or self._has_room_for(message))

    def _empty(self) -> None:
        self._messages.clear()
        self._bytes = 0
        self._is_full = False
