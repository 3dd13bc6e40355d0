"""The best of several runs."""

import time
from collections.abc import Callable

_REPEATS = 5

Run = Callable[[], object]


def best_s(
    run: Run, repeats: int = _REPEATS, clock_s: Callable[[], float] = time.process_time
) -> float:
    """Return the seconds that the fastest of some runs takes, by the processor's time."""
    run()  # compiles, and fills caches
    took_s = float("inf")
    for _ in range(repeats):
        start_s = clock_s()
        run()
        took_s = min(took_s, clock_s() - start_s)
    return took_s


def million_per_s(run: Run, samples: int, repeats: int = _REPEATS) -> float:
    """Return how many million samples a second the fastest run takes."""
    return samples / best_s(run, repeats) / 1e6
