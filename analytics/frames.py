"""What goes into a shard: consecutive samples of one stream of one device on one person."""

from datetime import date

import msgspec
import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16] | NDArray[np.int32] | NDArray[np.float64]


class Frame(msgspec.Struct, frozen=True, eq=False):
    """A batch, or a piece of one, within one day of its wearer."""

    participant: str
    device: str
    stream: str
    day: date  # the wearer's local date
    day_end_us: int
    received_us: int
    start_us: int
    period_us: float | None  # None: times_us
    values: Samples  # (samples, channels); times scale is in unit
    scale: float
    key: tuple[int, int]  # the connection, and the batch's number in it
    times_us: NDArray[np.int64] | None = None
    base: int = 0  # samples between start_us and the first here
    first: int = 0  # samples of its batch before the first here
    quality: int = 0
    counted: tuple[int, int] | None = None  # device boot, number of the first sample here

    @property
    def size(self) -> int:
        """Return how many samples it holds."""
        return len(self.values)

    def time_us(self, index: int) -> int:
        """Return when a sample was measured; the one after the last: when it is due."""
        if self.period_us is not None:
            return self.start_us + round((self.base + index) * self.period_us)
        if self.times_us is None:
            raise ValueError("a frame needs a period or times")
        return int(self.times_us[min(index, self.size - 1)])

    def piece(self, begin: int, end: int) -> "Frame":
        """Return some of the samples as a frame of their own."""
        counted = self.counted and (self.counted[0], self.counted[1] + begin)
        return msgspec.structs.replace(
            self,
            values=self.values[begin:end],
            times_us=None if self.times_us is None else self.times_us[begin:end],
            base=self.base + begin,
            first=self.first + begin,
            counted=counted,
        )
