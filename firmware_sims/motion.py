"""How a head moves: acceleration in g for what a person does, as a function of time alone.

The same instant gives the same sample however it is asked for: noise comes from a table that
is read by time, and steps from how far into its minute an instant lies.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from firmware_sims.day_plan import Activity

Floats = NDArray[np.float64]

_NOISE_ROWS: Final = 1 << 14
_HOUSEHOLD_SPM: Final = 105.0  # cadence of the few steps between two cupboards
#: Vertical swing of the fundamental in g, and noise in g, of each activity.
_SWING_G: Final = np.array([0.0, 0.0, 0.0, 0.16, 0.22, 0.62, 0.0, 0.0, 0.0])
_NOISE_G: Final = np.array([0.003, 0.005, 0.006, 0.014, 0.016, 0.03, 0.02, 0.002, 0.002])
_SECOND_HARMONIC: Final = 0.25
_THIRD_HARMONIC: Final = 0.08
_SIDEWAYS: Final = 0.3


@dataclass(frozen=True, slots=True)
class Gait:
    """What is a person's own in how they move."""

    noise: NDArray[np.float32]
    swing: float
    posture: Floats  # three tilts in radians
    phase: float

    @classmethod
    def of(cls, seed: int) -> "Gait":
        rng = np.random.default_rng([seed, 7])
        return cls(
            rng.standard_normal((_NOISE_ROWS, 3)).astype(np.float32),
            rng.uniform(0.85, 1.2),
            rng.normal(0, 0.12, 3),
            rng.uniform(0, 2 * np.pi),
        )


def acceleration_g(
    gait: Gait, activity: NDArray[np.uint8], steps: NDArray[np.int64], second: Floats
) -> Floats:
    """Return acceleration in g, shape (n, 3).

    Parameters
    ----------
    gait
        Whose motion.
    activity, steps
        What is done in the minute each sample lies in, and how many steps are made in it.
    second
        Seconds since local midnight, one a sample.
    """
    swing = _SWING_G[activity] * gait.swing * (steps > 0)
    walked, is_stepping = _steps_into_minute(activity, steps, second % 60.0)
    swing *= is_stepping
    up = _gravity(gait, activity, second)
    turns = 2 * np.pi * walked
    bounce = swing * (
        np.sin(turns)
        + _SECOND_HARMONIC * np.sin(2 * turns + gait.phase)
        + _THIRD_HARMONIC * np.sin(3 * turns)
    )
    result = up * (1 + bounce)[:, None]
    result[:, 0] += _SIDEWAYS * swing * np.sin(turns / 2)
    rows = (second * 1000).astype(np.int64) * 7919 % _NOISE_ROWS
    result += gait.noise[rows] * _NOISE_G[activity][:, None]
    return result


def enmo_g(gait: Gait, activity: NDArray[np.uint8], steps: NDArray[np.int64]) -> Floats:
    """Return roughly what a minute's mean of max(|a| - 1, 0) is, in g."""
    rising = _SWING_G[activity] * gait.swing / np.pi
    return _stepping_share(activity, steps) * rising + 0.4 * _NOISE_G[activity]


def _stepping_share(activity: NDArray[np.uint8], steps: NDArray[np.int64]) -> Floats:
    """Return which part of a minute has the steps in it: all of it, or a few at its start."""
    whole = (activity == Activity.WALKING) | (activity == Activity.RUNNING)
    return np.where(whole, np.minimum(steps, 1), steps / _HOUSEHOLD_SPM)


def _steps_into_minute(
    activity: NDArray[np.uint8], steps: NDArray[np.int64], second: Floats
) -> tuple[Floats, NDArray[np.bool_]]:
    lasts_s = 60.0 * _stepping_share(activity, steps)
    is_stepping = second < lasts_s
    walked = np.where(is_stepping, steps * second / np.maximum(lasts_s, 1e-9), 0.0)
    return walked, is_stepping


def _gravity(gait: Gait, activity: NDArray[np.uint8], second: Floats) -> Floats:
    """Return the unit vector that a head at rest feels, which slowly nods unless it lies."""
    nods = np.where(activity < Activity.OFF_BODY, 0.1, 0.0)
    pitch = gait.posture[0] + nods * np.sin(2 * np.pi * second / 37.0 + gait.phase)
    roll = gait.posture[1] + nods * np.sin(2 * np.pi * second / 53.0)
    return np.stack(
        (np.sin(roll), np.cos(roll) * np.sin(pitch), np.cos(roll) * np.cos(pitch)), axis=1
    )
