"""Steps: nanoseconds a sample of a walk at 50 Hz, for one person and for many in one call.

python -m benchmarks.bench_steps
"""

import time

import numpy as np
from numpy.typing import NDArray

from analytics.epochs import MINUTE_US
from analytics.kernels import spans, steps

_RATE_HZ = 50
_REPEATS = 7


def _walk(seconds: int) -> NDArray[np.int16]:
    random = np.random.default_rng(0)
    t = np.arange(seconds * _RATE_HZ) / _RATE_HZ
    norm = 1 + 0.3 * np.sin(2 * np.pi * 1.9 * t) + random.normal(0, 0.05, t.size)
    samples = np.zeros((t.size, 3), np.int16)
    samples[:, 2] = np.rint(norm * 4096)
    return samples


def _best_ns(people: int, seconds: int) -> float:
    values = np.tile(_walk(seconds), (people, 1))
    batches = np.zeros(people, spans.BATCH)
    batches["row"] = np.arange(people)
    batches["size"] = seconds * _RATE_HZ
    batches["offset"] = np.arange(people) * seconds * _RATE_HZ
    batches["period_us"], batches["scale"] = 20_000.0, 1 / 4096
    times_us = np.zeros(0, np.int64)
    room = spans.room(batches, times_us, MINUTE_US)
    best_s = float("inf")
    for _ in range(_REPEATS):
        cut, sums = np.zeros(room, spans.SPAN), np.zeros(room + people, spans.SUM)
        cursors, opened = spans.fresh_cursors(people), spans.fresh_sums(people)
        states = steps.fresh(people)
        start_s = time.perf_counter()
        count, _ = spans.cut(
            cursors, batches, times_us, MINUTE_US, MINUTE_US, opened, cut, sums
        )
        steps.add(states, cut[:count], values, times_us, sums)
        best_s = min(best_s, time.perf_counter() - start_s)
    return best_s / len(values) * 1e9


if __name__ == "__main__":
    print(f"steps, one person's day        {_best_ns(1, 86_400):6.1f} ns/sample")
    print(f"steps, 2000 people's minute    {_best_ns(2_000, 60):6.1f} ns/sample")
    print(f"state of one stream            {steps.STATE.itemsize:6d} bytes")
