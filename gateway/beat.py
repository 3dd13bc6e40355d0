"""Doing at one moment what many ask for at much the same time.

A processor that is woken for one notification after the other spends most of its time on being
woken, and a disk that is told of one batch after the other writes the same pages for each.
"""

import asyncio
from collections.abc import Callable


class Beat:
    """Calls all who asked at its next moment; they lie a period apart, the same for all."""

    def __init__(self, period_s: float) -> None:
        self.period_s = period_s
        self._asked: list[Callable[[], None]] = []

    def call(self, do: Callable[[], None]) -> None:
        """Have something called at the next moment, with all the others."""
        if not self._asked:
            loop = asyncio.get_running_loop()
            moment = loop.time() // self.period_s + 1
            loop.call_at(moment * self.period_s, self._call_all)
        self._asked.append(do)

    def _call_all(self) -> None:
        asked, self._asked = self._asked, []
        for do in asked:
            do()
