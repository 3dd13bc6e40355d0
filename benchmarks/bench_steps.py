"""Steps: nanoseconds a sample, for one person and for many, from norms on.

python -m benchmarks.bench_steps
"""

import time

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analytics.kernels import steps

_REPEATS = 7
_BLOCK = 1024
_NO_TIMES = np.zeros(0, np.int64)


def _walk(seconds: int, rate_hz: int) -> NDArray[np.float64]:
    random = np.random.default_rng(0)
    t = np.arange(seconds * rate_hz) / rate_hz
    return 0.3 * np.sin(2 * np.pi * 1.9 * t) + random.normal(0, 0.05, t.size)


@njit(cache=True)
def _feed(
    states: np.ndarray, norms_g: np.ndarray, times_us: np.ndarray, period_us: float
) -> int:
    total = 0
    for row in range(states.size):
        for begin in range(0, norms_g.size, _BLOCK):
            block = norms_g[begin : begin + _BLOCK]
            total += steps.walk(states[row], block, times_us, period_us)
    return total


def _best_ns(people: int, seconds: int, rate_hz: int) -> float:
    norms_g = _walk(seconds, rate_hz)
    _feed(steps.fresh(1), norms_g[:rate_hz], _NO_TIMES, 1e6 / rate_hz)
    best_s = float("inf")
    for _ in range(_REPEATS):
        states = steps.fresh(people)
        start_s = time.perf_counter()
        _feed(states, norms_g, _NO_TIMES, 1e6 / rate_hz)
        best_s = min(best_s, time.perf_counter() - start_s)
    return best_s / (people * norms_g.size) * 1e9


if __name__ == "__main__":
    for rate_hz in (30, 50, 100):
        day_ns, minute_ns = _best_ns(1, 86_400, rate_hz), _best_ns(2_000, 60, rate_hz)
        print(f"steps at {rate_hz:3d} Hz, one person's day      {day_ns:6.2f} ns/sample")
        print(f"steps at {rate_hz:3d} Hz, 2000 people's minute  {minute_ns:6.2f} ns/sample")
    print(f"state of one stream                  {steps.STATE.itemsize:6d} bytes")
