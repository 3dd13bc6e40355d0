"""A recording in a file, scored by the same shard as live data."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv, parquet

from analytics.frames import Frame
from analytics.minutes import State
from analytics.shard import Outputs, Shard

_AXES: Final = ("x", "y", "z")
_CHUNK: Final = 65_536
_DAY: Final = date(1970, 1, 1)
_NEVER_US: Final = 1 << 62
_PLAUSIBLE_G: Final = (0.8, 1.2)


class BadRecording(ValueError):
    """A file that cannot be scored as it is, and why."""


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """Acceleration on its own clock; either a period or times."""

    values: NDArray[Any]  # (samples, 3)
    scale: float  # times values in g
    period_us: float | None
    times_us: NDArray[np.int64] | None
    dropped: int = 0  # samples without a time, or whose time did not move on


def score_file(
    file: Path,
    rate_hz: float | None = None,
    scale: float | None = None,
    epoch_s: int = 60,
    chunk: int | None = None,
) -> dict[str, Any]:
    """Score a CSV or Parquet table with columns x, y, z and perhaps time, in seconds.

    Parameters
    ----------
    file : Path
    rate_hz : float, optional
        Samples a second; without it the time column counts, however irregular.
    scale : float, optional
        What one raw integer is worth in g; real numbers are in g without it.
    epoch_s : int
        How long an epoch is.
    chunk : int, optional
        Samples fed at a time; the result does not depend on it.

    Raises
    ------
    BadRecording
        When the file cannot be read, or rate or scale is missing.
    """
    recording = read(file, rate_hz, scale)
    epochs = list(_epochs(recording, epoch_s, chunk or _CHUNK))
    samples = len(recording.values) + recording.dropped
    finite = int(np.isfinite(recording.values).all(axis=1).sum())
    return {
        "samples": samples,
        "refused": samples - finite,
        "steps": sum(epoch["steps"] for epoch in epochs),
        "epoch_s": epoch_s,
        "warnings": _warnings(recording),
        "epochs": epochs,
    }


def read(file: Path, rate_hz: float | None, scale: float | None) -> Recording:
    """Return what a file holds; raise BadRecording when that is not enough."""
    if rate_hz is not None and not 0 < rate_hz < math.inf:
        raise BadRecording(f"a rate of {rate_hz} Hz")
    table = _table(file)
    values, scale = _values(table, file, scale)
    if rate_hz is not None:
        return Recording(values, scale, 1e6 / rate_hz, None)
    if "time" not in table.column_names:
        raise BadRecording(f"{file.name} has no column time: say the rate")
    seconds = _column(table, "time", file)
    good = _moves_on(seconds)
    times_us = np.rint(seconds[good] * 1e6).astype(np.int64)
    return Recording(values[good], scale, None, times_us, len(values) - len(times_us))


def _table(file: Path) -> pa.Table:
    try:
        if file.suffix == ".parquet":
            return parquet.read_table(file)  # pyright: ignore[reportUnknownMemberType] - its stubs
        return csv.read_csv(file)
    except (OSError, pa.ArrowException) as error:
        raise BadRecording(f"{file.name}: {error}") from error


def _column(table: pa.Table, name: str, file: Path) -> NDArray[np.float64]:
    if name not in table.column_names:
        raise BadRecording(f"{file.name} has no column {name}")
    try:
        return table[name].cast(pa.float64()).to_numpy()
    except pa.ArrowException as error:
        raise BadRecording(f"{file.name}, column {name}: {error}") from error


def _values(
    table: pa.Table, file: Path, scale: float | None
) -> tuple[NDArray[np.float64], float]:
    values = np.stack([_column(table, axis, file) for axis in _AXES], axis=1)
    if not len(values):
        raise BadRecording(f"{file.name} has no samples")
    if scale is not None:
        return values, scale
    if all(pa.types.is_integer(table[axis].type) for axis in _AXES):
        raise BadRecording(f"{file.name} holds integers: say their scale")
    return values, 1.0


def _moves_on(seconds: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which samples are later than all before them."""
    known = np.where(np.isfinite(seconds), seconds, -np.inf)
    latest = np.maximum.accumulate(known)
    return np.isfinite(seconds) & (np.append(-np.inf, latest[:-1]) < known)


def _epochs(recording: Recording, epoch_s: int, chunk: int) -> Iterator[dict[str, Any]]:
    shard = Shard(epoch_us=epoch_s * 1_000_000)
    whole = _frame(recording)
    for begin in range(0, whole.size, chunk):
        yield from _told(shard.feed([whole.piece(begin, min(begin + chunk, whole.size))]))
    yield from _told(shard.close_idle(_NEVER_US))


def _frame(recording: Recording) -> Frame:
    times_us = recording.times_us
    return Frame(
        participant="",
        device="",
        stream="accel",
        day=_DAY,
        day_end_us=_NEVER_US,
        received_us=0,
        start_us=0 if times_us is None or not times_us.size else int(times_us[0]),
        period_us=recording.period_us,
        values=recording.values,
        scale=recording.scale,
        key=(0, 0),
        times_us=times_us,
    )


def _told(outputs: Outputs) -> Iterator[dict[str, Any]]:
    for minute_us, minute in zip(
        outputs.epochs["minute_us"].tolist(), outputs.epochs["minute"], strict=True
    ):
        n_valid = int(minute["n_accel"])
        yield {
            "start_s": minute_us / 1e6,
            "n_valid": n_valid,
            "enmo_g": float(minute["enmo_g"]) if n_valid else None,
            "steps": int(minute["steps"]),
            "state": State(int(minute["state"])).name.lower(),
        }


def _warnings(recording: Recording) -> list[str]:
    with np.errstate(invalid="ignore", over="ignore"):
        norm_g = np.sqrt(np.sum((recording.values * recording.scale) ** 2, axis=1))
    finite = norm_g[np.isfinite(norm_g)]
    if not finite.size:
        return ["no sample is a number"]
    median_g = float(np.median(finite))
    if _PLAUSIBLE_G[0] <= median_g <= _PLAUSIBLE_G[1]:
        return []
    return [f"the median norm is {median_g:.2f} g: wrong unit or scale?"]
