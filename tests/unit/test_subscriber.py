"""Ingest against real brokers."""

import contextlib
import resource
import sqlite3
import threading
import time

import msgspec
import pytest

from gateway import wire
from ingest.archive import Archive
from ingest.log.sqlite import SqliteLog
from ingest.settings import IngestSettings
from ingest.subscriber import Ingest
from tests.batches import batch
from tests.books import beats
from tests.brokers import BROKERS, Nats
from tests.edge import Edge


@pytest.fixture(params=BROKERS.values(), ids=list(BROKERS))
def broker(request, tmp_path):
    broker = request.param(tmp_path / "broker", gateways=("hall", "attic"))
    yield broker.start()
    broker.stop()


@pytest.fixture
def nats(tmp_path):
    broker = Nats(tmp_path / "broker", gateways=("hall", "attic"))
    yield broker.start()
    broker.stop()


LANE = ("glasses-3f", 7, "accel")


def now_us():
    return time.time_ns() // 1000


class Hub:
    """Ingest with its log and archive, and what it told."""

    def __init__(self, folder, broker, on_stored=None, clock=now_us, **settings):
        self.stored, self.statuses = [], []
        self.log = SqliteLog(folder / "log")
        self.ingest = Ingest(
            IngestSettings(
                port=broker.port, user="hub", password_file=broker.password_file, **settings
            ),
            folder / "ingest",
            self.log,
            Archive(folder / "archive"),
            now_us=clock,
            on_stored=on_stored or self.stored.extend,
            on_status=self.statuses.append,
        )
        self.ingest.start()

    def stop(self):
        self.ingest.stop()
        self.log.close()

    def sequences(self):
        return [entry.batch.sequence for entry in self.log.read(0, 10_000)]


@pytest.fixture
def open_hub(tmp_path):
    with contextlib.ExitStack() as stack:

        def open_(broker, **options):
            hub = Hub(tmp_path / "hub", broker, **options)
            stack.callback(hub.stop)
            return hub

        yield open_


@contextlib.contextmanager
def meeting(hub, broker, name="hall"):
    """A gateway that is sure of being heard."""
    edge = Edge(broker.port, name)
    try:
        give_up_s = time.monotonic() + 30
        while not any(status.gateway == name for status in hub.statuses):
            assert time.monotonic() < give_up_s, "the hub does not hear"
            edge.tell()
            time.sleep(0.02)
        yield edge
    finally:
        edge.close()


def test_stores_and_says_so(broker, open_hub):
    hub = open_hub(broker)
    sent = [batch(n) for n in range(100)]
    with meeting(hub, broker) as edge:
        edge.send(*sent)
        edge.until_stored(sent[-1])

    assert [entry.batch for entry in hub.log.read(0, 1_000)] == sent
    assert hub.stored == hub.log.read(0, 1_000)
    assert {entry.gateway for entry in hub.stored} == {"hall"}
    assert hub.ingest.accounts.report("glasses-3f")[0].stored == 100 * 25


def test_what_it_acknowledged_never_comes_again(broker, open_hub):
    hub = open_hub(broker)
    with meeting(hub, broker) as edge:
        edge.send(*[batch(n) for n in range(50)])
        edge.until_stored(batch(49))
        hub.ingest.stop()
        hub.log.close()

        again = open_hub(broker)
        edge.send(batch(50))
        edge.until_stored(batch(50))

    (report,) = again.ingest.accounts.report("glasses-3f")
    assert (report.redelivered, report.stored) == (0, 51 * 25)


def test_the_broker_keeps_what_comes_while_it_is_away(broker, open_hub):
    hub = open_hub(broker)
    with meeting(hub, broker) as edge:
        hub.ingest.stop()
        hub.log.close()
        edge.send(*[batch(n) for n in range(30)])
        open_hub(broker)
        edge.until_stored(batch(29))


def test_a_hole_holds_the_watermark(nats, open_hub):
    hub = open_hub(nats)
    lane = ("glasses-3f", 7, "accel")
    with meeting(hub, nats) as edge:
        edge.send(batch(0), batch(2), batch(3))
        edge.until(lambda edge: len(hub.sequences()) == 3 and edge.marks.get(lane) == 0)
        edge.send(batch(1))
        edge.until_stored(batch(3))


def test_what_is_sent_again_is_marked_again(nats, open_hub):
    hub = open_hub(nats)
    with meeting(hub, nats) as edge:
        edge.send(batch(0))
        edge.until_stored(batch(0))
        edge.marks.clear()
        edge.send(batch(0))
        edge.until_stored(batch(0))

    assert hub.sequences() == [0]


def test_a_gateway_that_asks_is_told_all_its_marks(nats, open_hub):
    hub = open_hub(nats)
    with meeting(hub, nats) as edge, meeting(hub, nats, "attic") as other:
        edge.send(batch(0), beats([1], [70], 0), batch(0, boot=9))
        other.send(batch(0, device="other"))
        edge.until(lambda edge: len(edge.marks) == 3)
        edge.marks.clear()
        edge.tell()
        edge.until(lambda edge: len(edge.marks) == 3)

    assert set(edge.marks.values()) == {0}


def test_steps_over_what_a_gateway_set_aside(nats, open_hub):
    hub = open_hub(nats)
    aside = wire.SetAside(device="glasses-3f", boot=7, stream="accel", sequence=0, reason="big")
    with meeting(hub, nats) as edge:
        edge.send(batch(1))
        edge.tell(set_aside=(aside,))
        edge.until_stored(batch(1))

    assert hub.sequences() == [1]


def test_gives_up_what_its_gateway_has_no_longer(nats, open_hub):
    hub = open_hub(nats)
    left = wire.SpooledFrom(device="glasses-3f", boot=7, stream="accel", sequence=40)
    with meeting(hub, nats) as edge:
        edge.send(batch(40), batch(42))
        edge.until(lambda edge: edge.marks)
        assert edge.marks[LANE] == -1
        edge.tell(spooled_from=(left,))
        edge.until(lambda edge: edge.marks[LANE] == 40)
        edge.send(batch(41))
        edge.until_stored(batch(42))

    assert sorted(hub.sequences()) == [40, 41, 42]


JUNK = {
    "no message at all": b"\xc1",
    "half a message": wire.encode(batch(0))[:-1],
    "another message": wire.encode(wire.Answer(id="a", done=True, at_us=0)),
    "a late date": wire.encode(msgspec.structs.replace(batch(0), start_us=1 << 62)),
    "a long period": wire.encode(msgspec.structs.replace(batch(0), period_us=1e300)),
    "a large counter": wire.encode(
        msgspec.structs.replace(
            batch(0), counted=wire.DeviceCount(boot=1, sample=(1 << 63) - 1, ticks=0)
        )
    ),
    "many channels": wire.encode(msgspec.structs.replace(batch(0), channels=75)),
    "somebody else": wire.encode(batch(0, device="glasses-99")),
}


def test_what_cannot_be_used_is_kept_and_holds_up_nothing(nats, open_hub):
    hub = open_hub(nats)
    with meeting(hub, nats) as edge:
        for payload in JUNK.values():
            edge.publish(wire.batch_topic("hall", "glasses-3f"), payload)
        edge.publish("kindstep/v1/hall/answer", b"junk")
        edge.publish("kindstep/v1/hall/status", wire.encode(batch(0)))
        edge.send(batch(1))
        edge.until_stored(batch(1))  # sequence 0 could be read: it is settled

    letters = hub.ingest.dead_letters
    assert letters.counts() == {"batch": len(JUNK), "answer": 1, "status": 1}
    assert {letter.payload for letter in letters.latest().values()} >= set(JUNK.values())
    assert hub.sequences() == [1]
    assert hub.ingest.health().dead_letters == letters.counts()


def test_a_gateway_speaks_for_itself_only(nats, open_hub):
    hub = open_hub(nats)
    lie = wire.GatewayStatus(gateway="attic", online=True, start_id=1, version="0", at_us=0)
    with meeting(hub, nats) as edge:
        edge.publish("kindstep/v1/hall/status", wire.encode(lie))
        edge.send(batch(0))
        edge.until_stored(batch(0))

    assert (
        next(iter(hub.ingest.dead_letters.latest().values())).reason
        == "status: status of 'attic'"
    )
    assert {status.gateway for status in hub.statuses} == {"hall"}


def test_says_that_it_is_there_and_when_it_leaves(broker, open_hub):
    hub = open_hub(broker, status_s=0.1)
    with meeting(hub, broker) as edge:
        edge.until(lambda edge: edge.hub is not None and edge.hub.online)
        start_id = edge.hub.start_id
        hub.stop()
        edge.until(lambda edge: not edge.hub.online)
        assert edge.hub.start_id == start_id

        hub = open_hub(broker, status_s=0.1)
        edge.until(lambda edge: edge.hub.online)
        assert edge.hub.start_id != start_id


def test_asks_a_gateway_and_hears_the_answer(nats, open_hub):
    hub = open_hub(nats)
    seen = wire.Seen(device="glasses-3f", kind="glasses", state="streaming", has_memory=True)
    with meeting(hub, nats) as edge:
        edge.tell(devices=(seen,))
        sent = hub.ingest.commands.send("glasses-3f", "alert", 2, now_us())
        edge.until(lambda edge: edge.commands)
        answer = wire.Answer(id=edge.commands[0].id, done=True, at_us=1)
        edge.publish(wire.answer_topic("hall"), wire.encode(answer))
        edge.send(batch(0))
        edge.until_stored(batch(0))

    assert hub.ingest.commands.answer(sent) == answer


def test_a_full_disk_delays_and_loses_nothing(nats, open_hub, caplog):
    hub = open_hub(nats)
    sent = [batch(n, size=2_000) for n in range(200)]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with meeting(hub, nats) as edge:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
        try:
            edge.send(*sent)
            edge.until(lambda _: "cannot store" in caplog.text)
            assert edge.marks.get(("glasses-3f", 7, "accel"), -1) < 199
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        edge.until_stored(sent[-1])

    assert [entry.batch for entry in hub.log.read(0, 1_000)] == sent


def test_holds_no_more_than_its_queue(nats, open_hub):
    go = threading.Event()
    hub = open_hub(nats, on_stored=lambda _: go.wait(60), queue_messages=10)
    with meeting(hub, nats) as edge:
        edge.send(*[batch(n) for n in range(200)])
        edge.until(lambda _: hub.ingest.health().waiting == 10)
        assert hub.ingest.health().lag_us > 0
        go.set()
        edge.until_stored(batch(199))

    assert sorted(hub.sequences()) == list(range(200))


@contextlib.contextmanager
def held_up(folder):
    """Nobody else can write into the log's only file."""
    (path,) = folder.glob("*.db")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def test_a_slow_disk_fills_no_memory(nats, open_hub, tmp_path):
    bound_bytes = 256 * 1024
    one_hour = now_us()
    hub = open_hub(nats, clock=lambda: one_hour, queue_bytes=bound_bytes)
    sent = [batch(n, size=2_000) for n in range(400)]
    size_bytes = len(wire.encode(sent[1]))
    assert len(sent) * size_bytes > 16 * bound_bytes
    seen = []

    def grown(_):
        health = hub.ingest.health()
        seen.append(health.waiting_bytes)
        return health.waiting_bytes + size_bytes > bound_bytes

    with meeting(hub, nats) as edge:
        edge.send(sent[0])
        edge.until_stored(sent[0])
        with held_up(tmp_path / "hub" / "log"):
            edge.send(*sent[1:])
            edge.until(grown)
            last = edge.publish("kindstep/v1/hall/answer", b"the last")
            edge.until(lambda edge: grown(edge) and last.is_published())
            assert (edge.marks[LANE], hub.ingest.health().position) == (0, 1)
        edge.until_stored(sent[-1])

    assert max(seen) <= bound_bytes
    assert [entry.batch for entry in hub.log.read(0, 1_000)] == sent


def test_leaves_at_once_whatever_it_does(nats, open_hub):
    hub = open_hub(nats, queue_messages=10)
    with meeting(hub, nats) as edge:
        edge.send(*[batch(n) for n in range(500)])
        begun_s = time.monotonic()
        hub.ingest.stop()
        assert time.monotonic() - begun_s < 2
        assert hub.ingest.ended.result(0) is None


def test_a_bug_ends_it_loudly(nats, open_hub):
    hub = open_hub(nats, on_stored=lambda _: 1 / 0)
    with meeting(hub, nats) as edge:
        edge.send(batch(0))
        with pytest.raises(ZeroDivisionError):
            hub.ingest.ended.result(30)


def test_comes_before_its_broker(tmp_path, open_hub):
    broker = Nats(tmp_path / "broker")
    hub = open_hub(broker)
    assert not hub.ingest.health().connected
    broker.start()
    try:
        with meeting(hub, broker) as edge:
            edge.send(batch(0))
            edge.until_stored(batch(0))
    finally:
        broker.stop()
