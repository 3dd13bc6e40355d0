"""Minutes in which a device was not worn, as its motion tells.

Two rules that are in use: one on the raw signal's spread (van Hees 2013), one on ActiGraph
counts (Choi 2011). Both need to look ahead, so they are asked of minutes that are over.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

SD_G: Final = 0.013
RANGE_G: Final = 0.050
AXES: Final = 2  # of three must be quiet
BLOCK_MINUTES: Final = 15
WINDOW_BLOCKS: Final = 4
#: Minutes of a window that must hold samples for it to be judged.
FEWEST_MINUTES: Final = 45

ZERO_MINUTES: Final = 90
SPIKE_MINUTES: Final = 2
AROUND_MINUTES: Final = 30


def van_hees(minutes: NDArray[np.void]) -> NDArray[np.bool_]:
    """Return in which minutes a device was not worn: motion too small for a body.

    Parameters
    ----------
    minutes : (n,) MINUTE
        One device's, in order. `n_accel`, `mean_g`, `sd_g`, `low_g` and `high_g` are used.

    Returns
    -------
    (n,) bool
        True in all minutes with samples of a quiet window.

    Notes
    -----
    Windows of 60 min in steps of 15 min from the first minute (van Hees et al. 2013, PLoS ONE
    8:e61691; 30 min and 3 mg in 2011). A window is quiet when on two of three axes the standard
    deviation is below 13 mg and the range below 50 mg. The paper joins the two by "or"; GGIR,
    its author's software, and scikit-digital-health by "and", which takes a quiet sleeper less
    often for a table. All of a quiet window is marked, as in GGIR's approach of 2023.
    """
    blocks = -(-minutes.size // BLOCK_MINUTES)
    if blocks < WINDOW_BLOCKS:
        return np.zeros(minutes.size, bool)
    known = minutes["n_accel"] > 0
    quiet = _quiet(minutes[known], known, blocks)
    marked = np.zeros(blocks, bool)
    for step in range(WINDOW_BLOCKS):
        marked[step : step + quiet.size] |= quiet
    return np.repeat(marked, BLOCK_MINUTES)[: minutes.size] & known


def _quiet(told: NDArray[np.void], known: NDArray[np.bool_], blocks: int) -> NDArray[np.bool_]:
    """Return which windows are quiet; `told` are the minutes that are known."""
    n = told["n_accel"].astype(np.float64)[:, None]
    mean_g = told["mean_g"].astype(np.float64)
    square_g2 = told["sd_g"].astype(np.float64) ** 2 + mean_g**2
    samples = _over_windows(n, known, blocks, 0.0, np.sum)
    with np.errstate(invalid="ignore"):
        window_mean_g = _over_windows(n * mean_g, known, blocks, 0.0, np.sum) / samples
        window_square_g2 = _over_windows(n * square_g2, known, blocks, 0.0, np.sum) / samples
    low_g = _over_windows(told["low_g"], known, blocks, np.inf, np.min)
    high_g = _over_windows(told["high_g"], known, blocks, -np.inf, np.max)
    variance_g2 = window_square_g2 - window_mean_g**2
    small = (variance_g2 < SD_G**2) & (high_g - low_g < RANGE_G)
    heard = _over_windows(np.ones_like(n), known, blocks, 0.0, np.sum)[:, 0]
    return (np.count_nonzero(small, axis=1) >= AXES) & (heard >= FEWEST_MINUTES)


def _over_windows(
    values: NDArray[np.floating],
    known: NDArray[np.bool_],
    blocks: int,
    nothing: float,
    reduce: Callable[..., NDArray[np.float64]],
) -> NDArray[np.float64]:
    """Return a sum, minimum or maximum of each window and column."""
    table = np.full((blocks * BLOCK_MINUTES, values.shape[1]), nothing)
    table[: known.size][known] = values
    by_block = reduce(table.reshape(blocks, BLOCK_MINUTES, -1), axis=1)
    return reduce(sliding_window_view(by_block, WINDOW_BLOCKS, axis=0), axis=-1)


def choi(counts: NDArray[np.integer], known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return in which minutes a device was not worn: counts of zero for long enough.

    Parameters
    ----------
    counts : (n,) int
        ActiGraph counts of each minute: of the vertical axis, or of the vector's magnitude.
    known : (n,) bool
        A minute without counts ends a stretch.

    Notes
    -----
    At least 90 min of zeros; up to 2 min of counts among them are forgiven where 30 min of
    zeros stand on either side (Choi et al. 2011, Med Sci Sports Exerc 43:357). Made for
    ActiGraph counts at the hip; a sleeper's night may pass for non-wear.
    """
    zero = known & (counts == 0)
    forgiven = zero.copy()
    begins, ends = runs(~zero)
    for begin, end in zip(begins, ends, strict=True):
        spike = end - begin <= SPIKE_MINUTES and known[begin:end].all()
        before = zero[max(0, begin - AROUND_MINUTES) : begin]
        after = zero[end : end + AROUND_MINUTES]
        if spike and min(before.size, after.size) == AROUND_MINUTES:
            forgiven[begin:end] = before.all() and after.all()
    marked = np.zeros(zero.size, bool)
    for begin, end in zip(*runs(forgiven), strict=True):
        marked[begin:end] = end - begin >= ZERO_MINUTES
    return marked


def runs(where: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where stretches of True begin, and where each has ended."""
    edges = np.diff(np.concatenate([[False], where, [False]]).astype(np.int8))
    return np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
