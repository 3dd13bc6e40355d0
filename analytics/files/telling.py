"""Epochs as plain values, as `kindstep score` prints them. What is not known is None."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analytics.kernels import rr
from analytics.minutes import (
    NO_ANGLE,
    Flag,
    Minutes,
    Part,
    State,
    blank,
    combine,
    mean_bpm,
)

_AXES: Final = ("x", "y", "z")
_FLAGS: Final = (
    (Flag.REFUSED, "refused"),
    (Flag.SATURATED, "saturated"),
    (Flag.FLAT, "flat"),
    (Flag.UNIT, "unit"),
)
_COUNTS: Final = Flag.COUNTS | Flag.COUNTS_RESAMPLED


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """Epochs of a recording, all streams of each together."""

    starts_us: NDArray[np.int64]
    minutes: Minutes
    numbers: NDArray[np.int64]  # (n, 3): valid, refused, saturated samples


def together(epochs: NDArray[np.void]) -> Told:
    """Return epochs of one device that come once for each of its streams."""
    starts_us, at = np.unique(epochs["minute_us"], return_inverse=True)
    minutes = blank(starts_us.size)
    numbers = np.zeros((starts_us.size, 3), np.int64)
    for part in np.unique(epochs["parts"]):
        mine = epochs["parts"] == part
        where = at[mine]
        minutes[where] = combine(minutes[where], epochs["parts"][mine], epochs["minute"][mine])
        if part == Part.ACCEL:
            for column, name in enumerate(("n_valid", "n_refused", "n_saturated")):
                numbers[where, column] = epochs[name][mine]
    return Told(starts_us, minutes, numbers)


def as_dicts(told: Told, events: Sequence[str], epoch_s: int) -> Iterator[dict[str, Any]]:
    """Yield what was told of each epoch.

    Parameters
    ----------
    told : Told
    events : sequence of str
        Which columns the recording has beside acceleration.
    epoch_s : int
        How long an epoch is.
    """
    bpm = mean_bpm(told.minutes)
    for n, minute in enumerate(told.minutes):
        epoch = _movement(int(told.starts_us[n]), minute, told.numbers[n].tolist())
        steps = epoch["steps"]
        epoch["cadence_spm"] = None if steps is None else round(60 * steps / epoch_s, 2)
        if "bpm" in events:
            epoch["bpm"] = _known(bpm[n])
        if "rr_ms" in events:
            epoch |= _beats(minute)
        if "spo2" in events:
            epoch |= _oxygen(minute)
        yield epoch


def _movement(start_us: int, minute: np.void, numbers: Sequence[int]) -> dict[str, Any]:
    valid, refused, saturated = numbers
    counted = minute["flags"] & _COUNTS != 0
    counts = minute["counts"].tolist() if counted else [None] * len(_AXES)
    return {
        "start_s": start_us / 1e6 if start_us % 1_000_000 else start_us // 1_000_000,
        **{f"counts_{axis}": count for axis, count in zip(_AXES, counts, strict=True)},
        "enmo_mg": _known(1000.0 * minute["enmo_g"]),
        "mad_mg": _known(1000.0 * minute["mad_g"]),
        "anglez_deg": _angle_deg(minute["anglez_cdeg"]),
        **{
            f"mean_{axis}_g": _known(mean_g)
            for axis, mean_g in zip(_AXES, minute["mean_g"], strict=True)
        },
        "steps": int(minute["steps"]) if valid else None,
        "n_valid": valid,
        "state": State(int(minute["state"])).name.lower(),
        "refused": refused,
        "saturated": saturated,
        "counts": _kind(int(minute["flags"])),
        "flags": [name for flag, name in _FLAGS if minute["flags"] & flag],
    }


def _kind(flags: int) -> str | None:
    """Return whose counts they are."""
    if flags & Flag.COUNTS:
        return "actigraph"
    return "resampled" if flags & Flag.COUNTS_RESAMPLED else None


def _angle_deg(pieces_cdeg: NDArray[np.int16]) -> float | None:
    known = pieces_cdeg[pieces_cdeg != NO_ANGLE]
    return round(float(known.mean()) / 100.0, 4) if known.size else None


def _beats(minute: np.void) -> dict[str, Any]:
    sums = (minute["rr_n"], minute["rr_sum_ms"], minute["rr_square_sum_ms2"])
    differences = (minute["rr_diff_n"], minute["rr_diff_square_sum_ms2"])
    return {
        "rmssd_ms": _known(rr.rmssd_ms(*differences)),
        "sdnn_ms": _known(rr.sdnn_ms(*sums)),
        "beats_kept": int(minute["rr_n"]),
        "beats_dropped": int(minute["rr_dropped"]),
    }


def _oxygen(minute: np.void) -> dict[str, Any]:
    heard = int(minute["spo2_n"])
    return {
        "spo2_percent": round(float(minute["spo2_sum_percent"]) / heard, 2) if heard else None,
        "spo2_lowest_percent": _known(minute["spo2_low_percent"]),
        "desaturations_3": int(minute["desaturations_3"]) if heard else None,
        "desaturations_4": int(minute["desaturations_4"]) if heard else None,
    }


def _known(value: Any) -> float | None:  # noqa: ANN401 - a scalar or an array of one
    number = float(value)
    return number if math.isfinite(number) else None


class Sums:
    """What epochs add up to."""

    def __init__(self) -> None:
        self.known = False  # anything at all
        self.start_s: float | None = None
        self._steps = self._valid = self._saturated = 0
        self._counts: list[int] | None = None
        self._enmo_mg = self._mad_mg = 0.0  # over valid samples
        self._kinds: set[str | None] = set()
        self._breathing = self._drops_3 = self._drops_4 = 0  # epochs with a saturation
        self._trimp: float | None = None

    def add(self, epoch: dict[str, Any]) -> None:
        """Take the next epoch."""
        valid = epoch["n_valid"]
        self.known |= valid > 0 or epoch.get("bpm") is not None or "beats_kept" in epoch
        if self.start_s is None:
            self.start_s = epoch["start_s"]
        if epoch.get("spo2_percent") is not None:
            self.known = True
            self._breathing += 1
            self._drops_3 += epoch["desaturations_3"]
            self._drops_4 += epoch["desaturations_4"]
        if epoch.get("trimp") is not None:
            self._trimp = (self._trimp or 0.0) + epoch["trimp"]
        if not valid:
            return
        self._valid += valid
        self._saturated += epoch["saturated"]
        self._steps += epoch["steps"]
        self._enmo_mg += epoch["enmo_mg"] * valid
        self._mad_mg += epoch["mad_mg"] * valid
        self._kinds.add(epoch["counts"])
        if epoch["counts"]:
            told = [epoch[f"counts_{axis}"] for axis in _AXES]
            self._counts = [a + b for a, b in zip(self._counts or [0] * 3, told, strict=True)]

    def odi(self, epoch_s: int) -> dict[str, float | None]:
        """Return desaturations an hour of epochs with a reading."""
        hours = self._breathing * epoch_s / 3600
        return {
            "odi_3": round(self._drops_3 / hours, 2) if hours else None,
            "odi_4": round(self._drops_4 / hours, 2) if hours else None,
        }

    def as_dict(self) -> dict[str, Any]:
        """Return the sums; None where nothing was measured."""
        kinds = self._kinds - {None}
        counts = self._counts or [None] * len(_AXES)
        return {
            "start_s": self.start_s,
            "valid": self._valid,
            "saturated": self._saturated,
            "steps": self._steps if self._valid else None,
            **{f"counts_{axis}": count for axis, count in zip(_AXES, counts, strict=True)},
            "counts": "mixed" if len(kinds) > 1 else kinds.pop() if kinds else None,
            "enmo_mg": self._enmo_mg / self._valid if self._valid else None,
            "mad_mg": self._mad_mg / self._valid if self._valid else None,
            "trimp": None if self._trimp is None else round(self._trimp, 3),
        }
