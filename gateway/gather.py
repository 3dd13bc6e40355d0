"""Doing at once, in a moment, what several ask for at much the same time.

A processor that is woken for one notification after the other spends most of the time on being
woken: what a gateway of a hundred sensors does for one takes half as long in company.
"""

import asyncio
from collections.abc import Callable


class Gather:
    """Calls all who asked since the first of them did."""

    def __init__(self, after_s: float) -> None:
        self._after_s = after_s
        self._asked: list[Callable[[], None]] = []

    def soon(self, call: Callable[[], None]) -> None:
        """Have something called in a moment, with all the others."""
        if not self._asked:
            asyncio.get_running_loop().call_later(self._after_s, self._call_all)
        self._asked.append(call)

    def _call_all(self) -> None:
        asked, self._asked = self._asked, []
        for call in asked:
            call()
