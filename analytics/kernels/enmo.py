"""ENMO alone, for those who need nothing else of a stream; `motion` takes it among all.

The Euclidean norm minus one g, negative values as zero (van Hees et al. 2013, PLoS ONE
8:e61691), added up sample by sample: the same bits as in `motion`.
"""

import math
from typing import Any, Final

import numpy as np
from numba import njit

from analytics.kernels.simd import below4, columns, fetch, fill4, greater, lane4, load4, root
from analytics.kernels.spans import USE, Record

Four = Any  # numbers side by side, see `simd`

#: Samples that memory is sent for ahead of their turn.
AHEAD: Final = 256


@njit(cache=True, nogil=True, error_model="numpy")
def excess_four(values: np.ndarray, at: int, scale: float) -> Four:
    """Return the norms minus 1 g of four samples; one number beyond them is read as well."""
    fetch(values, 3 * (at + AHEAD))
    a, b = load4(values, 3 * at) * scale, load4(values, 3 * at + 3) * scale
    c, d = load4(values, 3 * at + 6) * scale, load4(values, 3 * at + 9) * scale
    x, y, z = columns(a, b, c, d)
    return root(x * x + y * y + z * z) - 1.0


@njit(cache=True, nogil=True, error_model="numpy")
def excess_one(values: np.ndarray, at: int, scale: float) -> float:
    """Return the norm minus 1 g of a sample."""
    x, y, z = values[at, 0] * scale, values[at, 1] * scale, values[at, 2] * scale
    return math.sqrt(x * x + y * y + z * z) - 1.0


@njit(cache=True, nogil=True, error_model="numpy")
def _one_by_one(
    values: np.ndarray, begin: int, end: int, scale: float, total_g: float
) -> tuple[float, int]:
    valid = 0
    for at in range(begin, end):
        excess_g = excess_one(values, at, scale)
        if excess_g < math.inf:  # neither inf nor nan
            total_g += max(excess_g, 0.0)
            valid += 1
    return total_g, valid


@njit(cache=True, nogil=True, error_model="numpy")
def _total(
    values: np.ndarray, begin: int, end: int, scale: float, total_g: float
) -> tuple[float, int]:
    """Return a sum of ENMO with that of some samples, and how many are numbers."""
    by_four = max(min(end, len(values) - 1) - begin, 0) // 4 * 4
    valid = by_four
    for at in range(begin, begin + by_four, 4):
        excess_g = excess_four(values, at, scale)
        if below4(excess_g, math.inf):
            over_g = greater(excess_g, fill4(0.0))
            total_g = total_g + lane4(over_g, 0) + lane4(over_g, 1)
            total_g = total_g + lane4(over_g, 2) + lane4(over_g, 3)
        else:
            total_g, some = _one_by_one(values, at, at + 4, scale, total_g)
            valid += some - 4
    total_g, some = _one_by_one(values, begin + by_four, end, scale, total_g)
    return total_g, valid + some


@njit(cache=True, nogil=True, error_model="numpy")
def add(spans: np.ndarray, values: np.ndarray, sums: np.ndarray) -> None:
    """Add the ENMO of spans to the sums of their epochs.

    Parameters
    ----------
    spans : (s,) SPAN
        Those that are not to be used are passed over.
    values : (samples, 3) int16, int32 or float64
        Times the span's scale in g. What is no number is passed over.
    sums : (m,) SUM
        `enmo_sum_g` and `n_valid` grow.
    """
    for k in range(spans.size):
        span = spans[k]
        if span["use"] == USE:
            epoch: Record = sums[span["slot"]]
            begin = span["offset"]
            total_g, valid = _total(
                values, begin, begin + span["size"], span["scale"], epoch["enmo_sum_g"]
            )
            epoch["enmo_sum_g"] = total_g
            epoch["n_valid"] += valid
