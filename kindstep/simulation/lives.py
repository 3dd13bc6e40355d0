"""The minutes of simulated people, a half hour at a time."""

from typing import Final

import numpy as np

from analytics import epochs
from analytics.epochs import Flag, Minutes, State

HALF_HOUR_MIN: Final = 30
AWAKE_HALF_HOURS: Final = 32  # from seven to eleven
FIRST_AWAKE: Final = 14
_PACE_SPM: Final = 100
_MOST_STEPS: Final = 3600  # in half an hour
_ENMO_G: Final = {True: 0.15, False: 0.005}


def is_awake(half_hour: int) -> bool:
    """Tell whether people are up in a half hour of the day, from 0."""
    return FIRST_AWAKE <= half_hour < FIRST_AWAKE + AWAKE_HALF_HOURS


def half_hour_steps(
    log_mean: float, sd: float, added: float, random: np.random.Generator
) -> int:
    """Return steps so that log(1/2 + steps) is normal, and `added` higher after a message."""
    steps = round(float(np.exp(random.normal(log_mean, sd) + added)) - 0.5)
    return min(max(steps, 0), _MOST_STEPS)


def log_mean(steps_a_day: float, sd: float) -> float:
    """Return the mean of log steps of a half hour that makes for so many steps a day."""
    return float(np.log(steps_a_day / AWAKE_HALF_HOURS + 0.5)) - sd * sd / 2


def worn(steps: int) -> Minutes:
    """Return the minutes of a half hour in which glasses counted so many steps."""
    minutes = _measured(State.WORN_STILL)
    pace = max(_PACE_SPM, -(-steps // HALF_HOUR_MIN))
    walked = np.clip(steps - pace * np.arange(HALF_HOUR_MIN), 0, pace)
    moving = walked > 0
    minutes["steps"] = walked
    minutes["state"] = np.where(moving, State.WORN_MOVING, State.WORN_STILL)
    minutes["enmo_g"] = np.where(moving, _ENMO_G[True], _ENMO_G[False])
    return minutes


def put_aside() -> Minutes:
    """Return the minutes of a half hour in which nobody wore the glasses."""
    return _measured(State.NOT_WORN)


def _measured(state: State) -> Minutes:
    minutes = epochs.blank(HALF_HOUR_MIN)
    minutes["state"] = state
    minutes["flags"] = Flag.ACCEL
    minutes["n_accel"] = 0 if state is State.NOT_WORN else 60 * 50
    return minutes
