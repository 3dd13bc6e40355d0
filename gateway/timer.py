"""Something that is due again and again, as the event loop's clock goes."""

import asyncio


class Timer:
    """Due once a period, the first time one period from now."""

    def __init__(self, period_s: float) -> None:
        self._period_s = period_s
        self._due_s = asyncio.get_running_loop().time() + period_s

    @property
    def next_s(self) -> float:
        """Return when it is due, as the event loop's clock goes."""
        return self._due_s

    def due(self) -> bool:
        """Return whether it is due, and begin the next period if it is."""
        now_s = asyncio.get_running_loop().time()
        if now_s < self._due_s:
            return False
        self._due_s = now_s + self._period_s
        return True
