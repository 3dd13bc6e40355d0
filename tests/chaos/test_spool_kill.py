"""A gateway that dies while it writes: what was acknowledged is there when it returns."""

import os
import signal
import subprocess
import sys

import pytest

from gateway import wire
from gateway.spool import Spool
from tests.batches import batch

pytestmark = pytest.mark.chaos

WRITER = """
import asyncio, sys
from pathlib import Path
from gateway.spool import Spool
from tests.batches import batch

async def keep(spool, device):
    for first in range(0, 1_000_000, 3):
        await spool.keep([batch(first + n, device=device) for n in range(3)])
        print(device, first + 2, flush=True)

async def main():
    with Spool(Path(sys.argv[1]), limit_bytes=1 << 30) as spool:
        await asyncio.gather(*(keep(spool, f"device-{n}") for n in range(8)))

asyncio.run(main())
"""


def kill_while_writing(path, after_lines):
    """Return the last sequence acknowledged of each device."""
    acknowledged = {}
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as writer:
        for count, line in enumerate(writer.stdout):
            if line.endswith("\n"):  # not cut short by the kill
                device, sequence = line.split()
                acknowledged[device] = int(sequence)
            if count == after_lines:
                writer.send_signal(signal.SIGKILL)
    return acknowledged


@pytest.mark.parametrize("after_lines", [20, 333, 1_000])
async def test_nothing_acknowledged_is_lost_and_nothing_is_half_kept(tmp_path, after_lines):
    acknowledged = kill_while_writing(tmp_path / "spool.db", after_lines)

    with Spool(tmp_path / "spool.db", limit_bytes=1 << 30) as spool:
        rows = await spool.after(0, 1_000_000)
        depth = await spool.depth()

    assert len(acknowledged) == 8
    assert depth.batches == len(rows)
    for device, last in acknowledged.items():
        kept = [row for row in rows if row.device == device]
        assert [row.sequence for row in kept] == list(range(len(kept)))
        assert len(kept) > last
        assert len(kept) % 3 == 0  # what was kept together is there together
    for row in rows:
        assert wire.decode_batch(row.payload) == batch(row.sequence, device=row.device)
