"""Heart rates and a device's own step counts: integers that only add up."""

from typing import Final

import numpy as np
from numba import njit

from analytics.kernels.spans import NOT_WORN, USE

LOWEST_BPM: Final = 20.0
HIGHEST_BPM: Final = 250.0


@njit(cache=True, nogil=True, error_model="numpy")
def add(
    spans: np.ndarray, values: np.ndarray, lowest: float, highest: float, sums: np.ndarray
) -> None:
    """Add whole numbers to the totals of their epochs.

    Parameters
    ----------
    spans : (s,) SPAN
    values : (events, 1) int16, int32 or float64
        Times the span's scale: bpm, or steps.
    lowest, highest : float
        What lies outside is refused and counted.
    sums : (m,) SUM
        `total`, `n_valid`, `n_not_worn` and `n_refused` grow.
    """
    for k in range(spans.size):
        span = spans[k]
        epoch = sums[span["slot"]]
        if span["use"] == NOT_WORN:
            epoch["n_not_worn"] += span["size"]
            continue
        for i in range(span["offset"], span["offset"] + span["size"]):
            value = values[i, 0] * span["scale"]
            if span["use"] == USE and lowest <= value <= highest:
                epoch["total"] += np.int64(np.rint(value))
                epoch["n_valid"] += 1
            else:
                epoch["n_refused"] += 1
