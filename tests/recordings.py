"""Real recordings that a clone does not carry: beside it, or where KINDSTEP_RECORDINGS says."""

import importlib.util
import os
from pathlib import Path

import numpy as np
import pytest

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"
G = 9.80665


def folder():
    return Path(os.environ.get("KINDSTEP_RECORDINGS", _BESIDE))


def path(name):
    """Give the path of a recording, or skip and say what is missing."""
    found = folder() / name
    if not found.exists():
        pytest.skip(f"no recording {name}: set KINDSTEP_RECORDINGS to the folder that has it")
    return found


WALKS = (
    "steps_opt_Pixel_Jamie_Hard_NeckPouch_2.npz",
    "steps_opt_Pixel_Jamie_Hard_SwingingArm_1.npz",
    "steps_opt_Samsung_Carmelo_Hard_BackPocket_2.npz",
    "steps_opt_Samsung_Carmelo_Hard_InHand_2.npz",
    "steps_opt_Samsung_Dario_Hard_Purse_2.npz",
    "steps_opt_Samsung_Jamie_Hard_InHand_1.npz",
)
#: A foot switch that closes again within this time bounced: it would be 170 steps a minute.
BOUNCE_S = 0.35


def walk(name):
    """Give a walk's times (s), acceleration (g) and the times of its foot strikes (s)."""
    with np.load(path(name)) as data:
        return data["t"], data["acc_ms2"].astype(float) / G, data["step_times"]


def walk_as_sensed(name, rate_hz=50.0, lsb_per_g=4096):
    """Give a walk as a sensor of another rate would: int16 samples and their scale in g."""
    t, acc_g, _ = walk(name)
    grid = np.arange(t[0], t[-1], 1 / rate_hz)
    sensed = np.stack([np.interp(grid, t, axis) for axis in acc_g.T], axis=1)
    return np.clip(np.rint(sensed * lsb_per_g), -32768, 32767).astype(np.int16), 1 / lsb_per_g


def strikes(times_s):
    """Count foot strikes, a bounce of the switch not again."""
    kept = [times_s[0]]
    for time_s in times_s[1:]:
        if time_s - kept[-1] >= BOUNCE_S:
            kept.append(time_s)
    return len(kept)


def installed(package, file):
    """Give a recording that ships inside a test dependency, which itself is not imported."""
    found = importlib.util.find_spec(package)
    if found is None:
        pytest.skip(f"{package} is not installed")
    return Path(found.origin).parent / file


def watch(count=6, rate_hz=50.0):
    """Give real wrist motion at its own rate: times (s) and acceleration (g) of exercises.

    There are 140 of them, 81 minutes: shoulder exercises, nobody walks.
    """
    data = np.load(installed("seglearn", "data/watch_dataset.npy"), allow_pickle=True).item()
    xyz_g = np.concatenate([np.asarray(x)[:, :3] for x in data["X"][:count]])
    return np.arange(len(xyz_g)) / rate_hz, xyz_g


def beats_ms():
    """Give an hour of real intervals between beats, in ms."""
    return np.load(installed("pyhrv", "files/SampleNNISeriesLong.npy"))
