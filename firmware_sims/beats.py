"""Real heart beats played back through a simulated strap."""

from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import ArrayLike

_AVERAGED: Final = 5  # beats a strap averages over
_ROUNDING_US: Final = 1000  # a beat asked for this much early is still that beat


class Beats:
    """Intervals between beats in ms, over and over; they begin when first asked for."""

    def __init__(self, rr_ms: ArrayLike) -> None:
        self._rr_s = np.asarray(rr_ms, np.float64) / 1000
        self._ends_us = np.cumsum(self._rr_s) * 1e6
        self._begun_us: int | None = None

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a .npy file, or a text file with an interval a line."""
        return cls(np.load(path) if path.suffix == ".npy" else np.loadtxt(path))

    def begin(self, at_us: int) -> None:
        """Put the first beat at that instant."""
        self._begun_us = at_us

    def heart_rate_bpm(self, at_us: int) -> float | None:
        beat = self._beat(at_us)
        return 60.0 / float(self._rr_s[max(0, beat - _AVERAGED + 1) : beat + 1].mean())

    def rr_s(self, at_us: int) -> float:
        return float(self._rr_s[self._beat(at_us)])

    def _beat(self, at_us: int) -> int:
        if self._begun_us is None:
            self._begun_us = at_us
        into_us = (at_us - self._begun_us + _ROUNDING_US) % float(self._ends_us[-1])
        return int(np.searchsorted(self._ends_us, into_us, side="right"))
