"""A recording as every reader gives it, and what may be said of one beforehand."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from analytics.files.errors import BadRecording

Unit = Literal["g", "mg", "m/s2", "raw"]

#: A row without a time.
NO_TIME: Final = np.iinfo(np.int64).min
_FASTEST_HZ: Final = 10_000.0
_WIDEST_G: Final = 1_000.0


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known of a file that it may not say itself."""

    rate_hz: float | None = None
    unit: Unit | None = None
    scale: float | None = None  # what one raw integer is worth in g
    range_g: float | None = None  # of the sensor, either way

    def __post_init__(self) -> None:
        _within("a rate", self.rate_hz, _FASTEST_HZ, "Hz")
        _within("a scale", self.scale, _WIDEST_G, "g")
        _within("a range", self.range_g, _WIDEST_G, "g")
        if self.scale is not None and self.unit not in (None, "raw"):
            raise BadRecording(f"a scale is for raw numbers, not for {self.unit}")
        if self.unit == "raw" and self.scale is None:
            raise BadRecording("raw numbers need a scale: what one is worth in g")

    def fit(self, rate_hz: float, file: str) -> None:
        """Raise BadRecording when another rate is wanted than the file itself says."""
        if self.rate_hz not in (None, rate_hz):
            raise BadRecording(f"{file} was sampled at {rate_hz:g} Hz, not {self.rate_hz:g}")


def _within(what: str, value: float | None, most: float, unit: str) -> None:
    if value is not None and not (math.isfinite(value) and 0 < value <= most):
        raise BadRecording(f"{what} of {value} {unit}: wanted above 0, at most {most:g}")


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Consecutive rows of a recording."""

    row: int  # the number of the first, from 1
    size: int
    times_us: NDArray[np.int64] | None  # NO_TIME where a row has none; None: a regular clock
    accel: NDArray[Any] | None  # (size, 3), times the recording's scale in g
    events: Mapping[str, NDArray[np.float64]]  # nan: none


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """What a file holds, block by block, so that it need not fit into memory."""

    name: str
    blocks: Iterator[Block]
    has_accel: bool = True
    events: tuple[str, ...] = ()  # of "bpm", "spo2", "rr_ms"
    scale: float = 1.0
    rate_hz: float | None = None  # as the file or whoever asks says
    timed: bool = False  # blocks have times
    start_us: int = 0  # where there are no times
    range_g: float | None = None
    done: Callable[[], float] = lambda: 0.0  # the share that was read
