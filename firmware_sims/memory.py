"""A wearable's memory: the newest rows, counted since the device started."""

import numpy as np
from numpy.typing import NDArray


class Ring:
    """Rows of small integers with one byte of flags each; the oldest are overwritten."""

    def __init__(self, capacity: int, channels: int, dtype: type[np.int16 | np.uint16]) -> None:
        self._rows = np.zeros((capacity, channels), dtype)
        self._flags = np.zeros(capacity, np.uint8)
        self.next = 0  # the counter of the row that comes next

    @property
    def oldest(self) -> int:
        return max(0, self.next - len(self._rows))

    def append(
        self, rows: NDArray[np.int16] | NDArray[np.uint16], flags: NDArray[np.uint8]
    ) -> None:
        capacity = len(self._rows)
        first = self.next + max(0, len(rows) - capacity)
        self.next += len(rows)
        kept = np.arange(first, self.next) % capacity
        self._rows[kept] = rows[len(rows) - len(kept) :]
        self._flags[kept] = flags[len(rows) - len(kept) :]

    def read(self, first: int, most: int) -> tuple[bytes, int, int]:
        """Return rows of one kind from `first` on: their bytes, their flags, how many."""
        capacity = len(self._rows)
        at = first % capacity
        n = min(most, self.next - first, capacity - at)
        flags = self._flags[at : at + n]
        others = np.flatnonzero(flags != flags[0])
        if len(others):
            n = int(others[0])
        return self._rows[at : at + n].tobytes(), int(flags[0]), n
