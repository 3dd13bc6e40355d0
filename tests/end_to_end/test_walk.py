"""A real walk, worn again: glasses, radio, gateway, broker, hub; every step arrives."""

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from analytics import epochs
from analytics.recording import score_file
from firmware_sims.recording import Recording
from tests import recordings
from tests.offline import minutes_of, stored_minutes
from tests.system import PARTICIPANT, System

RATE_HZ, LSB_PER_G = 50.0, 4096
WALK = "steps_opt_Samsung_Carmelo_Hard_InHand_2.npz"


def shared_walk():
    t_s, xyz_g, strikes = recordings.walk(WALK)
    return t_s - t_s[0], xyz_g, len(strikes)


def watch():
    """Give real wrist motion that comes with a test dependency; nobody counted its steps."""
    t_s, xyz_g = recordings.watch()
    return t_s, xyz_g, None


def write(path, times_s, xyz_g):
    columns = {"time": times_s, **dict(zip("xyz", xyz_g.T, strict=True))}
    parquet.write_table(pa.table(columns), path)
    return path


def sampled(path, n, folder):
    """Give a file of the first samples that glasses measure of a recording, as raw integers."""
    recording = Recording(path, lsb_per_g=LSB_PER_G)
    recording.begin(0)
    counts = recording.accel(0, n, 1e6 / RATE_HZ)
    out = folder / "sampled.parquet"
    parquet.write_table(pa.table(dict(zip("xyz", counts.T, strict=True))), out)
    return out


@pytest.mark.parametrize("source", [shared_walk, watch])
async def test_every_step_of_a_walk_arrives(source, tmp_path):
    times_s, xyz_g, truth = source()
    path = write(tmp_path / "walk.parquet", times_s, xyz_g)
    glasses = {
        "kind": "glasses",
        "serial": "walked",
        "recording": {"path": str(path), "lsb_per_g": LSB_PER_G, "stops_at_end": True},
        # Its last minute is over when it is handed over: a minute that runs is not told yet.
        "remembered_s": float(np.ceil(times_s[-1])) + 70,
    }

    with System(tmp_path, [glasses]) as system:
        system.start("hub")
        system.start("home")
        await system.until(system.drained)
        measured = (await system.counters(glasses))["measured"]
        await system.until(lambda: system.scored(measured))
        system.stop("home")
        system.stop("hub")
        with system.reading() as db:
            stored = stored_minutes(db, PARTICIPANT)
            assert stored == minutes_of(db, system.entries())

    (minutes,) = (np.frombuffer(b"".join(m.values()), epochs.MINUTE) for m in stored.values())
    assert minutes["n_accel"].sum() == measured == pytest.approx(times_s[-1] * RATE_HZ, abs=2)
    offline = score_file(
        sampled(path, measured, tmp_path), rate_hz=RATE_HZ, scale=1 / LSB_PER_G
    )
    assert minutes["steps"].sum() == offline["steps"]
    if truth is not None:
        assert offline["steps"] == pytest.approx(truth, rel=0.05)
