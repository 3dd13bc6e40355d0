"""ActiGraph counts: how much acceleration varies at the pace of the body, per axis.

To 30 Hz and rounded to a thousandth of g, band-passed, rectified, cut off below and above,
averaged in threes, added up for an epoch (Neishabouri 2022). What published software does to a
whole file happens here piece by piece, and comes out the same to the last count however the
stream was cut. The state runs on the sensor's own clock; a tenth of a second counts in the
epoch of the sample that completes it, which for epochs of whole seconds is that of its number.

The low-frequency extension keeps weaker movement. The paper names no such variant; it is
defined by the software its authors published.
"""

from typing import Final, NamedTuple

import numpy as np
from numba import njit

from analytics.kernels import actigraph_256_hz, linear_30_hz
from analytics.kernels.actigraph_256_hz import MOST_PAST
from analytics.kernels.actigraph_filter import is_power, rate_hz
from analytics.kernels.actigraph_levels import AXES, add_levels, to_30_hz
from analytics.kernels.simd import WIDTH
from analytics.kernels.spans import Record

BLOCK: Final = 512  # samples, and points at 30 Hz, at a time; they stay in the nearest cache

#: Where one row's stream stands.
STATE: Final = np.dtype(
    [
        ("low_g", np.float64, (AXES,)),  # last output of the low-pass, or the last sample
        ("delays_g", np.float64, (7, AXES)),  # of the band-pass
        ("third_sum", np.float32, (AXES,)),  # of whole levels
        ("started", np.int8),  # the band-pass has heard something
        ("skip", np.int8),  # points until the next of the 30 Hz
        ("thirds", np.int8),  # points in the open tenth of a second
        # At rates that are no multiple of 10 Hz:
        ("n", np.int32),  # samples in this segment
        ("points", np.int32),  # at 30 Hz so far
        ("begin_us", np.int64),  # its first sample, where samples have times of their own
        ("time_us", np.float64),  # the last sample, in the segment
    ],
    align=True,
)


def fresh(rows: int) -> np.ndarray:
    """Return the state of rows that have heard nothing yet."""
    return np.zeros(rows, STATE)


class Room(NamedTuple):
    """What a block is worked on in."""

    line_g: np.ndarray  # (4 (BLOCK + MOST_PAST),): samples, and those before
    grid: np.ndarray  # (4 BLOCK,): points at 30 Hz
    total: np.ndarray  # (4,)


@njit(cache=True, nogil=True, error_model="numpy")
def make_room() -> Room:
    """Return what a block is worked on in."""
    line_g = np.empty(WIDTH * (BLOCK + MOST_PAST))
    return Room(line_g, np.empty(WIDTH * BLOCK), np.empty(WIDTH))


@njit(cache=True, nogil=True, error_model="numpy")
def past(spans: np.ndarray) -> int:
    """Return how many numbers of the past some spans need kept in each row."""
    most = 0
    for k in range(spans.size):
        rate = rate_hz(spans[k]["period_us"])
        if rate > 0 and is_power(rate):
            most = max(most, WIDTH * actigraph_256_hz.past(rate))
    return most


@njit(cache=True, nogil=True, error_model="numpy")
def reset(state: Record) -> None:
    """Begin a new segment."""
    state["started"] = state["skip"] = state["thirds"] = 0
    state["n"] = state["points"] = 0
    for axis in range(AXES):
        state["low_g"][axis] = state["third_sum"][axis] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _count_points(state: Record, points: int, lfe: bool, room: Room, epoch: Record) -> int:
    """Count the first points of the grid; return how many tenths of a second became full."""
    if points == 0:
        return 0
    tenths = add_levels(state, room.grid[: WIDTH * points], lfe, room.total)
    for axis in range(AXES):
        epoch["counts"][axis] += np.int64(room.total[axis])
    epoch["n_tenths"] += tenths
    return tenths


@njit(cache=True, nogil=True, error_model="numpy")
def _count_resampled(
    state: Record,
    xyzw_g: np.ndarray,
    times_us: np.ndarray,
    period_us: float,
    lfe: bool,
    room: Room,
    epoch: Record,
) -> None:
    i, size = 0, xyzw_g.size // WIDTH
    while i < size:
        if linear_30_hz.begins(state, i, times_us, period_us):
            reset(state)
            linear_30_hz.begin(state, i, xyzw_g, times_us)
            i += 1
        n, i = linear_30_hz.advance(state, i, xyzw_g, times_us, period_us, room.grid)
        epoch["n_resampled"] += _count_points(state, n, lfe, room, epoch)


@njit(cache=True, nogil=True, error_model="numpy")
def count(
    state: Record,
    xyzw_g: np.ndarray,
    times_us: np.ndarray,
    period_us: float,
    lfe: bool,
    past_g: np.ndarray,
    room: Room,
    epoch: Record,
) -> None:
    """Count the movement of samples that follow those before.

    Parameters
    ----------
    state : STATE
        Of this one stream; changed in place.
    xyzw_g : (4 n,) float64
        Three axes and a fourth number of each sample; at most `BLOCK`, all of them numbers.
    times_us : (n,) int64
        When each was taken; may be empty where there is a period.
    period_us : float
        From one sample to the next; 0: each sample has its own time.
    lfe : bool
        With the low-frequency extension.
    past_g : (m,) float64
        What the row keeps of the samples before, as much as `past` says; changed in place.
    room : Room
        Worked in.
    epoch : SUM
        `counts`, `n_tenths` and `n_resampled` grow.
    """
    rate = rate_hz(period_us)
    if rate == 0:
        _count_resampled(state, xyzw_g, times_us, period_us, lfe, room, epoch)
        return
    if is_power(rate):
        line_g, grid = room.line_g, room.grid
        points = actigraph_256_hz.advance(state, rate, xyzw_g, past_g, line_g, grid)
    else:
        points = to_30_hz(state, rate, xyzw_g, room.grid)
    _count_points(state, points, lfe, room, epoch)
