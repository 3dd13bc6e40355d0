"""When somebody slept, as motion tells: the window of the night, and the minutes within.

All three were made for a wrist. None can tell lying awake without moving from sleep.
"""

from typing import Final

import numpy as np
from numba import njit
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from analytics.kernels.nonwear import runs

PIECES_A_MINUTE: Final = 12  # of 5 s
ROLLING_PIECES: Final = 60  # angles within 5 min
QUANTILE: Final = 0.10
FACTOR: Final = 15.0
LOWEST_DEG: Final = 0.13
HIGHEST_DEG: Final = 0.50
FEWEST_PIECES: Final = 30 * PIECES_A_MINUTE  # a block of rest is longer
GAP_PIECES: Final = 60 * PIECES_A_MINUTE  # a shorter gap between blocks is part of the night

COLE_KRIPKE: Final = np.array([106, 54, 58, 76, 230, 74, 67]) / 1000  # 4 min before to 2 after
SCALE: Final = 100.0  # ActiGraph counts for one of the papers' own
HIGHEST: Final = 300.0


def window(angle_deg: NDArray[np.float64], worn: NDArray[np.bool_]) -> tuple[int, int] | None:
    """Return the window of sleep as its first piece and the one after its last.

    Parameters
    ----------
    angle_deg : (n,) float64
        Angle of the sensor's z axis in each piece of 5 s, from noon to noon; nan: not known.
    worn : (n,) bool
        A device that nobody wears does not sleep.

    Notes
    -----
    HDCZA (van Hees et al. 2018, Scientific Reports 8:12975): the median over 5 min of how much
    the angle changes from piece to piece; below 15 times its 10th percentile, but at least
    0.13 and at most 0.50 degrees, is rest. Blocks of rest longer than 30 min count, gaps
    between them shorter than 60 min are filled, and the longest block is the window. The
    percentile is of what is known, and a window needs an angle to lie in.
    """
    if angle_deg.size < ROLLING_PIECES:
        return None
    change_deg = rolling_change_deg(np.where(worn, angle_deg, np.nan))
    known = change_deg[np.isfinite(change_deg)]
    if not known.size:
        return None
    limit_deg = np.clip(FACTOR * np.quantile(known, QUANTILE), LOWEST_DEG, HIGHEST_DEG)
    begins, ends = runs(change_deg < limit_deg)
    long = ends - begins > FEWEST_PIECES
    if not long.any():
        return None
    begins, ends = begins[long], ends[long]
    apart = begins[1:] - ends[:-1] >= GAP_PIECES
    begins, ends = begins[np.append(True, apart)], ends[np.append(apart, True)]
    longest = int(np.argmax(ends - begins))
    return int(begins[longest]), int(ends[longest])


def rolling_change_deg(angle_deg: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the median change around each piece; infinite where too little is known."""
    change_deg = np.abs(np.diff(angle_deg))
    change_deg[np.isnan(change_deg)] = np.inf
    rolling_deg = np.full(angle_deg.size, np.inf)
    _rolling_median(change_deg, ROLLING_PIECES - 1, rolling_deg)
    return rolling_deg


@njit(cache=True, nogil=True)
def _rolling_median(values: np.ndarray, count: int, middles: np.ndarray) -> None:
    """Fill in the median of each `count` values in a row, an odd number, at their middle."""
    half = count // 2
    window = np.sort(values[:count])
    middles[half] = window[half]
    for i in range(count, values.size):
        at, new = np.searchsorted(window, values[i - count]), values[i]
        while at + 1 < count and window[at + 1] < new:
            window[at] = window[at + 1]
            at += 1
        while at > 0 and window[at - 1] > new:
            window[at] = window[at - 1]
            at -= 1
        window[at] = new
        middles[i - half] = window[half]


def cole_kripke(counts: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Return in which minutes somebody slept, by seven minutes around each.

    Parameters
    ----------
    counts : (n,) int
        ActiGraph counts of each minute, vertical axis of a wrist; unknown minutes as 0.

    Notes
    -----
    Asleep where the weighted sum is below 1 (Cole et al. 1992, Sleep 15:461, 1-min weights).
    The paper's device counted otherwise: as in ActiLife, counts are divided by 100 and held to
    300. Adults of 35 to 65 years; what is before the first and after the last counts as 0.
    """
    scaled = np.minimum(counts / SCALE, HIGHEST)
    padded = np.pad(scaled, (4, 2))
    return sliding_window_view(padded, COLE_KRIPKE.size) @ COLE_KRIPKE < 1.0


def sadeh(counts: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Return in which minutes somebody slept, by eleven minutes around each.

    Parameters
    ----------
    counts : (n,) int
        As for `cole_kripke`.

    Notes
    -----
    Asleep where 7.601 - 0.065 mean - 1.08 n - 0.056 sd - 0.703 ln(count + 1) is above -4
    (Sadeh et al. 1994, Sleep 17:201; the limit and the scale of counts as in ActiLife): the
    mean over 11 min, the number of those from 50 to below 100, the spread by n - 1 of the last
    6. Adolescents and young adults.
    """
    scaled = np.minimum(counts / SCALE, HIGHEST)
    around = sliding_window_view(np.pad(scaled, 5), 11)
    n_middling = np.count_nonzero((around >= 50) & (around < 100), axis=1)
    spread = around[:, :6].std(axis=1, ddof=1)
    index = 7.601 - 0.065 * around.mean(axis=1) - 1.08 * n_middling - 0.056 * spread
    return index - 0.703 * np.log(scaled + 1.0) > -4.0
