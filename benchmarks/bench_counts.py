"""ActiGraph counts of a day, minute by minute, beside agcounts and scikit-digital-health.

python -m benchmarks.bench_counts

A sample is one reading of three axes. agcounts is given less than a day where it is slow; its
own low-frequency extension fails on three axes, and scikit-digital-health's counts are others.
"""

import time
import warnings
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analytics.kernels import counts
from analytics.kernels.spans import SPAN

_SCALE = 1 / 4096
_DAY_S, _EPOCH_S = 86_400, 60
_SHORT_S = 1_200  # of agcounts, which at most rates takes microseconds a sample
_REPEATS = 15
_ROWS = 10_000

Run = Callable[[], object]


def _motion(seconds: int, rate_hz: int) -> NDArray[np.int16]:
    size = seconds * rate_hz
    values = np.random.default_rng(0).normal(0, 600, (size, 3))
    values += 1_500 * np.sin(np.arange(size)[:, None] * 11.0 / rate_hz + np.arange(3))
    return np.rint(values).astype(np.int16)


def _spans(rows: int, size: int, rate_hz: int) -> NDArray[np.void]:
    spans = np.zeros(rows, SPAN)
    spans["row"], spans["offset"] = np.arange(rows), np.arange(rows) * size
    spans["size"], spans["period_us"], spans["scale"] = size, 1e6 / rate_hz, _SCALE
    return spans


def _ours(values: NDArray[np.int16], rows: int, rate_hz: int, *, lfe: bool) -> Run:
    spans, states = _spans(rows, len(values) // rows, rate_hz), counts.fresh(rows)
    epochs = np.zeros(counts.room(spans, _EPOCH_S), counts.EPOCH)
    return lambda: counts.add(states, spans, values, _EPOCH_S, lfe, epochs)


def _agcounts(values: NDArray[np.int16], rate_hz: int) -> Run:
    from agcounts.extract import get_counts

    return lambda: get_counts(values * _SCALE, freq=rate_hz, epoch=_EPOCH_S)


def _skdh(values: NDArray[np.int16], rate_hz: int) -> Run:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from skdh.utility.activity_counts import get_activity_counts

    times_s = np.arange(len(values)) / rate_hz
    return lambda: get_activity_counts(rate_hz, times_s, values * _SCALE, _EPOCH_S)


def _best_ns(run: Run, size: int, repeats: int = _REPEATS) -> float:
    best_s = float("inf")
    for _ in range(repeats):
        start_s = time.perf_counter()
        run()
        best_s = min(best_s, time.perf_counter() - start_s)
    return best_s / size * 1e9


def _line(what: str, rate_hz: int, ns: float) -> None:
    print(f"{what:<24} {rate_hz:4d} Hz {ns:8.1f} ns/sample {1e3 / ns:8.2f} M samples/s")


def _one_day(rate_hz: int) -> None:
    values = _motion(_DAY_S, rate_hz)
    size = len(values)
    part = values if rate_hz % 30 == 0 else values[: _SHORT_S * rate_hz]
    for lfe in (False, True):
        run = _ours(values, 1, rate_hz, lfe=lfe)
        _line("ours, " + ("extension" if lfe else "normal"), rate_hz, _best_ns(run, size))
    _line("agcounts", rate_hz, _best_ns(_agcounts(part, rate_hz), len(part), 2))
    _line("scikit-digital-health", rate_hz, _best_ns(_skdh(values, rate_hz), size, 2))


if __name__ == "__main__":
    for hz in (30, 50, 100):
        _one_day(hz)
    seconds = np.tile(_motion(2, 100), (_ROWS, 1))
    fed = _best_ns(_ours(seconds, _ROWS, 100, lfe=False), len(seconds))
    print(f"2 s of {_ROWS:,} streams at 100 Hz {fed * len(seconds) / 1e6:14.1f} ms")
    print(f"state of one stream          {counts.STATE.itemsize:14d} bytes")
