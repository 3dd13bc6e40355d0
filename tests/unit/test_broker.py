"""The embedded broker: the real server under the real supervisor."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import paho.mqtt.client as paho
import psutil
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from gateway import wire
from gateway.pace import Pace
from gateway.spool import Spooled
from gateway.window import Window
from kindstep.broker import Broker, BrokerUnusable
from kindstep.tethered import Tethered
from tests.brokers import free_port

USERS = {"hub": "h", "hall": "one", "attic": "two"}


@pytest.fixture
def open_broker(tmp_path):
    with contextlib.ExitStack() as stack:

        def open_(port=None, users=USERS, meanwhile=None, **options):
            broker = Broker(tmp_path / "the broker", port or free_port(), users, **options)
            stack.callback(broker.stop)
            if meanwhile:
                threading.Thread(target=meanwhile, args=(broker,)).start()
            broker.start()
            return broker

        yield open_


class Client:
    """Anyone with a name and a password."""

    def __init__(self, broker, user, password, topics=()):
        self.heard = []
        self.refused = None
        self.losses = 0
        self._topics = topics
        self._answered = threading.Event()
        self._client = paho.Client(CallbackAPIVersion.VERSION2)
        self._client.username_pw_set(user, password)
        self._client.reconnect_delay_set(0.05, 0.1)
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = lambda *_: self._answered.set()
        self._client.on_disconnect = self._on_disconnect
        self._client.on_message = lambda *heard: self.heard.append(heard[-1].topic)
        self._client.connect("127.0.0.1", broker.port)
        self._client.loop_start()
        assert self._answered.wait(30)

    def say(self, topic, payload=b"x", *, retain=False):
        self._client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(30)

    def close(self):
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(self, client, _data, _flags, reason, _properties):
        self.refused = reason.is_failure
        if self._topics and not self.refused:
            client.subscribe([(topic, 1) for topic in self._topics])
        else:
            self._answered.set()

    def _on_disconnect(self, *_):
        self.losses += 1


@pytest.fixture
def join():
    with contextlib.ExitStack() as stack:

        def open_(broker, user, *topics, password=None):
            client = Client(broker, user, password or USERS[user], topics)
            stack.callback(client.close)
            return client

        yield open_


def until(happened, timeout_s=30):
    give_up_s = time.monotonic() + timeout_s
    while not happened():
        assert time.monotonic() < give_up_s
        time.sleep(0.01)  # another process gives no event


def retained(broker, join):
    """Give what is told to somebody who comes now, within half a second."""
    hub = join(broker, "hub", wire.STATUSES)
    with contextlib.suppress(AssertionError):
        until(lambda: hub.heard, 0.5)
    return hub.heard


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def gone(pid):
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_listens_once_it_started_and_no_more_once_it_stopped(open_broker):
    broker = open_broker()
    assert listens(broker.port)
    pid = broker.pid
    begun_s = time.monotonic()

    broker.stop()

    assert time.monotonic() - begun_s < 2
    assert (broker.pid, listens(broker.port), gone(pid)) == (None, False, True)


def test_listens_nowhere_but_here(open_broker):
    broker = open_broker()

    addresses = {
        connection.laddr.ip
        for connection in psutil.Process(broker.pid).net_connections()
        if connection.status == psutil.CONN_LISTEN
    }

    assert addresses == {"127.0.0.1"}


def test_keeps_its_passwords_to_itself(open_broker, tmp_path):
    open_broker()

    configuration = tmp_path / "the broker" / "broker.conf"
    assert configuration.stat().st_mode & 0o077 == 0
    assert configuration.parent.stat().st_mode & 0o077 == 0


def test_a_port_in_use_is_said(open_broker):
    port = open_broker().port

    with pytest.raises(BrokerUnusable, match=f"127.0.0.1:{port}: Address already in use"):
        open_broker(port)


def test_a_broker_that_cannot_start_says_why(tmp_path, open_broker):
    (tmp_path / "the broker").mkdir()
    (tmp_path / "the broker" / "messages").write_text("a file where a folder belongs")

    with pytest.raises(BrokerUnusable, match="storage directory is not"):
        open_broker()


def test_a_broker_killed_while_it_starts_starts_again(open_broker):
    victims = []

    def kill_once(broker):
        until(lambda: broker.pid)
        victims.append(broker.pid)
        os.kill(broker.pid, signal.SIGKILL)

    broker = open_broker(meanwhile=kill_once)

    assert listens(broker.port)
    assert broker.pid not in victims


def test_a_killed_broker_comes_back_with_what_it_held(open_broker, join):
    broker = open_broker()
    join(broker, "hall").say(wire.status_topic("hall"), retain=True)
    # What is retained it writes after it has answered, and tells of once it is written.
    until(lambda: retained(broker, join) == [wire.status_topic("hall")])
    first = broker.pid

    os.kill(first, signal.SIGKILL)
    until(lambda: broker.pid not in {None, first} and listens(broker.port))

    until(lambda: retained(broker, join) == [wire.status_topic("hall")])


def test_a_gateway_speaks_and_hears_only_what_is_its_own(open_broker, join):
    broker = open_broker()
    own, others = wire.batch_topic("hall", "strap"), wire.batch_topic("attic", "strap")
    hub = join(broker, "hub", "kindstep/#")
    marks = [wire.watermark_topic("attic"), wire.watermark_topic("hall")]
    hall = join(broker, "hall", *marks, wire.HUB_STATUS, own)
    for topic in (others, wire.HUB_STATUS, own):
        hall.say(topic)
    until(lambda: own in hub.heard)
    for topic in (*marks, wire.HUB_STATUS):
        hub.say(topic)
    until(lambda: len(hall.heard) >= 2 and wire.HUB_STATUS in hub.heard)

    assert hub.heard == [own, *marks, wire.HUB_STATUS]
    # Nobody promises an order between two subscriptions.
    assert sorted(hall.heard) == sorted([marks[1], wire.HUB_STATUS])


@pytest.mark.parametrize(
    ("user", "password"), [("hall", "wrong"), ("cellar", "one"), ("", "x")]
)
def test_strangers_stay_outside(open_broker, join, user, password):
    assert join(open_broker(), user, password=password).refused


def test_takes_new_users_without_disturbing_others(open_broker, join):
    broker = open_broker()
    hall = join(broker, "hall")

    broker.set_users({**USERS, "cellar": "three"})

    until(lambda: not join(broker, "cellar", password="three").refused)  # noqa: S106 - of a broker that lives for one test
    assert hall.losses == 0


def test_a_name_no_broker_carries_is_refused(open_broker):
    with pytest.raises(wire.BrokenContract):
        open_broker(users={"hub": "h", "a.b": "x"})


def test_one_night_without_a_hub_takes_no_more_than_half_the_store(open_broker, tmp_path):
    open_broker()
    configuration = json.loads((tmp_path / "the broker" / "broker.conf").read_text())
    patience = Pace()
    window = Window(
        size=wire.WINDOW_BATCHES,
        standstill_s=patience.standstill_s,
        alarm_s=patience.alarm_s,
    )
    now_s, windows = 0.0, 1
    window.sent(Spooled(1, "glasses-3f", 7, "accel", 0, b""), now_s)
    window.taken(1, now_s)
    while (now_s := window.look_again_s(now_s)) < 12 * 3600:
        if window.stood_still(now_s):
            window.again()
            window.sent(Spooled(1, "glasses-3f", 7, "accel", 0, b""), now_s)
            windows += 1
        window.stalled(now_s)

    assert windows > 100
    window_bytes = wire.WINDOW_BATCHES * wire.LARGEST_BATCH_BYTES
    assert windows * window_bytes <= configuration["jetstream"]["max_file"] / 2


PARENT = """
import sys, threading
from pathlib import Path
from kindstep.tethered import Tethered
child = Tethered([sys.executable, "-c", "import time; time.sleep(60)"], platform=sys.argv[1])
print(child.pid, flush=True)
threading.Event().wait()
"""


@pytest.mark.parametrize("platform", ["linux", "darwin"])
@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGTERM])
def test_a_child_never_outlives_its_parent(platform, stop):
    if platform == "linux" and sys.platform != "linux":
        pytest.skip("asks the kernel of Linux")
    command = [sys.executable, "-c", PARENT, platform]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment
    ) as parent:
        pid = int(parent.stdout.readline())
        assert not gone(pid)

        parent.send_signal(stop)

    until(lambda: gone(pid))


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_a_child_ends_when_asked(platform):
    child = Tethered([sys.executable, "-c", "import time; time.sleep(60)"], platform=platform)
    assert child.running

    child.end()

    assert child.wait() != 0
    assert not child.running
