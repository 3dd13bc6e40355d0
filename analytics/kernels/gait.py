"""Gait: which swings of a norm are steps.

Each swing that is like the one a stride before is evidence for walking, each that is not is
evidence against, and steps count once there is enough of it (a sequential test, as Wald's).
Two such tests run side by side: a patient one for any gait, slow and uneven ones as well, and
a strict one, which needs less of it, for what moves as most people walk.
"""

import math
from typing import Final

import numpy as np
from numba import njit

from analytics.kernels import strides
from analytics.kernels.strides import STRIDE, Record

LEAST_G: Final = 0.02  # half of a swing from trough to peak
LEAST_SHARE: Final = 0.4  # of the swings before
SLOWEST: Final = 45  # points between two steps of one run

ENOUGH: Final = 32.0  # evidence from which on steps count
SURE: Final = 14.0  # the same of the strict test
AGAIN: Final = 16.0  # the same for one who just walked
PART: Final = 10.0  # with which a stretch just before a walk was part of it
JUST: Final = 750.0  # points between the two, at most
MOST: Final = 48.0  # of which nothing more is kept, so that a long walk ends

#: What is remembered of a run, beside its last four swings.
FIELDS: Final = [
    ("at", np.float64, 4),  # points of the grid, between them where the peak lies between
    ("swing_g", np.float64, 4),
    ("mean_g", np.float64),  # of the last few swings
    ("walked_at", np.float64),  # the last certain step
    ("evidence", np.float64),
    ("sure", np.float64),  # the evidence of the strict test
    ("most", np.float64),  # it ever was, since it was none
    ("earlier_at", np.float64),  # the end of a stretch that may have been part of a walk
    ("earlier", np.int32),  # its steps, and those of stretches just before it
    ("since", np.int32),  # swings since the last that spoke for walking and may be a step
    ("pending", np.int32),  # steps if this turns out to be a walk; -1: one told in advance
    ("swings", np.int8),  # in a row
    ("walks", np.int8),
]


@njit(cache=True, nogil=True, error_model="numpy")
def begin(state: Record) -> None:
    """Begin with nothing known."""
    state["walked_at"] = state["earlier_at"] = -math.inf
    state["earlier"] = state["pending"] = 0
    state["most"] = 0.0
    _forget(state)


@njit(cache=True, nogil=True, error_model="numpy")
def _forget(state: Record) -> None:
    _doubt(state)
    state["swings"] = state["since"] = 0
    state["mean_g"] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _doubt(state: Record) -> None:
    """End a stretch; keep what a walk soon after it would make steps.

    With little evidence nothing is kept, and the next stretch may reach back over it.
    """
    if state["walks"] == 0 and state["most"] >= PART:
        at = state["at"][STRIDE - 1]
        before = state["earlier"] if at - state["earlier_at"] <= JUST else 0
        state["earlier"], state["earlier_at"] = before + state["pending"], at
    else:
        state["since"] += state["pending"]
    state["evidence"] = state["most"] = state["sure"] = 0.0
    state["pending"] = state["walks"] = 0


@njit(cache=True, nogil=True, error_model="numpy")
def _remember(state: Record, at: float, swing_g: float) -> None:
    for i in range(STRIDE - 1):
        state["at"][i] = state["at"][i + 1]
        state["swing_g"][i] = state["swing_g"][i + 1]
    state["at"][STRIDE - 1] = at
    state["swing_g"][STRIDE - 1] = swing_g
    state["mean_g"] += (swing_g - state["mean_g"]) * (0.25 if state["swings"] > 0 else 1.0)
    state["swings"] = min(state["swings"] + 1, STRIDE)
    state["since"] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def _follows(state: Record, at: float) -> bool:
    return state["swings"] > 0 and at - state["at"][STRIDE - 1] <= SLOWEST


@njit(cache=True, nogil=True, error_model="numpy")
def is_swing(state: Record, at: float, swing_g: float) -> bool:
    """Return whether a rise is a swing, not a ripple of a greater one."""
    share_g = LEAST_SHARE * state["mean_g"] if _follows(state, at) else 0.0
    return swing_g >= max(LEAST_G, share_g)


@njit(cache=True, nogil=True, error_model="numpy")
def weigh(state: Record, at: float, swing_g: float) -> int:
    """Take a swing; return how many steps are certain now that were not before."""
    if not _follows(state, at):
        _forget(state)
    _remember(state, at, swing_g)
    if state["swings"] < STRIDE:
        return 0
    unlike = strides.unlike(state["at"], state["swing_g"])
    told, surely = (
        strides.told(unlike),
        strides.surely_told(state["at"], state["swing_g"], unlike),
    )
    state["sure"] = max(state["sure"] + surely, 0.0)
    if told <= 0.0:
        return _unlike(state, told)
    if state["evidence"] == 0.0:  # the first to speak for it speaks for its two strides
        state["since"] = min(state["since"], STRIDE)
    state["pending"] += state["since"]
    state["since"] = 0
    state["evidence"] = min(state["evidence"] + told, MOST)
    state["most"] = max(state["most"], state["evidence"])
    return _certain(state, at)


@njit(cache=True, nogil=True, error_model="numpy")
def _unlike(state: Record, told: float) -> int:
    """Take a swing that speaks against walking; return whether a walk may have ended with it.

    The last step of a walk sets a foot beside the other, and is like none before.
    """
    steps, at = 0, state["at"]
    if state["walks"] == 1 and state["since"] == 1 and at[3] - at[2] <= at[2] - at[0]:
        steps = 1
        state["pending"] = -1
    state["evidence"] += told
    if state["evidence"] <= 0.0:
        _doubt(state)
    return steps


@njit(cache=True, nogil=True, error_model="numpy")
def _certain(state: Record, at: float) -> int:
    """Return the steps that are pending, if this is a walk."""
    enough = AGAIN if at - state["walked_at"] <= JUST else ENOUGH
    if state["walks"] == 0 and (state["evidence"] >= enough or state["sure"] >= SURE):
        state["walks"] = 1
        if at - state["earlier_at"] <= JUST:
            state["pending"] += state["earlier"]
        state["earlier"] = 0
    if state["walks"] == 0:
        return 0
    steps: Record = state["pending"]
    state["pending"] = 0
    state["walked_at"] = at
    return steps
