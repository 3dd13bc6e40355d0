"""A block of samples in g with their norms, small enough to stay in the nearest cache."""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from analytics.kernels import counts
from analytics.kernels.counts import BLOCK
from analytics.kernels.enmo import AHEAD
from analytics.kernels.pieces import LANES
from analytics.kernels.simd import WIDTH, columns, fetch, load4, root, store4


class Room(NamedTuple):
    """What a block is worked on in."""

    xyzw_g: np.ndarray  # (4 BLOCK,): three axes, and ENMO
    excess_g: np.ndarray  # (BLOCK,): norms minus 1 g
    sums: np.ndarray  # (LANES,)
    counts: counts.Room


@njit(cache=True, nogil=True, error_model="numpy")
def make_room() -> Room:
    """Return what a block is worked on in."""
    xyzw_g, excess_g = np.empty(WIDTH * BLOCK), np.empty(BLOCK)
    return Room(xyzw_g, excess_g, np.empty(LANES), counts.make_room())


@njit(cache=True, nogil=True, error_model="numpy")
def _load_four(values: np.ndarray, at: int, scale: float, room: Room, i: int) -> None:
    fetch(values, 3 * (at + AHEAD))
    a, b = load4(values, 3 * at) * scale, load4(values, 3 * at + 3) * scale
    c, d = load4(values, 3 * at + 6) * scale, load4(values, 3 * at + 9) * scale
    x, y, z = columns(a, b, c, d)
    excess_g = root(x * x + y * y + z * z) - 1.0
    store4(room.excess_g, i, excess_g)
    store4(room.xyzw_g, WIDTH * i, a)
    store4(room.xyzw_g, WIDTH * i + 4, b)
    store4(room.xyzw_g, WIDTH * i + 8, c)
    store4(room.xyzw_g, WIDTH * i + 12, d)
    for k in range(i, i + 4):
        room.xyzw_g[WIDTH * k + 3] = max(room.excess_g[k], 0.0)


@njit(cache=True, nogil=True, error_model="numpy")
def _load_one(values: np.ndarray, at: int, scale: float, room: Room, i: int) -> None:
    x, y, z = values[at, 0] * scale, values[at, 1] * scale, values[at, 2] * scale
    excess_g = math.sqrt(x * x + y * y + z * z) - 1.0
    sample = room.xyzw_g[WIDTH * i : WIDTH * i + 4]
    sample[0], sample[1], sample[2], sample[3] = x, y, z, max(excess_g, 0.0)
    room.excess_g[i] = excess_g


@njit(cache=True, nogil=True, error_model="numpy")
def load(values: np.ndarray, at: int, size: int, scale: float, room: Room) -> int:
    """Bring samples to g and take their norms; return how many are numbers."""
    # Four at once read one number more than they need, which must exist.
    by_four = max(min(size, len(values) - at - 1), 0) // 4 * 4
    for i in range(0, by_four, 4):
        _load_four(values, at + i, scale, room, i)
    for i in range(by_four, size):
        _load_one(values, at + i, scale, room, i)
    valid = 0
    for i in range(size):
        valid += room.excess_g[i] < math.inf  # neither inf nor nan
    return valid
