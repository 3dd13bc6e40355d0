"""How fast a backlog may be told."""

from typing import Final

_BURST: Final = 16  # a timer for each would cost more than it says


class Ration:
    """So many a second, in small bursts."""

    def __init__(self, per_s: float) -> None:
        self._each_s = 1 / per_s
        self._spent_s = 0.0  # up to this moment everything was used

    def available(self, now_s: float) -> int:
        self._spent_s = max(self._spent_s, now_s - _BURST * self._each_s)
        return max(0, int((now_s - self._spent_s) / self._each_s + 1e-6))

    def use(self, count: int) -> None:
        self._spent_s += count * self._each_s

    @property
    def next_s(self) -> float:
        """Return when another burst is due."""
        return self._spent_s + _BURST * self._each_s
