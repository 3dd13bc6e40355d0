"""Run by the peers' Python: seconds that each needs from intervals to RMSSD, as JSON."""

import contextlib
import json
import sys
import time
from collections.abc import Callable

import heartpy.analysis
import hrvanalysis
import neurokit2
import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float64]

_REPEATS = 3


def _neurokit(rr_ms: Series, time_s: Series) -> float:
    found = neurokit2.hrv_time({"RRI": rr_ms, "RRI_Time": time_s})
    return float(found["HRV_RMSSD"].iloc[0])


def _hrv_analysis(rr_ms: Series, _: Series) -> float:
    plausible = hrvanalysis.remove_outliers(rr_ms, verbose=False)
    kept = hrvanalysis.remove_ectopic_beats(plausible, method="malik", verbose=False)
    return float(np.sqrt(np.nanmean(np.diff(kept) ** 2)))


def _heartpy(method: str) -> Callable[[Series, Series], float]:
    def clean(rr_ms: Series, _: Series) -> float:
        data = {"RR_list": rr_ms, "RR_masklist": [0] * len(rr_ms), "RR_list_cor": rr_ms}
        data = heartpy.analysis.clean_rr_intervals(data, method=method)
        return float(np.sqrt(np.mean(data["RR_sqdiff"])))

    return clean


def _heartpy_measures(rr_ms: Series, _: Series) -> float:
    diff_ms = np.diff(rr_ms)
    _data, measures = heartpy.analysis.calc_ts_measures(rr_ms, diff_ms, diff_ms**2)
    return float(measures["rmssd"])


PEERS = {
    "NeuroKit2 hrv_time": _neurokit,
    "hrv-analysis Malik": _hrv_analysis,
    "heartpy quotient": _heartpy("quotient-filter"),
    "heartpy quartiles": _heartpy("iqr"),
    "heartpy, nothing cleaned": _heartpy_measures,
}


def main(recorded: str, cleaned: str) -> dict[str, tuple[float, float]]:
    """Return seconds an interval and the RMSSD of each peer."""
    with np.load(recorded) as raw, np.load(cleaned) as kept:
        series = dict.fromkeys(PEERS, (raw["rr_ms"], raw["time_s"]))
        series["NeuroKit2 hrv_time"] = (kept["rr_ms"], kept["time_s"])
    results = {}
    for name, peer in PEERS.items():
        rr_ms, time_s = series[name]
        best_s, rmssd_ms = float("inf"), 0.0
        for _ in range(_REPEATS):
            start_s = time.perf_counter()
            rmssd_ms = peer(rr_ms.copy(), time_s)
            best_s = min(best_s, time.perf_counter() - start_s)
        results[name] = (best_s / rr_ms.size, rmssd_ms)
    return results


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        found = main(*sys.argv[1:])
    print(json.dumps(found))
