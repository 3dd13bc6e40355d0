"""The embedded broker's store filled by somebody who keeps to no window, while no hub reads.

The store refuses everybody then, even the hub; that is said, costs no gateway anything, and a
start gives it room enough to be emptied.
"""

import asyncio
import contextlib
import threading

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from gateway import wire
from ingest.settings import IngestSettings
from ingest.subscriber import Ingest
from kindstep.broker import Broker
from tests.batches import batch
from tests.books import START_US, Books
from tests.brokers import free_port
from tests.gateways import emptied, gateway

pytestmark = pytest.mark.chaos

USERS = {"hub": "h", "hall": "one", "attic": "two"}
STORE_BYTES = 4 << 20
KEPT = 300  # of the gateway: several windows


def overfill(port):
    """Send without waiting until the broker hangs up; return how many batches it took over."""
    taken, hung_up = [], threading.Event()
    client = paho.Client(CallbackAPIVersion.VERSION2, reconnect_on_failure=False)
    client.username_pw_set("attic", USERS["attic"])
    client.max_inflight_messages_set(0)
    client.on_publish = lambda *told: taken.append(told[2])
    client.on_disconnect = lambda *_: hung_up.set()
    client.connect("127.0.0.1", port)
    client.loop_start()
    for n in range(2 * STORE_BYTES // 60_000):
        large = batch(n, device="glasses-99", size=10_000)
        client.publish(wire.batch_topic("attic", large.device), wire.encode(large), qos=1)
    assert hung_up.wait(30), "the store took it all"
    client.loop_stop()
    return len(taken)


class Site:
    """A folder with a hub's books and a broker's messages, one after the other opened."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        for user, password in USERS.items():
            (folder / f"{user}.password").write_text(password)

    @contextlib.contextmanager
    def broker(self):
        broker = Broker(self.folder / "broker", self.port, USERS, store_bytes=STORE_BYTES)
        broker.start()
        try:
            yield
        finally:
            broker.stop()

    @contextlib.contextmanager
    def hub(self, **options):
        books = Books(self.folder / "hub")
        settings = IngestSettings(
            port=self.port, user="hub", password_file=self.folder / "hub.password"
        )
        ingest = Ingest(
            settings,
            self.folder / "ingest",
            books.log,
            books.archive,
            now_us=lambda: START_US,
            **options,
        )
        ingest.start()
        try:
            yield ingest, books
        finally:
            ingest.stop()
            books.close()

    def gateway(self):
        return gateway("hall", self.folder, self.port, self.folder / "hall.password")


async def until(happened):
    async with asyncio.timeout(30):
        while not happened():  # noqa: ASYNC110 - other processes and threads tell nobody
            await asyncio.sleep(0.01)


def sequences(books, device):
    stored = (entry.batch for entry in books.log.read(0, 10_000))
    return sorted(it.sequence for it in stored if it.device == device)


def check(books):
    assert sequences(books, "glasses-3f") == list(range(KEPT))
    strangers = sequences(books, "glasses-99")  # some may be kept that nobody was told of
    assert strangers == list(range(len(strangers)))


async def test_a_full_store_is_said_and_costs_nothing(tmp_path, caplog):
    site = Site(tmp_path)
    kept = [batch(n) for n in range(KEPT)]
    with site.broker():
        with site.hub() as (ingest, books):
            await until(lambda: ingest.health().connected)
            async with site.gateway() as spool:  # the session is there once this came through
                await spool.keep(kept[:1])
                await emptied(spool)

        async with site.gateway() as spool:
            taken = await asyncio.to_thread(overfill, site.port)
            await spool.keep(kept[1:])
            await until(lambda: "the broker's store is full (4 MiB)" in caplog.text)
            await until(lambda: "no broker: " in caplog.text)
            with site.hub() as (ingest, books):
                await until(lambda: "before it lets the hub in" in caplog.text)
                assert not ingest.health().connected
                assert books.log.last() == 1
            assert (await spool.depth()).batches == KEPT - 1

    with site.broker(), site.hub() as (ingest, books):
        async with asyncio.timeout(60), site.gateway() as spool:
            await emptied(spool)
            assert (await spool.depth()).set_aside == ()
        await until(lambda: len(sequences(books, "glasses-99")) >= taken)

        check(books)


async def test_a_hub_that_was_slow_empties_it_by_itself(tmp_path, caplog):
    site = Site(tmp_path)
    kept = [batch(n) for n in range(KEPT)]
    go = threading.Event()
    with site.broker(), site.hub(on_stored=lambda _: go.wait(60)) as (ingest, books):
        await until(lambda: ingest.health().connected)
        async with asyncio.timeout(60), site.gateway() as spool:
            await spool.keep(kept[:1])
            await until(lambda: books.log.last() == 1)  # and there it stays
            taken = await asyncio.to_thread(overfill, site.port)
            await spool.keep(kept[1:])
            await until(lambda: "the broker's store is full (4 MiB)" in caplog.text)
            assert ingest.health().connected
            go.set()
            await emptied(spool)
            assert (await spool.depth()).set_aside == ()
        await until(lambda: len(sequences(books, "glasses-99")) >= taken)

        check(books)
