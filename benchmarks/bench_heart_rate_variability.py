"""From intervals between beats to RMSSD: million intervals a second, ours and each peer's.

python -m benchmarks.bench_heart_rate_variability; `make peers` first. The intervals are an
hour's of a real heart, again and again.
"""

import json
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analytics.kernels import rr
from tests import naive
from tests.recordings import beats_ms

_HOURS = 20
_REPEATS = 20
_PEERS = Path(__file__).parents[1] / ".venv-peers/bin/python"


def _ours(rr_ms: NDArray[np.float64]) -> tuple[float, float | None]:
    best_s, found = float("inf"), rr.analyse(rr_ms[:9])
    for _ in range(_REPEATS):
        start_s = time.perf_counter()
        found = rr.analyse(rr_ms)
        best_s = min(best_s, time.perf_counter() - start_s)
    return best_s / rr_ms.size, found.rmssd_ms


def _theirs(rr_ms: NDArray[np.float64]) -> dict[str, tuple[float, float]]:
    kept = np.array(naive.kept_intervals(rr_ms.tolist()))
    time_s = np.cumsum(rr_ms) / 1000
    with tempfile.TemporaryDirectory() as folder:
        recorded, cleaned = Path(folder) / "recorded.npz", Path(folder) / "cleaned.npz"
        np.savez(recorded, rr_ms=rr_ms, time_s=time_s)
        np.savez(cleaned, rr_ms=rr_ms[kept], time_s=time_s[kept])
        script = Path(__file__).parent / "peers/heart_rate_variability.py"
        told = subprocess.run(
            [_PEERS, "-W", "ignore", script, recorded, cleaned],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    return json.loads(told.stdout)


def main() -> None:
    """Print every figure, one line each."""
    rr_ms = np.tile(beats_ms().astype(np.float64), _HOURS)
    ours_s, ours_ms = _ours(rr_ms)
    print(f"{'ours, cleaned':32s} {1e-6 / ours_s:8.2f} M/s   RMSSD {ours_ms:.9f} ms")
    if not _PEERS.exists():
        print("peers are not set up: make peers")
        return
    for name, (theirs_s, theirs_ms) in _theirs(rr_ms).items():
        speed, ratio = 1e-6 / theirs_s, theirs_s / ours_s
        print(f"{name:32s} {speed:8.2f} M/s   RMSSD {theirs_ms:.9f} ms   ours {ratio:5.0f} x")


if __name__ == "__main__":
    main()
