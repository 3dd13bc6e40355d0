"""Which batch ends the connection, when one does.

A broker that dies leaves the same trace as a batch that a broker cannot bear: a connection that
ended with something in flight. So after such an end batches go one at a time, and one is guilty
only if twice in a row the connection ended right after it, alone, was sent, and the same
connection had carried another batch before.
"""

from collections.abc import Sequence
from typing import Final

from gateway.spool import Spooled

_ENOUGH: Final = 2


class Suspects:
    """Chooses what to send next while there is a suspicion."""

    def __init__(self) -> None:
        self._strikes: dict[int, int] = {}  # by position; 0: suspected, nothing proven
        self._questioned: set[int] = set()  # positions; while there are any, one goes at a time
        self._carried_another = False

    @property
    def careful(self) -> bool:
        """Tell whether batches go one at a time."""
        return bool(self._questioned)

    @property
    def questioned(self) -> list[int]:
        """Return the positions that are under suspicion."""
        return sorted(self._questioned)

    def connected(self) -> None:
        """Note that a connection began: it has carried nothing yet."""
        self._carried_another = False

    def taken(self, position: int) -> None:
        """Note a PUBACK: this batch is innocent, and the broker is well."""
        self._strikes.pop(position, None)
        self._questioned.discard(position)
        self._carried_another = True

    def ended(self, in_flight: Sequence[int], *, at_once: bool) -> int | None:
        """Note that a connection ended; return the position of the batch that did it."""
        self._questioned.update(in_flight)
        if len(in_flight) == 1 and at_once:
            return self._strike(in_flight[0])
        self._strikes = dict.fromkeys(self._strikes, 0)
        return None

    def choose(self, rows: Sequence[Spooled]) -> Spooled | None:
        """Choose from what is not out yet; none is left to question when all have passed."""
        if all(row.position not in self._questioned for row in rows):
            self._questioned.clear()
            self._strikes.clear()
            return None
        return min(rows, key=self._turn)

    def _strike(self, position: int) -> int | None:
        strikes = self._strikes.pop(position, 0) + self._carried_another
        if strikes >= _ENOUGH:
            return position
        self._strikes[position] = strikes
        return None

    def _turn(self, row: Spooled) -> tuple[bool, bool, int]:
        struck = row.position in self._strikes
        later = self._carried_another and row.position not in self._questioned
        return struck != self._carried_another, later, row.position
