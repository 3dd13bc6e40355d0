"""Acceleration as a recorder took it, sample by sample."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

SCALE_G: Final = 0.001  # of a whole number; what recorders export has three decimals


@dataclass(frozen=True, slots=True)
class Recording:
    """All samples of a recorder since it was started, at an even pace."""

    source: str  # as the export calls it
    start_us: int
    rate_hz: float
    size: int
    blocks: Callable[[], Iterator[NDArray[np.int16]]]  # (n, 3), in order; times SCALE_G in g
