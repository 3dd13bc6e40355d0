"""From samples to levels: how strongly an axis moves, thirty times a second, 0 to 128.

Stages one after another over a block that stays in the nearest cache: resample, round,
band-pass, rectify. The state is that of `counts`.
"""

import math
from typing import Final

import numpy as np
from numba import njit

from analytics.kernels.actigraph_filter import Delays, at_rest, band_pass, low_pass
from analytics.kernels.spans import Record

AXES: Final = 3
#: Levels of the AM7164, the first of these devices, to one g after the band-pass.
LEVELS_PER_G: Final = (3.0 / 4096.0) / (2.6 / 256.0) * 237.5
LOWEST: Final = 4.0  # weaker is stillness
HIGHEST: Final = 128.0


@njit(cache=True, nogil=True, error_model="numpy")
def _pick(state: Record, every: int, xyz_g: np.ndarray, grid: np.ndarray) -> int:
    """Take every n-th sample as it is: at 30, 60 and 90 Hz."""
    n, i = 0, state["skip"]
    while i < len(xyz_g):
        for axis in range(AXES):
            grid[n, axis] = xyz_g[i, axis]
        n += 1
        i += every
    state["skip"] = i - len(xyz_g)
    return n


@njit(cache=True, nogil=True, error_model="numpy")
def _resample(state: Record, every: int, xyz_g: np.ndarray, grid: np.ndarray) -> int:
    """Low-pass at three times the rate and take every n-th point: at all other rates."""
    n, skip, low = 0, state["skip"], state["low_g"]
    x, y, z = low[0], low[1], low[2]
    for i in range(len(xyz_g)):
        x0, x1, x = low_pass(x, xyz_g[i, 0])
        y0, y1, y = low_pass(y, xyz_g[i, 1])
        z0, z1, z = low_pass(z, xyz_g[i, 2])
        if skip < 3:
            first, second = skip == 0, skip == 1
            grid[n, 0] = x0 if first else x1 if second else x
            grid[n, 1] = y0 if first else y1 if second else y
            grid[n, 2] = z0 if first else z1 if second else z
            n += 1
            skip += every
        skip -= 3
    low[0], low[1], low[2] = x, y, z
    state["skip"] = skip
    return n


@njit(cache=True, nogil=True, error_model="numpy")
def to_30_hz(state: Record, rate: int, xyz_g: np.ndarray, grid: np.ndarray) -> int:
    """Write the points at 30 Hz that samples give; return how many."""
    if rate % 30 == 0:
        return _pick(state, rate // 30, xyz_g, grid)
    return _resample(state, rate // 10, xyz_g, grid)


@njit(cache=True, nogil=True, error_model="numpy")
def _load(delays_g: np.ndarray) -> Delays:
    return (
        delays_g[0],
        delays_g[1],
        delays_g[2],
        delays_g[3],
        delays_g[4],
        delays_g[5],
        delays_g[6],
    )


@njit(cache=True, nogil=True, error_model="numpy")
def _store(delays_g: np.ndarray, z: Delays) -> None:
    delays_g[0], delays_g[1], delays_g[2], delays_g[3] = z[0], z[1], z[2], z[3]
    delays_g[4], delays_g[5], delays_g[6] = z[4], z[5], z[6]


@njit(cache=True, nogil=True, error_model="numpy")
def _start(state: Record, grid: np.ndarray) -> None:
    state["started"] = 1
    for axis in range(AXES):
        _store(state["delays_g"][axis], at_rest(grid[0, axis]))


@njit(cache=True, nogil=True, error_model="numpy")
def _band_pass(state: Record, grid: np.ndarray) -> None:
    delays_g = state["delays_g"]
    x, y, z = _load(delays_g[0]), _load(delays_g[1]), _load(delays_g[2])
    for i in range(len(grid)):
        grid[i, 0], x = band_pass(x, grid[i, 0])
        grid[i, 1], y = band_pass(y, grid[i, 1])
        grid[i, 2], z = band_pass(z, grid[i, 2])
    _store(delays_g[0], x)
    _store(delays_g[1], y)
    _store(delays_g[2], z)


@njit(cache=True, nogil=True, error_model="numpy")
def _round(flat: np.ndarray) -> None:
    for i in range(flat.size):
        flat[i] = np.rint(flat[i] * 1000.0) / 1000.0


@njit(cache=True, nogil=True, error_model="numpy")
def _rectify(flat: np.ndarray, lfe: bool) -> None:
    """Turn filtered acceleration into whole levels from 0 to the highest."""
    for i in range(flat.size):
        level = math.floor(min(abs(LEVELS_PER_G * flat[i]), HIGHEST))
        weak = max(level - 1.0, 0.0) if lfe else 0.0
        flat[i] = level if level >= LOWEST else weak


@njit(cache=True, nogil=True, error_model="numpy")
def filter_to_levels(state: Record, grid: np.ndarray, lfe: bool) -> None:
    """Turn points at 30 Hz into levels, in place."""
    flat = grid.reshape(-1)
    _round(flat)
    if state["started"] == 0:
        _start(state, grid)
    _band_pass(state, grid)
    _rectify(flat, lfe)
