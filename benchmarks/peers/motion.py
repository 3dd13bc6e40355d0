"""Run by the peers' Python: million samples a second of wristpy's measures, as JSON."""

import json
import sys
import time
import warnings
from collections.abc import Callable

import numpy as np
import polars as pl

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from wristpy.core.models import Measurement
    from wristpy.processing import metrics

_EPOCH_S = 5.0
_MEASURES: dict[str, Callable[[Measurement, float], Measurement]] = {
    "enmo": metrics.euclidean_norm_minus_one,
    "mad": metrics.mean_amplitude_deviation,
    "counts": metrics.actigraph_activity_counts,
}


def main(seconds: int, rate_hz: int) -> dict[str, float]:
    """Return what each measure takes of one recording."""
    xyz_g = np.random.default_rng(0).normal(0, 0.5, (seconds * rate_hz, 3))
    times_ns = (np.arange(len(xyz_g)) * (1e9 / rate_hz)).astype(np.int64)
    clock = pl.Series(times_ns).cast(pl.Datetime("ns"))
    given = Measurement(measurements=xyz_g, time=clock)
    return {name: _million_per_s(measure, given) for name, measure in _MEASURES.items()}


def _million_per_s(
    measure: Callable[[Measurement, float], Measurement], given: Measurement
) -> float:
    start_s = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        measure(given, _EPOCH_S)
    return len(given.measurements) / (time.process_time() - start_s) / 1e6


if __name__ == "__main__":
    json.dump(main(int(sys.argv[1]), int(sys.argv[2])), sys.stdout)
