"""Between two threads: what the broker delivered and nobody has settled yet."""

import threading
from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it came, and what its acknowledgement needs."""

    generation: int  # of the connection that delivered it
    mid: int
    topic: str
    payload: bytes
    received_us: int


class Inbox:
    """A bounded queue: whoever fills it waits, so that the broker keeps what does not fit."""

    def __init__(self, limit: int, limit_bytes: int) -> None:
        self._limit = limit
        self._limit_bytes = limit_bytes
        self._messages: deque[Message] = deque()
        self._bytes = 0
        self._changed = threading.Condition()
        self._closed = False

    def put(self, message: Message) -> None:
        """Add a message, once there is room; after `close` it is the broker's again."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._has_room_for(message))
            if not self._closed:
                self._messages.append(message)
                self._bytes += len(message.payload)
                self._changed.notify_all()

    def take(self, timeout_s: float) -> list[Message]:
        """Return all there is, after waiting for something or the end of the time."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._messages, timeout_s)
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

    def _has_room_for(self, message: Message) -> bool:
        if not self._messages:
            return True  # what is larger than the bound goes alone
        held_bytes = self._bytes + len(message.payload)
        return len(self._messages) < self._limit and held_bytes <= self._limit_bytes

    def _empty(self) -> None:
        self._messages.clear()
        self._bytes = 0
