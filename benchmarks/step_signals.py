"""What steps are looked for in: walks, exercises and what is made up, as norms minus 1 g."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.kernels import steps
from tests import motions, naive, recordings

PAUSES_S = (3, 10)
_RATE_HZ = 50.0
_BOUT_S = 25
_LEFT_OUT_S = 1.0  # a sensor that lay still was asleep

Runs = list[list[tuple[float, float]]]


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """One segment of a norm minus 1 g, and how many steps are in it."""

    name: str
    half: int
    norms_g: NDArray[np.float64]
    truth: int = 0
    rate_hz: float = _RATE_HZ

    @property
    def hours(self) -> float:
        return self.norms_g.size / self.rate_hz / 3600

    def counted(self) -> int:
        """Return what the kernel counts."""
        (state,) = steps.fresh(1)
        return steps.walk(state, self.norms_g, np.zeros(0, np.int64), 1e6 / self.rate_hz)

    def runs(self, pace: float = 1.0, force: float = 1.0) -> Runs:
        """Return the swings a twin sees, played at another pace and force."""
        clock_us = np.arange(self.norms_g.size) * (1e6 / self.rate_hz / pace)
        return naive.swings(naive.band_passed(force * self.norms_g, clock_us))


def walks() -> Iterator[Signal]:
    """Give each walk whole."""
    for half, name in zip(itertools.cycle((0, 1)), recordings.WALKS, strict=False):
        samples, scale = recordings.walk_as_sensed(name, _RATE_HZ)
        truth = recordings.strikes(recordings.walk(name)[2])
        yield Signal(name[10:-4], half, naive.norms(samples, scale), truth)


def bouts(lasts_s: int = _BOUT_S, still_s: int = 0) -> Iterator[Signal]:
    """Cut the walks into short ones, each a segment of its own, with stillness about it."""
    rng = np.random.default_rng(0)
    size, still = int(lasts_s * _RATE_HZ), int(still_s * _RATE_HZ)
    for name, walk in zip(recordings.WALKS, walks(), strict=True):
        start_s = recordings.walk(name)[0][0]
        for begin in range(0, walk.norms_g.size - size, size):
            begin_s = start_s + begin / _RATE_HZ
            truth = _strikes(name, begin_s, begin_s + lasts_s)
            before_g, after_g = rng.normal(0, 0.005, (2, still))
            norms_g = (before_g, walk.norms_g[begin : begin + size], after_g)
            yield Signal(walk.name, walk.half, np.concatenate(norms_g), truth)


def _strikes(name: str, begin_s: float, end_s: float) -> int:
    strikes_s = recordings.walk(name)[2]
    inside = strikes_s[(strikes_s >= begin_s) & (strikes_s < end_s)]
    return recordings.strikes(inside) if inside.size else 0


def interrupted(name: str, walk: Signal, lasts_s: tuple[int, int], seed: int) -> Signal:
    """Cut a walk into stretches with stillness between."""
    rng = np.random.default_rng(seed)
    t, _, strikes_s = recordings.walk(name)
    at, end = (int((edge_s - t[0]) * _RATE_HZ) for edge_s in strikes_s[[0, -1]])
    parts: list[NDArray[np.float64]] = []
    truth = 0
    while at < end:
        until = min(at + int(rng.uniform(*lasts_s) * _RATE_HZ), end)
        truth += _strikes(name, t[0] + at / _RATE_HZ, t[0] + until / _RATE_HZ)
        pause = int(rng.uniform(*PAUSES_S) * _RATE_HZ)
        parts += [walk.norms_g[at:until], rng.normal(0, 0.005, pause)]
        at = until
    return Signal(walk.name, walk.half, np.concatenate(parts), truth)


def exercises() -> Iterator[Signal]:
    """Give what people did in a gym without a step."""
    for kind, subject, xyz_g in recordings.exercises():
        yield Signal(kind, subject % 2, naive.norms(xyz_g, 1.0))


def made_up(seconds: int = 1800, seeds: int = 8) -> Iterator[Signal]:
    """Give motions that are none of a walk."""
    for name, seed in itertools.product(motions.NO_WALKS, range(seeds)):
        xyz_g = motions.no_walk(name, seed, seconds)
        yield Signal(name, seed % 2, naive.norms(xyz_g, 1.0))


def long(name: str, rate_hz: int) -> Iterator[Signal]:
    """Give the segments of a recording of some minutes."""
    seconds = recordings.gt3x(name)
    at_s = np.array([second for second, _ in seconds])
    for part in np.split(np.arange(at_s.size), np.flatnonzero(np.diff(at_s) > _LEFT_OUT_S) + 1):
        samples = np.concatenate([seconds[i][1] for i in part])
        yield Signal(name, 1, naive.norms(samples, 1 / 256), rate_hz=rate_hz)
