"""Whom a broker lets in by a token, until when, and what gets through while tokens change."""

import asyncio
import collections
import contextlib
import socket
import threading
import time

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from gateway import tokens, wire
from gateway.publisher import Publisher
from gateway.renewal import Renewal
from gateway.spool import Spool
from gateway.status import Reporter
from gateway.tokens import NotAdmitted
from ingest.archive import Archive
from ingest.log.sqlite import SqliteLog
from ingest.subscriber import Ingest
from kindstep import broker_place, study
from kindstep.admission import Admission
from kindstep.folder import Folder
from kindstep.gateway_enrolment import Wishes, enrol
from kindstep.local_ca import LocalCa
from kindstep.settings import BrokerSettings, Settings, WebSettings, load_gateway
from people.trail import Trail
from tests.batches import batch
from tests.books import START_US
from tests.brokers import Mosquitto, free_port
from tests.gateways import PACE, emptied
from tests.web_study import Hub
from web.accounts import Accounts
from web.app import create_app
from web.server import Server

FEW, MANY = 20, 200
NOW_US = 1_000_000_000


class Site:
    """A hub's broker and ingest, and the pages where gateways get their tokens."""

    def __init__(self, folder, chosen, **others):
        self.settings = Settings(data=folder / "data", broker=chosen, **others)
        self.port = int(chosen.url.rpartition(":")[2]) if chosen.url else chosen.port
        self._folder = Folder(self.settings.data)
        self._folder.make()
        self._folder.ingest.mkdir()
        self.accounts = Accounts(self._folder.sign_in)
        self.admission = Admission(self.settings, self._folder, self.accounts)
        self.log = SqliteLog(self._folder.log)

    @contextlib.contextmanager
    def running(self):
        self.admission.start()
        place = broker_place.for_ingest(self.settings, self._folder)
        archive = Archive(self._folder.archive)
        ingest = Ingest(place, self._folder.ingest, self.log, archive, now_us=lambda: START_US)
        ingest.start()
        try:
            with self._pages() as self.address:
                yield self
        finally:
            ingest.stop()
            self.admission.stop()
            self.log.close()

    def code(self, name="hall"):
        return f"{self.address}/gateway#{self.accounts.gateways.invite(name, NOW_US)}"

    def stored(self):
        return [entry.batch.sequence for entry in self.log.read(0, 10_000)]

    async def _admit(self):
        await asyncio.to_thread(self.admission.renew)

    @contextlib.contextmanager
    def _pages(self):
        absent = dict.fromkeys(("act", "carry_out", "serve", "site", "packages", "study"))
        app = create_app(
            **absent,
            store=None,
            ingest=self._folder.ingest,
            admit=self._admit,
            broker=broker_place.for_gateways(self.settings),
            live=Hub().listen,
            accounts=self.accounts,
            trail=Trail(self._folder.trail),
            now_us=lambda: NOW_US,
            protocol=study.load(None),
        )
        server = Server(app, "127.0.0.1", 0)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()
            try:
                yield f"http://127.0.0.1:{listener.getsockname()[1]}"
            finally:
                server.handle_exit(15, None)
                thread.join()


@contextlib.contextmanager
def embedded(folder):
    with Site(folder, BrokerSettings(port=free_port(), gateways=())).running() as site:
        yield site


@contextlib.contextmanager
def by_tls(folder, authority):
    authority.ensure(["localhost", "127.0.0.1"])
    pages = WebSettings(
        certificate=authority.host_certificate, certificate_key=authority.host_key
    )
    chosen = BrokerSettings(port=free_port(), gateways=(), tls=True)
    with Site(folder, chosen, web=pages).running() as site:
        yield site


@contextlib.contextmanager
def mosquitto(folder):
    """Let mosquitto read what the hub writes, and read it anew when the hub says so."""
    broker = Mosquitto(folder / "broker", gateways=())
    broker.start()
    chosen = BrokerSettings(
        url=f"mqtt://127.0.0.1:{broker.port}",
        password_file=broker.password_file,
        gateways=(),
        users_folder=broker.folder,
        reload=("kill", "-HUP", str(broker.process.pid)),
    )
    try:
        with Site(folder, chosen).running() as site:
            yield site
    finally:
        broker.stop()


@pytest.fixture(params=[embedded, mosquitto], ids=lambda make: make.__name__)
def site(request, tmp_path):
    with request.param(tmp_path) as site:
        yield site


class Client:
    """Whoever shows a token at the broker."""

    def __init__(self, port, token):
        self.is_let_in: bool | None = None  # none: it hung up before it answered
        self._answered, self.ended = threading.Event(), threading.Event()
        self._client = paho.Client(CallbackAPIVersion.VERSION2, reconnect_on_failure=False)
        self._client.username_pw_set(*tokens.login(token))
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert self._answered.wait(30)

    def publish(self, topic, payload):
        """Publish; mosquitto may end the connection of whom it forbids that."""
        said = self._client.publish(topic, payload, qos=1)
        until(lambda: said.is_published() or self.ended.is_set())

    def close(self):
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(self, *answer):
        self.is_let_in = not answer[3].is_failure
        self._answered.set()

    def _on_disconnect(self, *_):
        self.ended.set()
        self._answered.set()


def is_let_in(site, token):
    client = Client(site.port, token)
    client.close()
    return client.is_let_in


def is_shut_out(site, token):
    """Wait until a token is good no more: a broker reads anew in its own time."""
    until(lambda: is_let_in(site, token) is False)
    return True


def admitted(site, name):
    """Let a gateway in, and give its connection."""
    gateways = site.accounts.gateways
    token = gateways.enrol(gateways.invite(name, NOW_US), NOW_US).token
    site.admission.renew()
    until(lambda: is_let_in(site, token))
    return Client(site.port, token)


def until(happened):
    give_up_s = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < give_up_s
        time.sleep(0.01)  # another process gives no event


@contextlib.asynccontextmanager
async def gateway(path):
    """Run the gateway of these settings without a radio; yields its spool and its renewal."""
    chosen = load_gateway(path)
    counts = collections.Counter()
    hub = tokens.Hub(chosen.hub)
    with Spool(chosen.spool, limit_bytes=64 << 20) as spool:
        reporter = Reporter(
            chosen.name, spool, tuple, [counts], collections.Counter(), lambda: START_US
        )
        publisher = Publisher(chosen, spool, reporter, None, lambda: START_US, counts, PACE)
        running = asyncio.create_task(publisher.run())
        try:
            yield spool, Renewal(hub, chosen.broker.token_file, PACE.renew_s)
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running


async def test_nothing_is_lost_while_tokens_change_under_way(site, tmp_path):
    path = tmp_path / "hall.toml"
    await asyncio.to_thread(enrol, path, site.code())
    first = tokens.read(load_gateway(path).broker.token_file)

    async with gateway(path) as (spool, renewal):
        for n in range(MANY):
            await spool.keep([batch(n)])
            if n in (FEW, 3 * FEW):
                site.accounts.gateways.ask_to_renew("hall")
                await asyncio.to_thread(renewal.look)
        async with asyncio.timeout(60):
            await emptied(spool)

    assert sorted(site.stored()) == list(range(MANY))
    assert tokens.read(load_gateway(path).broker.token_file) != first
    assert await asyncio.to_thread(is_shut_out, site, first)


async def test_a_gateway_shut_out_loses_its_connection_and_keeps_its_spool(site, tmp_path):
    path = tmp_path / "hall.toml"
    await asyncio.to_thread(enrol, path, site.code())
    token = tokens.read(load_gateway(path).broker.token_file)

    async with gateway(path) as (spool, _):
        await spool.keep([batch(0)])
        async with asyncio.timeout(30):
            await emptied(spool)
        site.accounts.gateways.revoke("hall")
        await asyncio.to_thread(site.admission.renew)
        assert await asyncio.to_thread(is_shut_out, site, token)
        await spool.keep([batch(1)])
        assert (await spool.depth()).batches == 1
        await asyncio.to_thread(enrol, path, site.code())
        async with asyncio.timeout(30):
            await emptied(spool)

    assert site.stored() == [0, 1]


async def test_who_enrols_where_the_broker_speaks_tls_is_told_so(tmp_path):
    path, authority = tmp_path / "hall.toml", LocalCa(tmp_path / "pem")
    wishes = Wishes(ca_file=authority.certificate)

    with by_tls(tmp_path, authority) as site:
        await asyncio.to_thread(enrol, path, site.code(), wishes)
        async with gateway(path) as (spool, renewal):
            for n in range(FEW):
                await spool.keep([batch(n)])
            site.accounts.gateways.ask_to_renew("hall")
            await asyncio.to_thread(renewal.look)
            await spool.keep([batch(FEW)])
            async with asyncio.timeout(30):
                await emptied(spool)
        assert site.stored() == list(range(FEW + 1))


def test_a_live_connection_ends_with_its_token_and_others_stay(site):
    hall, attic = admitted(site, "hall"), admitted(site, "attic")

    site.accounts.gateways.revoke("hall")
    site.admission.renew()

    assert hall.ended.wait(30)
    attic.publish(wire.batch_topic("attic", "strap"), wire.encode(batch(0, device="strap")))
    until(lambda: site.stored() == [0])
    assert not attic.ended.is_set()
    attic.close()


def test_a_token_speaks_under_its_own_gateways_prefix_alone(site):
    for n, prefix in enumerate(("attic", "hall")):
        hall = admitted(site, "hall")
        hall.publish(wire.batch_topic(prefix, "glasses-3f"), wire.encode(batch(n)))
        hall.close()

    until(site.stored)
    assert site.stored() == [1]


def test_a_replayed_code_is_refused(site, tmp_path):
    code = site.code()
    enrol(tmp_path / "hall.toml", code)

    with pytest.raises(NotAdmitted, match="it was used"):
        enrol(tmp_path / "thief.toml", code)
    assert not (tmp_path / "thief.toml").exists()
