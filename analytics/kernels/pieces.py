"""Five seconds of acceleration at a time: MAD, and which way the sensor pointed.

MAD is the mean distance of the norm from its own mean (Vaha-Ypya et al. 2015, "A universal,
accurate intensity-based classification of different physical activities using raw data of
accelerometer", Clinical Physiology and Functional Imaging 35:64). It needs the samples of a
piece twice, so the norms of the open piece are kept. The angle is that of the mean acceleration
to the sensor's x-y plane (van Hees et al. 2015, "A novel, open access method to assess sleep
duration using a wrist-worn accelerometer", PLoS ONE 10:e0142533).

A piece is the valid samples of five seconds of an epoch, counted from where the epoch begins.
"""

import math
from typing import Final

import numpy as np
from numba import njit

from analytics.kernels.spans import Record

PIECE_US: Final = 5_000_000
#: Norms a piece holds at most: 5 s at 400 Hz. With more of them another piece begins.
MOST: Final = 2048
LANES: Final = 8  # sums that run side by side, each over every eighth sample
#: No angle: the piece has no valid sample.
NO_ANGLE: Final = -32768

#: The open piece of one row's stream; its norms are kept beside it.
STATE: Final = np.dtype(
    [
        ("n", np.int64),
        ("piece", np.int64),  # of the epoch
        ("axis_sum_g", np.float64, (3,)),
    ],
    align=True,
)


def fresh(rows: int) -> np.ndarray:
    """Return the state of rows that have heard nothing yet."""
    return np.zeros(rows, STATE)


@njit(cache=True, nogil=True, error_model="numpy")
def room(states: np.ndarray, spans: np.ndarray) -> int:
    """Return how many norms a piece will hold at most once some spans were added."""
    held = states["n"].copy()
    most = 0
    for k in range(spans.size):
        row, size = spans[k]["row"], spans[k]["size"]
        held[row] = size if spans[k]["new_piece"] else held[row] + size
        most = max(most, int(held[row]))
    return min(most, MOST)


@njit(cache=True, nogil=True, error_model="numpy")
def _total(sums: np.ndarray) -> float:
    total = 0.0
    for lane in range(LANES):
        total += sums[lane]
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def deviations(excess_g: np.ndarray, sums: np.ndarray) -> float:
    """Return the sum of distances from the mean, eight running sums side by side."""
    whole = excess_g.size // LANES * LANES
    sums[:] = 0.0
    for i in range(0, whole, LANES):
        for lane in range(LANES):
            sums[lane] += excess_g[i + lane]
    for i in range(whole, excess_g.size):
        sums[i - whole] += excess_g[i]
    mean_g = _total(sums) / excess_g.size
    sums[:] = 0.0
    for i in range(0, whole, LANES):
        for lane in range(LANES):
            sums[lane] += abs(excess_g[i + lane] - mean_g)
    for i in range(whole, excess_g.size):
        sums[i - whole] += abs(excess_g[i] - mean_g)
    return _total(sums)


@njit(cache=True, nogil=True, error_model="numpy")
def angle_deg(x_g: float, y_g: float, z_g: float) -> float:
    """Return the angle of an acceleration to the x-y plane."""
    return math.degrees(math.atan2(z_g, math.sqrt(x_g * x_g + y_g * y_g)))


@njit(cache=True, nogil=True, error_model="numpy")
def close(state: Record, excess_g: np.ndarray, epoch: Record, sums: np.ndarray) -> None:
    """Add the open piece to its epoch, and begin another.

    Parameters
    ----------
    state : STATE
        Of this one stream; changed in place.
    excess_g : (m,) float64
        Norms minus 1 g; the first `n` are of the piece.
    epoch : SUM
        Changed in place.
    sums : (8,) float64
        Worked in.
    """
    n = state["n"]
    if n == 0:
        return
    epoch["mad_sum_g"] += deviations(excess_g[:n], sums)
    epoch["n_mad"] += n
    axis_g = state["axis_sum_g"]
    angle = angle_deg(axis_g[0] / n, axis_g[1] / n, axis_g[2] / n)
    epoch["angle_sum_deg"] += angle
    epoch["n_angles"] += 1
    if state["piece"] < epoch["anglez_cdeg"].size:
        epoch["anglez_cdeg"][state["piece"]] = np.int16(np.rint(angle * 100.0))
    for axis in range(3):
        epoch["axis_sum_g"][axis] += axis_g[axis]
        axis_g[axis] = 0.0
    state["n"] = 0


@njit(cache=True, nogil=True, error_model="numpy")
def close_all(states: np.ndarray, excess_g: np.ndarray, epochs: np.ndarray) -> None:
    """Add each row's open piece to its epoch: what they would be if no more came."""
    sums = np.empty(LANES)
    for row in range(states.size):
        close(states[row], excess_g[row], epochs[row], sums)
