"""What samples themselves say of their sensor: the end of its range, and its unit."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analytics.minutes import AT_REST, PLAUSIBLE_G

#: This near to the end of the range a sensor that was told to have one is at it.
_AT_END: Final = 0.995
#: An axis that stands at one value for so many samples beyond so many g was cut off there;
#: at rest it shows no more than 1 g, and no sensor ends before 2 g.
_STANDS: Final = 5
_BEYOND_G: Final = 1.9
#: Samples whose norm hardly changes: at rest, whatever the unit.
_PIECE: Final = 512
_IN_MOTION_G: Final = (0.5, 2.0)  # without any rest; no other unit comes near


def saturated(values: NDArray[Any], scale: float, range_g: float | None) -> NDArray[np.bool_]:
    """Return which samples lie at the end of the sensor's range."""
    if values.dtype.kind == "i":
        limits = np.iinfo(values.dtype)
        at_end = (values == limits.max) | (values == limits.min)
    else:
        at_end = np.zeros(values.shape, bool)
    with np.errstate(invalid="ignore"):
        size_g = np.abs(values * scale)
        if range_g is not None:
            at_end |= size_g >= _AT_END * range_g
        for axis in np.flatnonzero((size_g > _BEYOND_G).any(axis=0)):
            at_end[:, axis] |= _standing(values[:, axis]) & (size_g[:, axis] > _BEYOND_G)
    ends: NDArray[np.bool_] = np.logical_or.reduce(at_end, axis=1)
    return ends


def _standing(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which values are one of many equal ones in a row."""
    edges = np.flatnonzero(values[1:] != values[:-1]) + 1
    begins = np.append(0, edges)
    lengths = np.diff(np.append(begins, len(values)))
    return np.repeat(lengths >= _STANDS, lengths)


class Gravity:
    """Looks for the 1 g that a sensor shows at rest."""

    def __init__(self) -> None:
        self._rest_g: list[NDArray[np.float64]] = []
        self._any_g: list[NDArray[np.float64]] = []

    def add(self, values: NDArray[Any], scale: float) -> None:
        """Take samples in a row."""
        with np.errstate(invalid="ignore", over="ignore"):
            norm_g = np.sqrt(((values * scale) ** 2).sum(axis=1))
        norm_g = norm_g[np.isfinite(norm_g)]
        pieces = norm_g[: norm_g.size // _PIECE * _PIECE].reshape(-1, _PIECE)
        if not len(pieces):
            self._any_g.append(norm_g)
            return
        mean_g = pieces.mean(axis=1)
        self._any_g.append(mean_g)
        self._rest_g.append(mean_g[np.ptp(pieces, axis=1) <= AT_REST * mean_g])

    def implausible_g(self) -> float | None:
        """Return the median norm, at rest if there was any, when no sensor in g shows it."""
        bounds = ((self._rest_g, PLAUSIBLE_G), (self._any_g, _IN_MOTION_G))
        for found, (least_g, most_g) in bounds:
            norms_g = np.concatenate([*found, np.zeros(0)])
            if norms_g.size:
                median_g = float(np.median(norms_g))
                return None if least_g <= median_g <= most_g else median_g
        return None
