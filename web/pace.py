"""How fast one token may ask: a bucket that fills steadily and empties with each request."""

import threading
from collections import OrderedDict
from typing import Final

ROOM: Final = 300  # requests at once
A_SECOND: Final = 20  # after that
_KEPT: Final = 10_000


class Pace:
    """Keeps, in memory, a bucket for each token that asked lately."""

    def __init__(self, room: int = ROOM, a_second: int = A_SECOND) -> None:
        self._room = room
        self._a_second = a_second
        self._left: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait_s(self, token: str, now_us: int) -> int:
        """Count a request; return 0, or for how many seconds this token has to wait."""
        with self._lock:
            at_us, left = self._left.pop(token, (now_us, float(self._room)))
            filled = (now_us - at_us) * self._a_second / 1_000_000
            left = min(self._room, left + filled)
            self._left[token] = (now_us, left - 1 if left >= 1 else left)
            if len(self._left) > _KEPT:
                self._left.popitem(last=False)
        return 0 if left >= 1 else 1
