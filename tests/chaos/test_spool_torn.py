"""A power cut while the spool writes: what reached the disk before is there, and whole.

A commit is the end of a write-ahead log that is synced before anyone is told. So the file at
the moment of an acknowledgement holds all that was acknowledged, and whatever a cut makes of
the bytes after that moment, torn or garbled, takes nothing away from it.
"""

import asyncio
import random
import shutil
import sqlite3

import pytest

from gateway import wire
from gateway.spool import Spool
from tests.batches import batch

pytestmark = pytest.mark.chaos

ROOM = 64 << 20


def copied(path, folder):
    """Copy what is in the files now, as a power cut would find them."""
    folder.mkdir()
    for name in (path.name, f"{path.name}-wal"):
        shutil.copy(path.with_name(name), folder / name)
    return folder / path.name


async def kept(path):
    with Spool(path, limit_bytes=ROOM) as spool:
        rows = await spool.after(0, 1_000_000)
    assert all(wire.decode_batch(row.payload) == batch(row.sequence) for row in rows)
    return [row.sequence for row in rows]


async def test_what_was_acknowledged_is_in_the_files_by_then(tmp_path):
    path = tmp_path / "spool.db"
    with Spool(path, limit_bytes=ROOM) as spool:
        for first in range(0, 200, 20):
            await spool.keep([batch(first + n) for n in range(20)])
            found = await kept(copied(path, tmp_path / str(first)))
            assert found == list(range(first + 20))


async def test_every_commit_is_synced_before_it_is_told(tmp_path):
    with Spool(tmp_path / "spool.db", limit_bytes=ROOM) as spool:
        db = spool._file._db
        asked = [
            await spool._submit(lambda key=key: db.execute(f"PRAGMA {key}").fetchone())
            for key in ("journal_mode", "synchronous")
        ]

    assert asked == [("wal",), (2,)]  # FULL


@pytest.mark.parametrize("seed", range(12))
async def test_what_a_cut_tears_takes_nothing_from_what_was_acknowledged(tmp_path, seed):
    luck = random.Random(seed)  # noqa: S311 - chance that can be repeated
    path = tmp_path / "spool.db"
    with Spool(path, limit_bytes=ROOM) as spool:
        await spool.keep([batch(n) for n in range(50)])
        safe = path.with_name("spool.db-wal").stat().st_size
        await spool.keep([batch(n) for n in range(50, 100)])
        cut = copied(path, tmp_path / "cut")

    tear(cut.with_name("spool.db-wal"), safe, luck)
    found = await kept(cut)

    assert found == list(range(len(found)))
    assert len(found) in {50, 100}  # what was kept together is there together


def tear(log, safe, luck):
    """Do to the bytes after a moment what a cut may do: end them, or leave noise."""
    whole = log.read_bytes()
    at = luck.randrange(safe, len(whole))
    rest = b"" if luck.random() < 0.5 else luck.randbytes(len(whole) - at)
    log.write_bytes(whole[:at] + rest)


async def test_the_file_is_sound_after_many_cuts(tmp_path):
    path, first = tmp_path / "spool.db", 0
    for cut in range(5):
        with Spool(path, limit_bytes=ROOM) as spool:
            await asyncio.gather(*(spool.keep([batch(first + n)]) for n in range(30)))
            first += 30
            path = copied(path, tmp_path / f"cut-{cut}")
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert db.execute("SELECT count(*) FROM batch").fetchone() == (150,)
    db.close()
