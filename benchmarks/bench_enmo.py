"""ENMO minute by minute: million samples a second, beside scikit-digital-health's.

python -m benchmarks.bench_enmo
"""

import time
import warnings
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analytics.epochs import MINUTE_US
from analytics.kernels import enmo, spans

_SAMPLES = 4_320_000  # a day at 50 Hz
_SCALE = 1 / 4096
_REPEATS = 7


def _ours(values: NDArray[np.int16]) -> None:
    batch = np.zeros(1, spans.BATCH)
    batch["size"], batch["period_us"], batch["scale"] = len(values), 20_000.0, _SCALE
    times_us = np.zeros(0, np.int64)
    room = spans.room(batch, times_us, MINUTE_US)
    cut, sums = np.zeros(room, spans.SPAN), np.zeros(room + 1, spans.SUM)
    cursors, opened = spans.fresh_cursors(1), spans.fresh_sums(1)
    count, _ = spans.cut(cursors, batch, times_us, MINUTE_US, opened, cut, sums)
    enmo.add(cut[:count], values, sums)


def _peer() -> Callable[[NDArray[np.int16]], None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from skdh.activity.metrics import metric_enmo

    def run(values: NDArray[np.int16]) -> None:
        metric_enmo(values * _SCALE, wlen=3000)

    return run


def _best_rate(run: Callable[[NDArray[np.int16]], None], values: NDArray[np.int16]) -> float:
    run(values)  # compiles
    best_s = float("inf")
    for _ in range(_REPEATS):
        start_s = time.perf_counter()
        run(values)
        best_s = min(best_s, time.perf_counter() - start_s)
    return len(values) / best_s / 1e6


if __name__ == "__main__":
    motion = np.random.default_rng(0).integers(-5000, 5000, (_SAMPLES, 3), dtype=np.int16)
    print(f"ENMO, int16 to minutes   {_best_rate(_ours, motion):7.0f} M samples/s")
    print(f"scikit-digital-health    {_best_rate(_peer(), motion):7.0f} M samples/s")
