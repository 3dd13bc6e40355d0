"""A hub that is killed again and again under load: nothing is lost and nothing is doubled.

Real gateways publish from real spools over a real broker; the hub is a process of its own, in
which an hour passes every second, so that it is killed while it seals its archive as well.
"""

import asyncio
import collections
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from ingest.archive import Archive
from tests.books import START_US, Books, beats, counters, walk
from tests.brokers import BROKERS
from tests.gateways import emptied, gateway

pytestmark = pytest.mark.chaos

HUB = """
import sys, threading, time
from pathlib import Path
from ingest.archive import Archive
from ingest.log.sqlite import SqliteLog
from ingest.settings import IngestSettings
from ingest.subscriber import Ingest

folder, port, password_file = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
log, archive = SqliteLog(folder / "log"), Archive(folder / "archive")
begun_us = int(sys.argv[4])
now_us = lambda: begun_us + 3600 * (time.time_ns() // 1000 - begun_us)
settings = IngestSettings(
    port=port, user="hub", password_file=password_file, keep_accounts_s=0.3, status_s=0.5
)
ingest = Ingest(settings, folder, log, archive, now_us=now_us)
ingest.start()
while not ingest.health().connected:
    time.sleep(0.01)
print("up", flush=True)
while not ingest.ended.done():
    time.sleep(0.1)
    archive.seal(log, now_us(), log.last, grace_s=1)
ingest.ended.result()
"""
BATCHES = 600
KILLS = 3


@pytest.fixture(params=BROKERS.values(), ids=list(BROKERS))
def broker(request, tmp_path):
    broker = request.param(tmp_path / "broker", gateways=("hall", "attic"))
    yield broker.start()
    broker.stop()


class Hub:
    """The hub's process."""

    def __init__(self, folder, broker, begun_us):
        command = [sys.executable, "-c", HUB, folder, str(broker.port), broker.password_file]
        command.append(str(begun_us))
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env=environment
        )
        assert self._process.stdout.readline() == "up\n"

    def kill(self):
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._process.stdout.close()


def heard(rng):
    """Yield what each of two gateways keeps, in order.

    The glasses are carried to and fro, and hand over again what was not confirmed before they
    left; the strap is heard by both.
    """
    sequences = collections.Counter()
    handed_over = confirmed = 0
    for n in range(BATCHES):
        name, boot = (("hall", 1), ("attic", 2))[n // 100 % 2]
        first = confirmed if n % 100 == 0 else handed_over
        handed_over = first + rng.randint(1, 38)
        confirmed = max(confirmed, handed_over - 60)
        yield name, walk(first, handed_over, sequences[boot], boot=boot)
        sequences[boot] += 1
        at_us = START_US + n * 1_000_000
        yield "hall", beats([at_us], [60 + n % 40], n, boot=3)
        yield "attic", beats([at_us + 90_000], [60 + n % 40], n, boot=4)


async def keep(spools, groups):
    for name, spool in spools.items():
        await spool.keep([batch for gateway, batch in groups if gateway == name])


async def sealed(folder):
    """Wait until something is in the archive: an hour is over within a second."""
    while not Archive(folder / "archive").last():  # noqa: ASYNC110 - a process gives no event
        await asyncio.sleep(0.05)


async def test_nothing_is_lost_or_doubled(tmp_path, broker):
    rng = random.Random(7)  # noqa: S311 - chance that can be repeated
    sent = list(heard(rng))
    share = len(sent) // KILLS
    begun_us = time.time_ns() // 1000
    hub = await asyncio.to_thread(Hub, tmp_path / "hub", broker, begun_us)
    try:
        async with (
            asyncio.timeout(200),  # five starts of a hub, beside whoever is busy
            gateway("hall", tmp_path, broker.port, broker.password_file) as hall,
            gateway("attic", tmp_path, broker.port, broker.password_file) as attic,
        ):
            for begin in range(0, len(sent), share):
                await keep({"hall": hall, "attic": attic}, sent[begin : begin + share])
                if begin + share >= len(sent):
                    await sealed(tmp_path / "hub")  # some of it, before it is killed again
                await asyncio.sleep(rng.uniform(0.05, 0.5))  # the moment is chance
                await asyncio.to_thread(hub.kill)
                hub = await asyncio.to_thread(Hub, tmp_path / "hub", broker, begun_us)
            await asyncio.gather(emptied(hall), emptied(attic))
    finally:
        hub.kill()

    books = Books(tmp_path / "hub")
    check(books, [batch for _, batch in sent])
    books.close()


def check(books, sent):
    stored = {"accel": [], "heart_rate": []}
    for entry in books.entries():
        stored[entry.batch.stream].append(entry)
    samples = max(b.counted.sample + b.size for b in sent if b.counted)
    assert sorted(counters(stored["accel"])) == list(range(samples))
    events = [(e.batch.start_us // 1_000_000, e.batch.samples) for e in stored["heart_rate"]]
    assert sorted(events) == sorted(
        {(b.start_us // 1_000_000, b.samples) for b in sent if not b.counted}
    )

    accel, heart_rate = books.accounts.report("glasses-3f") + books.accounts.report("strap-1")
    assert (accel.stored, accel.missing) == (samples, 0)
    assert accel.overlap == sum(b.size for b in sent if b.counted) - samples
    assert (heart_rate.stored, heart_rate.echo, heart_rate.missing) == (BATCHES, BATCHES, 0)
    assert books.archive.last() > 0  # some of it was sealed under way
