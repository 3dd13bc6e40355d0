"""What a simulated device measures: a wearer, or a recording."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class MotionSource(Protocol):
    """Moves a device; the same instant always gives the same sample, however it is asked."""

    @property
    def lsb_per_g(self) -> int: ...

    @property
    def ends_us(self) -> int | None:
        """When nothing is left to measure; None: never."""
        ...

    def begin(self, at_us: int) -> None:
        """Take note of when the device began to measure."""
        ...

    def accel(self, start_us: int, n: int, period_us: float) -> NDArray[np.int16]:
        """Return n samples of x, y, z."""
        ...

    def worn(self, start_us: int, n: int, period_us: float) -> NDArray[np.bool_]: ...

    def steps(self, start_us: int, end_us: int) -> int:
        """Return what the device's own step counter makes of a minute."""
        ...


class HeartSource(Protocol):
    """A heart under a strap."""

    def begin(self, at_us: int) -> None:
        """Take note of when the device began to measure."""
        ...

    def heart_rate_bpm(self, at_us: int) -> float | None:
        """Return the rate; None: the strap lies on the table."""
        ...

    def rr_s(self, at_us: int) -> float:
        """Return how long the beat that begins then lasts."""
        ...
