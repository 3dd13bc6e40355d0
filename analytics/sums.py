"""What samples of a minute came to, as the minute it was."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.minutes import (
    AT_REST,
    EPOCH,
    MOVING_G,
    PLAUSIBLE_G,
    Flag,
    Part,
    State,
    blank,
)

_MOST: Final = np.iinfo(np.uint16).max


def as_epochs(
    sums: NDArray[np.void], part: Part, lanes: Sequence[int], epoch_us: int
) -> NDArray[np.void]:
    """Return sums of one stream as epochs.

    Parameters
    ----------
    sums : (n,) SUM
    part : Part
        Which stream they are of.
    lanes : n int
        The lane number of each.
    epoch_us : int
        How long an epoch is.
    """
    epochs = np.zeros(sums.size, EPOCH)
    epochs["lane"] = lanes
    epochs["minute_us"] = sums["minute"] * epoch_us
    epochs["parts"] = part
    for field in ("n_valid", "n_refused", "n_saturated"):
        epochs[field] = sums[field]
    minutes = blank(sums.size)
    _FILL[part](minutes, sums)
    epochs["minute"] = minutes
    return epochs


def _accel(minutes: NDArray[np.void], sums: NDArray[np.void]) -> None:
    valid = sums["n_valid"]
    bad = sums["n_fault"] + sums["n_refused"]
    with np.errstate(invalid="ignore"):
        minutes["enmo_g"] = sums["enmo_sum_g"] / valid
    moving = (sums["steps"] > 0) | (minutes["enmo_g"] >= MOVING_G)
    # Most samples decide; of equals the better one.
    was = np.argmax(np.stack([valid, sums["n_not_worn"], bad]), axis=0)
    worn = np.where(moving, State.WORN_MOVING, State.WORN_STILL)
    minutes["state"] = np.select([was == 0, was == 1], [worn, State.NOT_WORN], State.FAULT)
    minutes["n_accel"] = np.minimum(valid, _MOST)
    minutes["steps"] = np.minimum(sums["steps"], _MOST)
    minutes["counts"] = sums["counts"]
    _axes(minutes, sums)
    counted, resampled = sums["n_tenths"] > 0, sums["n_resampled"] > 0
    minutes["flags"] = (
        Flag.ACCEL
        + (counted & ~resampled) * Flag.COUNTS
        + resampled * Flag.COUNTS_RESAMPLED
        + (sums["n_refused"] > 0) * Flag.REFUSED
        + (sums["n_saturated"] > 0) * Flag.SATURATED
        + _flat(sums) * Flag.FLAT
        + _off_1_g(minutes) * Flag.UNIT
    )


def _flat(sums: NDArray[np.void]) -> NDArray[np.bool_]:
    """Return in which epochs no axis changed."""
    still = (sums["axis_low_g"] == sums["axis_high_g"]).all(axis=1)
    return (sums["n_valid"] > 1) & still


def _off_1_g(minutes: NDArray[np.void]) -> NDArray[np.bool_]:
    """Return which minutes were at rest, but not at 1 g."""
    norm_g = np.sqrt((minutes["mean_g"].astype(np.float64) ** 2).sum(axis=1))
    with np.errstate(invalid="ignore"):
        at_rest = (norm_g > 0) & (minutes["sd_g"].max(axis=1) <= AT_REST * norm_g)
        return at_rest & ((norm_g < PLAUSIBLE_G[0]) | (norm_g > PLAUSIBLE_G[1]))


def _axes(minutes: NDArray[np.void], sums: NDArray[np.void]) -> None:
    """Fill what pieces and axes came to; without samples it stays unknown."""
    known = sums["n_valid"] > 0
    some, n = sums[known], sums["n_valid"][known, None]
    minutes["mad_g"][known] = some["mad_sum_g"] / some["n_mad"]
    mean_g = some["axis_sum_g"] / n
    variance_g2 = some["axis_square_sum_g2"] / n - mean_g**2
    minutes["mean_g"][known] = mean_g
    minutes["sd_g"][known] = np.sqrt(np.maximum(variance_g2, 0.0))
    minutes["low_g"][known] = some["axis_low_g"]
    minutes["high_g"][known] = some["axis_high_g"]
    minutes["anglez_cdeg"][known] = some["anglez_cdeg"]


def _heart_rate(minutes: NDArray[np.void], sums: NDArray[np.void]) -> None:
    minutes["hr_n"] = np.minimum(sums["n_valid"], _MOST)
    minutes["hr_sum_bpm"] = sums["total"]
    minutes["flags"] = _only_off(sums) * Flag.NO_CONTACT


def _summary(minutes: NDArray[np.void], sums: NDArray[np.void]) -> None:
    minutes["device_steps"] = np.where(sums["n_valid"] > 0, sums["total"], -1)
    minutes["flags"] = _only_off(sums) * Flag.SUMMARY_NOT_WORN


def _rr(minutes: NDArray[np.void], sums: NDArray[np.void]) -> None:
    minutes["rr_n"] = np.minimum(sums["n_valid"], _MOST)
    minutes["rr_dropped"] = np.minimum(sums["n_refused"], _MOST)
    minutes["rr_diff_n"] = np.minimum(sums["rr_diff_n"], _MOST)
    for field in ("rr_sum_ms", "rr_square_sum_ms2", "rr_diff_square_sum_ms2"):
        minutes[field] = sums[field]


def _spo2(minutes: NDArray[np.void], sums: NDArray[np.void]) -> None:
    valid = sums["n_valid"]
    minutes["spo2_n"] = np.minimum(valid, _MOST)
    minutes["spo2_sum_percent"] = sums["total"] / 100
    minutes["spo2_low_percent"] = np.where(valid > 0, sums["lowest"] / 100, np.nan)
    minutes["desaturations_3"], minutes["desaturations_4"] = sums["desaturations"].T


def _only_off(sums: NDArray[np.void]) -> NDArray[np.bool_]:
    return (sums["n_valid"] == 0) & (sums["n_not_worn"] > 0)


_FILL: Final = {
    Part.ACCEL: _accel,
    Part.HEART_RATE: _heart_rate,
    Part.SUMMARY: _summary,
    Part.RR: _rr,
    Part.SPO2: _spo2,
}
