"""ENMO: how far acceleration exceeds gravity, added up sample by sample.

The Euclidean norm minus one g, negative values as zero (van Hees 2013). The sum is sequential,
so that it comes out the same however the stream was cut; numpy's pairwise mean does not.
"""

import math

import numpy as np
from numba import njit

from analytics.kernels.spans import FAULT, NOT_WORN, USE, Record


@njit(cache=True, nogil=True, error_model="numpy")
def _set_aside(span: Record, epoch: Record) -> None:
    if span["use"] == NOT_WORN:
        epoch["n_not_worn"] += span["size"]
    elif span["use"] == FAULT:
        epoch["n_fault"] += span["size"]
    else:
        epoch["n_refused"] += span["size"]


@njit(cache=True, nogil=True, error_model="numpy")
def add(spans: np.ndarray, values: np.ndarray, sums: np.ndarray) -> None:
    """Add spans of acceleration to the sums of their epochs.

    Parameters
    ----------
    spans : (s,) SPAN
        In the order of each row's stream.
    values : (samples, 3) int16, int32 or float64
        Times the span's scale in g. What is no number is refused and counted.
    sums : (m,) SUM
        `enmo_sum_g` and the counts of samples grow.
    """
    for k in range(spans.size):
        span = spans[k]
        epoch = sums[span["slot"]]
        if span["use"] != USE:
            _set_aside(span, epoch)
            continue
        scale, begin, end = span["scale"], span["offset"], span["offset"] + span["size"]
        sum_g, valid = epoch["enmo_sum_g"], 0
        for i in range(begin, end):
            x, y, z = values[i, 0] * scale, values[i, 1] * scale, values[i, 2] * scale
            norm_g = math.sqrt(x * x + y * y + z * z)
            if norm_g < math.inf:  # neither inf nor nan
                valid += 1
                sum_g += max(norm_g - 1.0, 0.0)
        epoch["enmo_sum_g"] = sum_g
        epoch["n_valid"] += valid
        epoch["n_refused"] += span["size"] - valid
        epoch["n_saturated"] += span["saturated"] * span["size"]
