"""Made-up motion of a wrist at 50 Hz, in g: hours without a step, and slow soft walks.

A seed decides all. A car's body bounces at 1 to 1.6 Hz, damped by 0.2 to 0.35, and its wheels
hop at 10 to 12 Hz; a ride of 0.3 to 0.9 m/s2 is up to "fairly uncomfortable" (ISO 2631-1).
Hands stroke to and fro at their own pace, which varies from stroke to stroke, and rest between.
"""

from functools import partial

import numpy as np
from scipy import signal

RATE_HZ = 50


def band(rng, n, hz, order=2):
    """Noise below a frequency, of unit variance."""
    sections = signal.butter(order, hz, fs=RATE_HZ, output="sos")
    settled = n + int(4 * RATE_HZ / hz)
    x = signal.sosfilt(sections, rng.standard_normal(settled))[-n:]
    return x / x.std()


def bands(rng, n, hz):
    return np.stack([band(rng, n, hz) for _ in range(3)], axis=1)


def now_and_then(rng, n, lasts_s, pause_s):
    """Something that comes and goes: 0 or 1, with soft edges."""
    on, at = np.zeros(n), 0
    while at < n:
        at += int(rng.exponential(pause_s) * RATE_HZ)
        end = at + int(rng.uniform(0.4, 1.6) * lasts_s * RATE_HZ)
        on[at:end] = 1.0
        at = end
    edges = signal.butter(1, 2.0, fs=RATE_HZ, output="sos")
    return signal.sosfiltfilt(edges, on)[:, None]


def cycles(rng, n, hz, spread):
    """How many cycles are done, each as long as it likes."""
    lasts_s = np.maximum(
        rng.normal(1 / hz, spread / hz, int(n / RATE_HZ * hz * 1.5) + 5), 0.3 / hz
    )
    ends_s = np.concatenate([[0], np.cumsum(lasts_s)])
    return np.interp(np.arange(n) / RATE_HZ, ends_s, np.arange(ends_s.size))


def each_its_own(rng, done, spread):
    """A factor about 1 for each cycle."""
    whole = np.floor(done).astype(int)
    return (1 + spread * rng.standard_normal(whole.max() + 2))[whole]


def at_rest(rng, n, noise_g=0.005):
    return np.array([0.0, 0.0, 1.0]) + rng.normal(0, noise_g, (n, 3))


def turned(rng, xyz_g, degrees, hz):
    """The same with a forearm that turns."""
    angle = np.deg2rad(degrees) * band(rng, len(xyz_g), hz)
    c, s = np.cos(angle), np.sin(angle)
    x, y, z = xyz_g.T
    return np.stack([c * x + s * z, y, c * z - s * x], axis=1)


def desk(rng, n):
    xyz_g = at_rest(rng, n)
    xyz_g += 0.03 * now_and_then(rng, n, 20, 15) * bands(rng, n, 8)  # types
    xyz_g += 0.08 * now_and_then(rng, n, 1, 6) * bands(rng, n, 2)  # the mouse
    return xyz_g + 0.25 * now_and_then(rng, n, 1.5, 60) * bands(rng, n, 1.5)  # reaches


def driving(rng, n, ride_g):
    omega, damping = 2 * np.pi * rng.uniform(1.0, 1.6), rng.uniform(0.2, 0.35)
    spring = [2 * damping * omega, omega**2]
    bounce = signal.lfilter(
        *signal.bilinear(spring, [1.0, *spring], RATE_HZ), rng.standard_normal(n)
    )
    road = 0.5 + 0.5 * np.abs(band(rng, n, 0.02))
    xyz_g = at_rest(rng, n, 0.01)
    xyz_g[:, 2] += ride_g * road * (bounce / bounce.std() + 0.3 * band(rng, n, 12))
    xyz_g[:, :2] += 0.12 * bands(rng, n, 0.12)[:, :2]  # bends, brakes
    return xyz_g + 0.15 * now_and_then(rng, n, 2, 30) * bands(rng, n, 1.2)  # steers


def household(rng, n):
    xyz_g = at_rest(rng, n) + 0.25 * now_and_then(rng, n, 6, 4) * bands(rng, n, 2.5)
    return turned(rng, xyz_g, 40, 0.4)


def strokes(rng, n, hz, spread, swing_g, lasts_s, pause_s):
    done = cycles(rng, n, rng.uniform(*hz), spread)
    along = rng.standard_normal(3)
    along /= np.linalg.norm(along)
    across = np.cross(along, [0.0, 0.0, 1.0])
    turns = 2 * np.pi * done[:, None]
    stroke = (
        np.sin(turns) * along + 0.4 * np.cos(turns) * across + 0.2 * np.sin(2 * turns) * along
    )
    how_hard = each_its_own(rng, done, 0.25) * (1 + 0.15 * band(rng, n, 0.1))
    on = now_and_then(rng, n, lasts_s, pause_s)
    xyz_g = at_rest(rng, n) + on * (swing_g * how_hard[:, None] * stroke)
    return turned(rng, xyz_g + on * 0.05 * bands(rng, n, 4), 15, 0.2)


NO_WALKS = {
    "still": at_rest,
    "desk": desk,
    "driving": partial(driving, ride_g=0.04),
    "driving, bad road": partial(driving, ride_g=0.09),
    "household": household,
    "vacuuming": partial(
        strokes, hz=(0.5, 0.8), spread=0.12, swing_g=0.25, lasts_s=15, pause_s=5
    ),
    "wiping": partial(strokes, hz=(1.2, 2.2), spread=0.1, swing_g=0.4, lasts_s=8, pause_s=5),
    "stirring": partial(strokes, hz=(1, 1.8), spread=0.08, swing_g=0.12, lasts_s=12, pause_s=8),
    "dishes": partial(strokes, hz=(1.5, 2.5), spread=0.15, swing_g=0.2, lasts_s=5, pause_s=5),
    "teeth": partial(strokes, hz=(3, 5), spread=0.08, swing_g=0.5, lasts_s=15, pause_s=3),
    "chopping": partial(strokes, hz=(1.8, 3), spread=0.12, swing_g=0.3, lasts_s=6, pause_s=5),
    "eating": partial(
        strokes, hz=(0.2, 0.5), spread=0.25, swing_g=0.15, lasts_s=10, pause_s=10
    ),
}


def no_walk(name, seed, seconds):
    """Give acceleration in g of something one does without a step."""
    rng = np.random.default_rng([seed, list(NO_WALKS).index(name)])
    return NO_WALKS[name](rng, seconds * RATE_HZ)


def slow_walk(seed, seconds, cadence_spm, swing_g):
    """Give acceleration in g of a walk whose steps are uneven as slow ones are.

    Steps vary by 2.5 % of their length at 96 a minute and by 6 % at 36; the left foot may be up
    to a fifth stronger than the mean, and the right one weaker.
    """
    rng = np.random.default_rng([seed, cadence_spm])
    n, hz = seconds * RATE_HZ, cadence_spm / 60
    done = cycles(rng, n, hz, 0.025 + 0.035 * max(0.0, 1.6 - hz))
    feet = np.where(np.floor(done) % 2, 1.0, -1.0)
    how_hard = each_its_own(rng, done, 0.12) * (1 + rng.uniform(0, 0.2) * feet)
    turns, phase = 2 * np.pi * done, rng.uniform(0, 2 * np.pi, 3)
    bounce = np.sin(turns) + rng.uniform(0.2, 0.5) * np.sin(2 * turns + phase[0])
    bounce += rng.uniform(0.05, 0.25) * np.sin(3 * turns + phase[1])
    xyz_g = at_rest(rng, n, 0.008)
    xyz_g[:, 0] += 0.4 * swing_g * np.sin(turns / 2 + phase[2])
    xyz_g[:, 1] += 0.6 * swing_g * np.sin(turns + phase[0])
    xyz_g[:, 2] += swing_g * how_hard * bounce
    return xyz_g
