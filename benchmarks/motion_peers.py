"""Motion measures by agcounts, scikit-digital-health and wristpy: million samples a second."""

import json
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.fastest import million_per_s

EPOCH_S = 60
SCALE_G = 1 / 4096
_SLOW_S = 1_200  # of agcounts, where it is slow
_SCRIPT = Path(__file__).parent / "peers/motion.py"
_PYTHON = Path(__file__).parents[1] / ".venv-peers/bin/python"


def progress(what: str) -> None:
    """Say what is being measured, in a line that the next figure takes."""
    print(f"\r\033[K{what} ...\r", end="", file=sys.stderr, flush=True)


def agcounts(values: NDArray[np.int16], rate_hz: int) -> float:
    """Measure its counts."""
    from agcounts.extract import get_counts

    part = values if rate_hz % 30 == 0 else values[: _SLOW_S * rate_hz]
    progress(f"agcounts, {len(part):,} samples")
    raw = part * SCALE_G
    return million_per_s(lambda: get_counts(raw, freq=rate_hz, epoch=EPOCH_S), len(part), 1)


def skdh(values: NDArray[np.int16], rate_hz: int) -> dict[str, float]:
    """Measure its ENMO, of int16 and of what is in g, MAD and counts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from skdh.activity.metrics import metric_enmo, metric_mad
        from skdh.utility.activity_counts import get_activity_counts

    progress("scikit-digital-health")
    xyz_g, size, length = values * SCALE_G, len(values), 5 * rate_hz
    times_s = np.arange(size) / rate_hz
    return {
        "int16": million_per_s(lambda: metric_enmo(values * SCALE_G, wlen=length), size, 2),
        "enmo": million_per_s(lambda: metric_enmo(xyz_g, wlen=length), size, 2),
        "mad": million_per_s(lambda: metric_mad(xyz_g, wlen=length), size, 2),
        "counts": million_per_s(
            lambda: get_activity_counts(rate_hz, times_s, xyz_g, EPOCH_S), size, 2
        ),
    }


def wristpy(seconds: int, rate_hz: int) -> dict[str, float]:
    """Measure its ENMO, MAD and counts with the peers' Python; nothing where there is none."""
    if not _PYTHON.exists():
        return {}
    progress("wristpy")
    asked = [_PYTHON, _SCRIPT, str(seconds), str(rate_hz)]
    return json.loads(subprocess.run(asked, capture_output=True, check=True).stdout)
