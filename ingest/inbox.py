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

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._messages: deque[Message] = deque()
        self._changed = threading.Condition()
        self._closed = False

    def put(self, message: Message) -> None:
        """Add a message, once there is room; after `close` it is the broker's again."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or len(self._messages) < self._limit)
            if not self._closed:
                self._messages.append(message)
                self._changed.notify_all()

    def take(self, timeout_s: float) -> list[Message]:
        """Return all there is, after waiting for something or the end of the time."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._messages, timeout_s)
            messages = list(self._messages)
            self._messages.clear()
            self._changed.notify_all()
            return messages

    def close(self) -> None:
        """Let go of everyone who waits."""
        with self._changed:
            self._closed = True
            self._messages.clear()
            self._changed.notify_all()

    def __len__(self) -> int:
        return len(self._messages)

    @property
    def oldest_us(self) -> int | None:
        """Return when the message came that has waited longest."""
        with self._changed:
            return self._messages[0].received_us if self._messages else None
