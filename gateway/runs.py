"""Consecutive rows of a device's memory, and how they are joined into batches."""

import msgspec

_TICKS_WRAP = 1 << 32


class Run(msgspec.Struct, frozen=True):  # one is made for every notification
    """Rows without a gap between them, of one quality."""

    first: int  # the device's counter of the first row
    ticks: int  # when the first row was measured
    row_bytes: int
    quality: int
    live: bool
    rows: bytes

    @property
    def size(self) -> int:
        return len(self.rows) // self.row_bytes

    @property
    def end(self) -> int:
        """The counter of the row that would come next."""
        return self.first + self.size

    def since(self, counter: int, ticks_per_row: float) -> "Run":
        """Return the rows from `counter` on."""
        known = counter - self.first
        if not known:
            return self
        ticks, rows = self.ticks_at(counter, ticks_per_row), self.rows[known * self.row_bytes :]
        return Run(counter, ticks, self.row_bytes, self.quality, self.live, rows)

    def ticks_at(self, counter: int, ticks_per_row: float) -> int:
        """Return when a row was measured."""
        return (self.ticks + round((counter - self.first) * ticks_per_row)) % _TICKS_WRAP

    def continues(self, earlier: "Run") -> bool:
        """Whether both could be one."""
        same = (self.quality, self.live) == (earlier.quality, earlier.live)
        return same and self.first == earlier.end


class Joiner:
    """Joins runs until they are worth a batch."""

    def __init__(self, enough_rows: int) -> None:
        self._enough_rows = enough_rows
        self._open: list[Run] = []
        self._open_rows = 0

    def add(self, run: Run) -> list[Run]:
        """Add a run; return what is complete by now."""
        complete = self.flush() if self._open and not run.continues(self._open[-1]) else []
        self._open.append(run)
        self._open_rows += run.size
        if self._open_rows >= self._enough_rows:
            complete += self.flush()
        return complete

    def flush(self) -> list[Run]:
        """Return what is open, complete or not."""
        joined, self._open, self._open_rows = self._open, [], 0
        if not joined:
            return []
        whole = b"".join([run.rows for run in joined])
        return [msgspec.structs.replace(joined[0], rows=whole)]
