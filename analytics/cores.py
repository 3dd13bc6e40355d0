"""Motion of many streams on several cores: each takes some rows, and all their spans in order.

Rows share nothing, so that every bit is as if one core had taken them all.
"""

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.kernels import motion

#: Samples below which a thread takes longer to begin than to do its share.
WORTH: Final = 50_000


def available() -> int:
    """Return how many cores this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def _threads(count: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(count, "motion")


def _shares(spans: NDArray[np.void], count: int) -> Iterator[tuple[int, int]]:
    """Yield the first row of each share, and the one after its last, of about equal work."""
    sizes = np.bincount(spans["row"], weights=spans["size"])
    until = np.cumsum(sizes)
    targets: NDArray[np.float64] = np.arange(1, count) * (until[-1] / count)
    inner: NDArray[np.int64] = np.searchsorted(until, targets)
    edges = [0, *(int(row) + 1 for row in inner), sizes.size]
    for begin, end in pairwise(edges):
        if begin < end:
            yield begin, end


def add_motion(
    states: motion.States,
    spans: NDArray[np.void],
    values: NDArray[np.generic],
    times_us: NDArray[np.int64],
    sums: NDArray[np.void],
    *,
    lfe: bool,
    cores: int,
) -> None:
    """Add spans of acceleration to the sums of their epochs, on so many cores at most.

    Numba's kernels give up the interpreter's lock; see `motion.add` for the arrays.
    """
    count = min(cores, len(values) // WORTH)
    if count < 2:
        motion.add(states, spans, values, times_us, lfe, sums, 0, len(states.counts))
        return
    threads = _threads(count)
    begun = [
        threads.submit(motion.add, states, spans, values, times_us, lfe, sums, *rows)
        for rows in _shares(spans, count)
    ]
    for share in begun:
        share.result()
