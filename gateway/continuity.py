"""What of a device's memory comes next, and what is missing before it."""

from typing import Final

from gateway.runs import Run

_MOST_HELD: Final = 256


class Continuity:
    """Lets rows through in the order of the device's counter, each once.

    Rows that come after a gap are held: either the device can send what is missing, and they
    come again, or it no longer can, and they are the next there are.
    """

    def __init__(self, expected: int, ticks_per_row: float) -> None:
        self.expected = expected
        self._ticks_per_row = ticks_per_row
        self._held: list[Run] = []
        self._newest_end = expected
        self.waiting = False  # asked, and what comes was sent before the device heard it

    @property
    def first_held(self) -> int | None:
        """The counter at which rows go on after a gap; None: there is no gap."""
        return self._held[0].first if self._held else None

    def admit(self, run: Run) -> Run | None:
        """Return the rows that come next; None if there are none in this run."""
        goes_on, self._newest_end = run.first >= self._newest_end, run.end
        if run.first <= self.expected:
            self._held.clear()
            self.waiting = False
            return self._fresh(run)
        if not (self.waiting and goes_on):
            self._hold(run)
        return None

    def ask(self) -> None:
        """Note that the device was asked for what is missing: it jumps back when it hears."""
        self._held.clear()
        self.waiting = True

    def skip(self) -> list[Run]:
        """Give up what is missing; return what was held after it."""
        held, self._held = self._held, []
        self.expected = held[0].first
        return [fresh for run in held if (fresh := self._fresh(run))]

    def _fresh(self, run: Run) -> Run | None:
        if run.end <= self.expected:
            return None
        fresh = run.since(self.expected, self._ticks_per_row)
        self.expected = run.end
        return fresh

    def _hold(self, run: Run) -> None:
        self.waiting = False
        if not self._held or (self._held[-1].end == run.first and len(self._held) < _MOST_HELD):
            self._held.append(run)
