"""Strides: what a swing says for walking, by how like it is to the one a stride before.

Walking repeats itself from one step of a foot to its next, and a body in gait rises and falls
by no more than the length of a leg lets it, and by no less when its pace is fast.
"""

import math
from typing import Any, Final

import numpy as np
from numba import njit

Record = Any  # one row of a structured array, as a kernel sees it

STRIDE: Final = 4  # swings it takes to compare two strides
#: What makes two strides unlike: times that differ by this share of one, or swings of the
#: same foot by this share of their sum.
STRIDES_DIFFER: Final = 0.19
SWINGS_DIFFER: Final = 0.42
#: What both feet must have in common: hands go up and down at a slow pace, too, but not alike.
FEET_DIFFER: Final = 0.5
#: Points of a stride from which on that is asked; fully at half as much again.
BRISK: Final = 26.0

#: Half a swing times the square of a stride's points, of a body that goes up and down by a
#: metre about its middle, a step being half a stride.
_METRE_G: Final = (2.0 * math.pi * 50.0) ** 2 / 9.80665
MOST_G: Final = 0.08 * _METRE_G  # no gait goes further
#: As most people walk: strides of 0.8 to 1.4 s, up and down by 8 to 45 mm.
USUAL: Final = (20.0, 35.0)
USUAL_G: Final = (0.008 * _METRE_G, 0.045 * _METRE_G)

#: What a swing says for walking by how unlike it is: MOST_TOLD when it is the same, less by
#: STEEP first and by 1 later, 0 at 1, AGAINST from 3 on. So goes the logarithm of how much more
#: often strides of real walks are as unlike as those of exercises of the arm.
MOST_TOLD: Final = 2.5
STEEP: Final = 4.0
AGAINST: Final = -2.0
#: The same of a swing as most people's is, to one who asks that it be as like as this.
SURE_TOLD: Final = 3.0
ALIKE: Final = 0.45


@njit(cache=True, nogil=True, error_model="numpy")
def unlike(at: np.ndarray, swing_g: np.ndarray) -> float:
    """Return how unlike the last of four swings is to the one a stride before.

    Parameters
    ----------
    at : (4,) float64
        When their peaks were, points of the 25 Hz grid.
    swing_g : (4,) float64
        Half of what the norm rose from trough to peak.

    Returns
    -------
    float
        0: the same; infinite for what no gait is.
    """
    stride, before = at[3] - at[1], at[2] - at[0]
    feet_g = swing_g[3] + swing_g[2]
    sway_g = 0.5 * feet_g * stride * stride
    if sway_g > MOST_G or (stride < USUAL[0] and sway_g < USUAL_G[0]):
        return math.inf
    differ = abs(stride - before) / (STRIDES_DIFFER * 0.5 * (stride + before))
    differ += abs(swing_g[3] - swing_g[1]) / (SWINGS_DIFFER * (swing_g[3] + swing_g[1]))
    slow = min(max(stride / BRISK - 1.0, 0.0), 0.5) * 2.0
    return differ + slow * abs(swing_g[3] - swing_g[2]) / (FEET_DIFFER * feet_g)


@njit(cache=True, nogil=True, error_model="numpy")
def told(differ: float) -> float:
    """Return what a swing as unlike as that says for walking."""
    return max(MOST_TOLD - STEEP * differ, 1.0 - differ, AGAINST)


@njit(cache=True, nogil=True, error_model="numpy")
def surely_told(at: np.ndarray, swing_g: np.ndarray, differ: float) -> float:
    """Return what it says for walking as most people do."""
    stride = at[3] - at[1]
    sway_g = 0.5 * (swing_g[3] + swing_g[2]) * stride * stride
    if USUAL[0] <= stride <= USUAL[1] and USUAL_G[0] <= sway_g <= USUAL_G[1]:
        return max(SURE_TOLD * (1.0 - differ / ALIKE), AGAINST)
    return AGAINST
