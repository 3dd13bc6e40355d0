"""A hub whose data folder is gone: a gateway that has forgotten what it had goes on."""

import asyncio
import collections
import contextlib
import shutil
import time

import pytest

from gateway.pace import Pace
from gateway.publisher import Publisher
from gateway.settings import BrokerAddress, GatewaySettings
from gateway.spool import Spool
from gateway.status import Reporter
from ingest.archive import Archive
from ingest.log.sqlite import SqliteLog
from ingest.settings import IngestSettings
from ingest.subscriber import Ingest
from tests.batches import batch
from tests.brokers import Nats

pytestmark = pytest.mark.chaos

PACE = Pace(first_retry_s=0.02, longest_retry_s=0.1, look_s=0.02, refresh_s=0.04, forget_s=0.02)


@pytest.fixture
def broker(tmp_path):
    broker = Nats(tmp_path / "broker")
    yield broker.start()
    broker.stop()


@pytest.fixture
def spool(tmp_path):
    with Spool(tmp_path / "spool.db", limit_bytes=64 << 20) as spool:
        yield spool


def now_us():
    return time.time_ns() // 1000


@contextlib.contextmanager
def hub(broker, folder):
    """Run the real hub in a folder; yields what it stored, by sequence."""
    log, stored = SqliteLog(folder / "log"), []
    settings = IngestSettings(port=broker.port, user="hub", password_file=broker.password_file)
    ingest = Ingest(
        settings,
        folder / "ingest",
        log,
        Archive(folder / "archive"),
        now_us=now_us,
        on_stored=lambda entries: stored.extend(entry.batch.sequence for entry in entries),
    )
    ingest.start()
    try:
        yield stored
    finally:
        ingest.stop()
        log.close()


@contextlib.asynccontextmanager
async def gateway(broker, spool):
    address = BrokerAddress(
        host="127.0.0.1", port=broker.port, password_file=broker.password_file
    )
    settings = GatewaySettings(name="hall", site="home", broker=address)
    counts = collections.Counter()
    reporter = Reporter("hall", spool, tuple, [counts], collections.Counter(), now_us)
    publisher = Publisher(settings, spool, reporter, None, now_us, counts, PACE)
    task = asyncio.create_task(publisher.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def drained(spool):
    async with asyncio.timeout(60):
        while (await spool.depth()).batches:  # noqa: ASYNC110 - forgetting gives no event
            await asyncio.sleep(0.02)


async def test_a_hub_that_lost_everything_is_told_from_where_on_there_is_something(
    broker, spool, tmp_path
):
    async with gateway(broker, spool):
        with hub(broker, tmp_path / "hub"):
            await spool.keep([batch(n) for n in range(40)])
            await drained(spool)
        shutil.rmtree(tmp_path / "hub")
        with hub(broker, tmp_path / "hub") as stored:
            await spool.keep([batch(n) for n in range(40, 60)])
            await drained(spool)

    assert sorted(stored) == list(range(40, 60))
