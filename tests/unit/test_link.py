"""Acknowledgements, byte by byte: the broker here is a socket that follows a script."""

import contextlib
import socket
import time

import pytest

from gateway import wire
from ingest.inbox import Inbox
from ingest.link import Link
from ingest.settings import IngestSettings
from tests.batches import batch
from tests.brokers import Mosquitto, Nats, free_port
from tests.edge import Edge

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE = 0x10, 0x20, 0x30, 0x40, 0x80
TOPIC = b"kindstep/v1/hall/strap/batch"


def hub_status(online):
    return wire.encode(wire.HubStatus(online=online, start_id=1, version="0", at_us=0))


class Script:
    """One connection at a time of a broker that does what the test says."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(10)
        self.port = self._listener.getsockname()[1]
        self._connection = None
        self.told = 0  # messages of the hub

    def accept(self):
        self._connection, _ = self._listener.accept()
        self._connection.settimeout(10)
        assert self._read()[0] == CONNECT
        self._connection.sendall(bytes([CONNACK, 2, 0, 0]))
        assert self._until(SUBSCRIBE)

    def publish(self, mid, payload=b"x", *, dup=False):
        body = len(TOPIC).to_bytes(2, "big") + TOPIC + mid.to_bytes(2, "big") + payload
        self._connection.sendall(bytes([PUBLISH | 2 | 8 * dup, len(body)]) + body)

    def acknowledged(self, number):
        """Return the next acknowledgements, in order."""
        return [int.from_bytes(self._until(PUBACK), "big") for _ in range(number)]

    def hang_up(self):
        self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()

    def close(self):
        if self._connection is not None:
            self._connection.close()
        self._listener.close()

    def _until(self, wanted):
        while True:
            kind, body = self._read()
            self.told += kind & 0xF0 == PUBLISH
            if kind & 0xF0 == wanted:
                return body

    def _read(self):
        kind = self._receive(1)[0]
        length = shift = 0
        while True:
            byte = self._receive(1)[0]
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return kind, self._receive(length)

    def _receive(self, length):
        data = b""
        while len(data) < length:
            part = self._connection.recv(length - len(data))
            assert part, "the client hung up"
            data += part
        return data


@pytest.fixture
def room():
    return 100


@pytest.fixture
def inbox(room):
    return Inbox(room, 1 << 20)


@pytest.fixture
def open_link(inbox):
    with contextlib.ExitStack() as stack:

        def open_(port, **login):
            settings = IngestSettings(port=port, **login)
            link = Link(settings, "hub-1", inbox, lambda: 0, hub_status)
            link.start()
            stack.callback(link.stop)
            stack.callback(inbox.close)
            return link

        yield open_


@pytest.fixture
def broker():
    script = Script()
    yield script
    script.close()


def take(inbox, number):
    messages = []
    give_up_s = time.monotonic() + 30
    while len(messages) < number:
        assert time.monotonic() < give_up_s, messages
        messages += inbox.take(0.05)
    return messages


def payloads(messages):
    return [message.payload for message in messages]


def test_acknowledges_what_it_is_told_to_and_in_order(broker, inbox, open_link):
    link = open_link(broker.port)
    broker.accept()
    for mid in (5, 9, 7):
        broker.publish(mid)
    messages = take(inbox, 3)

    link.acknowledge(messages[:2])
    link.acknowledge(messages[2:])

    assert broker.acknowledged(3) == [5, 9, 7]


def test_acknowledges_once_what_came_twice(broker, inbox, open_link):
    link = open_link(broker.port)
    broker.accept()
    broker.publish(1, b"a")
    broker.publish(1, b"a", dup=True)  # it waited too long
    broker.publish(2, b"b")
    messages = take(inbox, 2)
    link.acknowledge(messages)
    assert broker.acknowledged(2) == [1, 2]

    broker.publish(1, b"a", dup=True)  # sent before our acknowledgement came
    broker.publish(1, b"c")  # the number was free again
    again = take(inbox, 1)
    link.acknowledge(again)

    assert payloads([*messages, *again]) == [b"a", b"b", b"c"]
    assert broker.acknowledged(1) == [1]


def test_acknowledges_nothing_on_a_later_connection(broker, inbox, open_link):
    link = open_link(broker.port)
    broker.accept()
    broker.publish(1, b"old")
    (old,) = take(inbox, 1)
    broker.hang_up()
    broker.accept()
    broker.publish(1, b"new")
    broker.publish(2, b"newer")
    new, newer = take(inbox, 2)

    link.acknowledge([old])
    link.acknowledge([newer, new])

    assert broker.acknowledged(2) == [2, 1]


def test_says_how_it_is_once_however_long_nobody_listened(broker, inbox, open_link):
    link = open_link(broker.port)
    for _ in range(5):
        link.publish_status()

    broker.accept()
    broker.publish(1)
    link.acknowledge(take(inbox, 1))

    assert broker.acknowledged(1) == [1]
    assert broker.told == 1


@pytest.mark.parametrize("room", [2])
def test_a_full_inbox_stops_reading_and_loses_nothing(broker, inbox, open_link):
    link = open_link(broker.port)
    broker.accept()
    for mid in range(1, 9):
        broker.publish(mid)
    seen = 0
    while seen < 8:
        waiting = take(inbox, 1)
        assert len(waiting) <= 2
        seen += len(waiting)
        link.acknowledge(waiting)

    assert broker.acknowledged(8) == list(range(1, 9))


def test_a_broker_that_lost_its_memory_loses_nothing_new(tmp_path, inbox, open_link):
    broker = Mosquitto(tmp_path / "broker").start()
    login = {"user": "hub", "password_file": broker.password_file}
    link = open_link(broker.port, **login)
    try:
        assert link.connected.wait(30)
        edge = Edge(broker.port)
        old = send_until_heard(edge, inbox, 10)
        broker.kill()
        (broker.folder / "mosquitto.db").unlink(missing_ok=True)
        broker.start()
        new = send_until_heard(edge, inbox, 10, first=100)
        assert {message.mid for message in old} & {message.mid for message in new}

        link.acknowledge(old)
        edge.close()
        link.stop()  # what it did not acknowledge is delivered to the next
        open_link(broker.port, **login)
        missed = set(payloads(new))
        while missed:
            missed -= set(payloads(take(inbox, 1)))
    finally:
        broker.stop()


def test_statuses_take_no_place_of_a_batch(tmp_path, inbox, open_link):
    """A broker passes over what goes beyond its bound, and comes back to it after ack_wait."""
    broker = Nats(tmp_path / "broker")
    broker.ack_wait, broker.max_ack_pending = "60s", 20
    broker.start()
    login = {"user": "hub", "password_file": broker.password_file}
    edge = Edge(broker.port)
    try:
        link = open_link(broker.port, **login)
        link.acknowledge(send_until_heard(edge, inbox, 1))
        link.stop()
        edge.send(*[batch(n, device="later") for n in range(60)])

        link = open_link(broker.port, **login)
        later = set()
        while len(later) < 60:
            messages = take(inbox, 1)
            later |= {m.payload for m in messages if b"later" in m.payload}
            link.acknowledge(messages)
    finally:
        edge.close()
        broker.stop()


def send_until_heard(edge, inbox, number, first=0):
    """Send until the hub's subscription is in place, and return what it heard."""
    while True:
        edge.send(batch(first, device="probe"))
        heard = inbox.take(0.2)
        if any(b"probe" in message.payload for message in heard):
            break
    edge.send(*[batch(first + n) for n in range(number)])
    messages = []
    while len(messages) < number:
        messages += [
            m for m in take(inbox, 1) if wire.decode_batch(m.payload).device != "probe"
        ]
    return messages


def test_a_wrong_password_is_said_aloud(tmp_path, open_link, caplog):
    broker = Nats(tmp_path / "broker").start()
    wrong = tmp_path / "wrong"
    wrong.write_text("sesame")
    try:
        link = open_link(broker.port, user="hub", password_file=wrong)
        give_up_s = time.monotonic() + 30
        while "refuses the hub" not in caplog.text:
            assert time.monotonic() < give_up_s
            time.sleep(0.01)
        assert not link.connected.is_set()
    finally:
        broker.stop()


def test_leaves_while_nobody_is_there(open_link):
    link = open_link(free_port())
    begun_s = time.monotonic()

    link.stop()

    assert time.monotonic() - begun_s < 2
