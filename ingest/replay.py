"""Trying dead letters again, when someone asked for it."""

from collections.abc import Callable, Sequence
from typing import Final

from gateway import wire
from ingest.deadletters import DeadLetter, DeadLetters
from ingest.inbox import Message
from ingest.reading import Unusable, read

_LETTERS_A_TIME: Final = 100
_NOWHERE: Final = -1  # no connection waits for an acknowledgement

Settle = Callable[[Sequence[Message]], bool]


class Replay:
    """Hands letters to whoever settles messages; all of it in ingest's own thread.

    A letter is forgotten only once its batch is in the log. Killed in between, the hub tries
    it again and finds it stored.
    """

    def __init__(self, letters: DeadLetters, settle: Settle, now_us: Callable[[], int]) -> None:
        self._letters = letters
        self._settle = settle
        self._now_us = now_us

    def run(self) -> bool:
        """Try what was asked for; return False if there was no time to make it durable."""
        while asked := self._letters.asked(_LETTERS_A_TIME):
            messages = {key: self._message(dead) for key, dead in asked.items()}
            dead = {key: reason for key, it in messages.items() if (reason := _against(it))}
            alive = [message for key, message in messages.items() if key not in dead]
            if alive and not self._settle(alive):
                return False
            self._letters.still_dead(dead)
            self._letters.used({key: it for key, it in asked.items() if key not in dead})
        return True

    def _message(self, dead: DeadLetter) -> Message:
        return Message(_NOWHERE, 0, dead.topic, dead.payload, self._now_us())


def _against(message: Message) -> str | None:
    """Return why a message still cannot be used."""
    _, content = read(message)
    if isinstance(content, Unusable):
        return content.reason
    if not isinstance(content, wire.Batch):
        kind = message.topic.rpartition("/")[2]
        return f"{kind}: only a batch is worth storing this late"
    return None
