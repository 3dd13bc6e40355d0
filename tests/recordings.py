"""Real recordings that a clone does not carry: beside it, or where KINDSTEP_RECORDINGS says."""

import importlib.util
import os
import struct
import zipfile
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


#: Kinds of records of an ActiGraph log that hold a second of samples: 12 bits each with y
#: first, and int16 with x first.
PACKED, PLAIN = 0, 26


def gt3x(name):
    """Give what an ActiGraph recorded as (second, raw samples); lying still, it sleeps."""
    log = zipfile.ZipFile(path(name)).read("log.bin")
    at, seconds = 0, []
    while at < len(log):
        _, kind, second, size = struct.unpack_from("<BBIH", log, at)
        record = log[at + 8 : at + 8 + size]
        if kind == PLAIN and size % 6 == 0:
            seconds.append((second, np.frombuffer(record, "<i2").reshape(-1, 3)))
        elif kind == PACKED and size > 1:
            seconds.append((second, _unpacked(record)))
        at += 9 + size
    return seconds


def _unpacked(record):
    bits = np.unpackbits(np.frombuffer(record, np.uint8))
    values = bits[: bits.size // 36 * 36].reshape(-1, 12) @ (1 << np.arange(11, -1, -1))
    return (values - 4096 * (values > 2047)).reshape(-1, 3)[:, [1, 0, 2]].astype(np.int16)


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
    xyz_g = np.concatenate([xyz_g for _, _, xyz_g in exercises()][:count])
    return np.arange(len(xyz_g)) / rate_hz, xyz_g


def exercises():
    """Give shoulder exercises with a watch at 50 Hz: (which, whose, acceleration in g)."""
    data = np.load(installed("seglearn", "data/watch_dataset.npy"), allow_pickle=True).item()
    return [
        (data["y_labels"][kind], int(subject), np.asarray(x)[:, :3])
        for kind, subject, x in zip(data["y"], data["subject"], data["X"], strict=True)
    ]


def beats_ms():
    """Give an hour of real intervals between beats, in ms."""
    return np.load(installed("pyhrv", "files/SampleNNISeriesLong.npy"))
