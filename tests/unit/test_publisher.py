"""The publisher against real brokers; the hub is a double that stores in memory."""

import asyncio
import collections
import contextlib
import dataclasses
import logging
import time

import pytest

from gateway import wire
from gateway.pace import Pace
from gateway.publisher import Publisher
from gateway.settings import BrokerAddress, GatewaySettings
from gateway.spool import Spool
from gateway.status import Reporter
from tests.batches import batch
from tests.brokers import BROKERS, Nats
from tests.hub_double import Hub

PACE = Pace(first_retry_s=0.02, longest_retry_s=0.1, look_s=0.02, refresh_s=0.04, forget_s=0.02)


@pytest.fixture(params=BROKERS.values(), ids=list(BROKERS))
def broker(request, tmp_path):
    broker = request.param(tmp_path / "broker")
    yield broker.start()
    broker.stop()


@pytest.fixture
def nats(tmp_path):
    broker = Nats(tmp_path / "broker")
    yield broker.start()
    broker.stop()


@pytest.fixture
def spool(tmp_path):
    with Spool(tmp_path / "spool.db", limit_bytes=64 << 20) as spool:
        yield spool


@pytest.fixture
def hubs():
    """Hubs that are gone after the test."""
    with contextlib.ExitStack() as stack:

        async def start(broker, **kind):
            hub = Hub(broker.port, **kind)
            stack.callback(hub.close)
            return await hub.ready()

        yield start


@dataclasses.dataclass
class Gateway:
    """A publisher at work, and what was asked of its radio."""

    counts: collections.Counter
    traffic: collections.Counter
    performed: list
    seen: list


@pytest.fixture
def running(spool):
    """Gateways that run until the test is over, and then stop in time."""

    @contextlib.asynccontextmanager
    async def run(broker, pace=PACE, backlog_per_s=500.0, **address):
        address = {"host": "127.0.0.1", "password_file": broker.password_file, **address}
        settings = GatewaySettings(
            name="hall",
            site="home",
            broker=BrokerAddress(port=broker.port, **address),
            spool=broker.folder / "unused",
            backlog_per_s=backlog_per_s,
        )
        counts, traffic = collections.Counter(), collections.Counter()
        performed, seen = [], []

        async def perform(command):
            performed.append(command.id)
            return wire.Answer(id=command.id, done=True, at_us=5)

        reporter = Reporter("hall", spool, lambda: seen, [counts], traffic, now_us)
        publisher = Publisher(settings, spool, reporter, perform, now_us, counts, pace)
        task = asyncio.create_task(publisher.run())
        try:
            yield Gateway(counts, traffic, performed, seen)
        finally:
            began = time.monotonic()
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            assert time.monotonic() - began < 2

    return run


def now_us():
    return time.time_ns() // 1000


def drained(hub):
    """The gateway's own word for it that nothing waits any more."""
    return hub.until_told(lambda it: it.spooled_batches == 0)


class Said(logging.Handler):
    """What the gateway's log says, to be waited for."""

    def __init__(self):
        super().__init__()
        self.lines = []
        self._news = asyncio.Event()

    def emit(self, record):
        self.lines.append(record.getMessage())
        self._news.set()

    async def until(self, text):
        async with asyncio.timeout(15):
            while not any(text in line for line in self.lines):
                self._news.clear()
                await self._news.wait()


@pytest.fixture
def said():
    handler = Said()
    logging.getLogger("gateway").addHandler(handler)
    yield handler
    logging.getLogger("gateway").removeHandler(handler)


async def test_brings_everything_in_order_and_then_forgets_it(broker, hubs, spool, running):
    hub = await hubs(broker)
    await spool.keep([batch(n) for n in range(300)])

    async with running(broker):
        await hub.until(lambda: len(hub.stored()) == 300)
        await drained(hub)

    assert hub.sequences == list(range(300))
    assert (await spool.depth()).batches == 0
    assert hub.heard[7] == batch(7)


async def test_brings_at_once_what_is_kept_later(nats, hubs, spool, running):
    hub = await hubs(nats)
    async with running(nats):
        for n in range(5):
            await spool.keep([batch(n), batch(n, stream="steps")])
            await hub.until(lambda n=n: n in hub.stored() and n in hub.stored(stream="steps"))
        await drained(hub)


async def test_never_has_more_than_a_window_beyond_the_watermark(broker, hubs, spool, running):
    hub = await hubs(broker, storing=False)
    await spool.keep([batch(n) for n in range(200)])

    async with running(broker):
        for told in (0, 1, 40, 100, 136):
            hub.tell(limit=told)
            await hub.until(lambda told=told: len(hub.stored()) == told + wire.WINDOW_BATCHES)
        assert (await spool.depth()).batches >= 64

    assert hub.widest == wire.WINDOW_BATCHES
    assert hub.sequences == list(range(200))


async def test_forgets_only_what_a_watermark_has_passed(nats, hubs, spool, running):
    hub = await hubs(nats, storing=False)
    await spool.keep([batch(n) for n in range(10)])

    async with running(nats):
        await hub.until(lambda: len(hub.stored()) == 10)
        hub.tell(limit=4)
        await spool.keep([batch(10)])
        await hub.until(lambda: len(hub.stored()) == 11)
        await hub.until_told(lambda it: it.spooled_batches == 7)

    assert [row.sequence for row in await spool.after(0, 100)] == list(range(4, 11))


async def test_a_broker_killed_in_the_middle_costs_nothing(broker, hubs, spool, running):
    hub = await hubs(broker)
    async with running(broker) as gateway:
        for part in range(3):
            await spool.keep([batch(part * 100 + n) for n in range(100)])
            await hub.until(lambda part=part: len(hub.stored()) > part * 100 + 20)
            broker.kill()
            broker.start()
        await hub.until(lambda: len(hub.stored()) == 300)
        await drained(hub)

    assert gateway.counts["set_aside"] == 0


async def test_a_broker_that_comes_last_is_waited_for(tmp_path, hubs, spool, running):
    broker = Nats(tmp_path / "broker")
    await spool.keep([batch(0)])
    async with running(broker):
        await asyncio.sleep(0.05)  # time to find nobody there
        broker.start()
        hub = await hubs(broker)
        await hub.until(lambda: hub.stored() == {0})
        await drained(hub)
    broker.stop()


async def test_a_new_hub_gets_again_what_no_watermark_has_passed(broker, hubs, spool, running):
    first = await hubs(broker, storing=False)
    await spool.keep([batch(n) for n in range(20)])

    async with running(broker):
        await first.until(lambda: len(first.stored()) == 20)
        first.tell(limit=5)
        first.close()
        second = await hubs(broker, start_id=2)
        await second.until(lambda: {*range(5, 20)} <= second.stored())


async def test_a_hub_that_was_away_gets_everything_again(nats, hubs, spool, running):
    hub = await hubs(nats, storing=False)
    await spool.keep([batch(n) for n in range(3)])

    async with running(nats):
        await hub.until(lambda: len(hub.heard) == 3)
        hub.announce()  # as it does every few seconds
        hub.announce(online=False)
        hub.announce()
        await hub.until(lambda: len(hub.heard) == 6)

    assert hub.sequences == [0, 1, 2] * 2


async def test_a_watermark_that_stands_still_brings_everything_again(
    nats, hubs, spool, running
):
    hub = await hubs(nats, storing=False)
    await spool.keep([batch(n) for n in range(3)])

    async with running(nats, dataclasses.replace(PACE, standstill_s=0.05)) as gateway:
        await hub.until(lambda: len(hub.heard) >= 9)
        hub.storing = True
        await drained(hub)

    assert hub.sequences[:9] == [0, 1, 2] * 3
    assert gateway.counts["repeated"] >= 2


async def test_while_the_hub_is_away_the_broker_gets_nothing_to_keep(
    broker, hubs, spool, running, said
):
    hub = await hubs(broker, storing=False)
    await spool.keep([batch(n) for n in range(100)])

    async def hear(statuses):
        upto = len(hub.statuses) + statuses
        await hub.until(lambda: len(hub.statuses) >= upto)

    async with running(broker, dataclasses.replace(PACE, standstill_s=0.05)) as gateway:
        await hub.until(lambda: len(hub.heard) >= 2 * wire.WINDOW_BATCHES)  # it repeats
        hub.announce(online=False)
        await said.until("the hub is away: batches wait in the spool")
        await hear(5)  # what was being chosen that moment still goes out
        before = gateway.traffic["published"]
        await hear(20)  # many standstills long
        for _ in range(2):
            broker.kill()
            broker.start()
            await hear(5)
        assert gateway.traffic["published"] == before

        hub.storing = True
        hub.announce()
        await drained(hub)
    assert hub.stored() == {*range(100)}


async def test_a_batch_that_no_hub_stores_is_an_alarm(broker, hubs, spool, running, said):
    hub = await hubs(broker, storing=False)
    await spool.keep([batch(0)])

    async with running(broker, dataclasses.replace(PACE, alarm_s=0.05)):
        await said.until("no hub says that it stored them")
        await hub.until_told(lambda it: it.counts.get("stalled") == 1)
        await spool.keep([batch(1)])
        await hub.until(lambda: len(hub.stored()) == 2)

    assert (await spool.depth()).batches == 2


@pytest.mark.parametrize("kind", BROKERS.values(), ids=list(BROKERS))
async def test_a_forbidden_publish_is_an_alarm(tmp_path, kind, hubs, spool, running, said):
    broker = kind(tmp_path / "broker", forbidden="batch").start()
    hub = await hubs(broker)
    await spool.keep([batch(0)])

    async with running(broker, dataclasses.replace(PACE, alarm_s=0.05)):
        await said.until("no hub says that it stored them")

    broker.stop()
    assert hub.heard == []
    assert (await spool.depth()).batches == 1


async def test_a_wrong_password_is_refused_and_said(nats, running, tmp_path, said):
    wrong = tmp_path / "wrong"
    wrong.write_text("let me in")

    async with running(nats, password_file=wrong):
        await said.until("Not authorized")


class SmallNats(Nats):
    """Ends the connection of whoever sends more than it likes."""

    max_payload = 4_096


@pytest.mark.parametrize("large", [{0}, {2}, {3, 4}, {0, 1, 9}])
async def test_a_batch_that_ends_the_connection_is_set_aside(
    tmp_path, hubs, spool, running, large
):
    broker = SmallNats(tmp_path / "broker").start()
    hub = await hubs(broker)
    await spool.keep([batch(n, size=2_000 if n in large else 25) for n in range(10)])

    async with running(broker) as gateway:
        await hub.until(lambda: {*range(10)} - large <= hub.stored())
        await hub.until_told(lambda it: len(it.set_aside) == len(large))

    broker.stop()
    told = {it.sequence for it in (await spool.depth()).set_aside}
    assert told == large
    assert gateway.counts["set_aside"] == len(large)


async def test_a_broker_that_bears_nothing_gets_no_batch_set_aside(
    tmp_path, hubs, spool, running
):
    broker = SmallNats(tmp_path / "broker").start()
    await spool.keep([batch(n, size=2_000) for n in range(3)])

    async with running(broker) as gateway:
        hub = await hubs(broker)
        await hub.until(lambda: len(hub.statuses) > 12)  # one for each connection
        broker.kill()
        broker.max_payload = Nats.max_payload
        broker.start()
        await hub.until(lambda: len(hub.stored()) == 3)

    broker.stop()
    assert gateway.counts["set_aside"] == 0


async def test_says_how_it_is(nats, hubs, running):
    hub = await hubs(nats, storing=False)
    async with running(nats) as gateway:
        await hub.until_told(lambda it: it.online)

        gateway.seen.append(
            wire.Seen(device="strap-1", kind="strap", state="streaming", has_memory=False)
        )
        await hub.until_told(lambda it: it.devices)
    await hub.until_told(lambda it: not it.online)


async def test_says_it_again_when_nothing_is_new(nats, hubs, spool, running):
    hub = await hubs(nats, storing=False)
    async with running(nats, dataclasses.replace(PACE, refresh_s=0.05)):
        await spool.keep([batch(0)])
        await hub.until(lambda: len(hub.statuses) > 3 and hub.statuses[-1].spooled_batches)
        assert hub.statuses[-1].oldest_spooled_us == batch(0).start_us


async def test_does_what_the_hub_asks_once(broker, hubs, running):
    hub = await hubs(broker)
    command = wire.Command(id="c1", device="x", kind="alert", level=2, expires_us=1 << 62)
    other = wire.Command(id="c2", device="x", kind="alert", level=0, expires_us=1 << 62)

    async with running(broker) as gateway:
        await hub.until(lambda: hub.statuses)
        for asked in (command, command, other):
            hub.command("hall", asked)
        await hub.until(lambda: len(hub.answers) == 2)

    assert gateway.performed == ["c1", "c2"]
    assert [(answer.id, answer.done) for answer in hub.answers] == [("c1", True), ("c2", True)]


async def test_says_that_a_command_came_too_late(nats, hubs, running):
    hub = await hubs(nats)
    async with running(nats) as gateway:
        await hub.until(lambda: hub.statuses)
        hub.command("hall", wire.Command(id="c1", device="x", kind="alert", expires_us=1))
        await hub.until(lambda: hub.answers)

    assert (hub.answers[0].done, hub.answers[0].reason) == (False, "expired")
    assert gateway.performed == []


async def test_counts_what_it_cannot_read(nats, hubs, spool, running):
    hub = await hubs(nats)
    async with running(nats):
        await hub.until(lambda: hub.statuses)
        hub.say(wire.watermark_topic("hall"), b"\xc1")
        hub.say(wire.command_topic("hall"), b"")
        await hub.until_told(lambda it: it.counts.get("malformed_from_hub") == 2)
        await spool.keep([batch(0)])
        await hub.until(hub.stored)


async def test_what_is_new_does_not_wait_behind_a_backlog(broker, hubs, spool, running):
    await spool.keep([batch(n) for n in range(3_000)])
    hub = await hubs(broker)

    async with running(broker, backlog_per_s=1_000):
        await hub.until(lambda: len(hub.heard) > 200)
        new = [batch(n, stream="steps") for n in range(100)] + [batch(3_000)]
        await spool.keep(new)
        await hub.until(lambda: len(hub.stored(stream="steps")) == 100)
        await hub.until(lambda: 3_000 in hub.stored())  # its mark still waits
        behind = len(hub.stored())
        await hub.until(lambda: len(hub.stored()) == 3_001)
        await drained(hub)

    assert behind < 2_000
    assert hub.widest <= wire.WINDOW_BATCHES
    old = [it.sequence for it in hub.heard if it.stream == "accel" and it.sequence < 3_000]
    assert old == list(range(3_000))


async def test_a_backlog_is_sent_at_a_limited_rate(nats, hubs, spool, running):
    await spool.keep([batch(n) for n in range(400)])
    hub = await hubs(nats)
    began = time.monotonic()

    async with running(nats, backlog_per_s=400):
        await hub.until(lambda: len(hub.stored()) == 400)

    assert time.monotonic() - began > 0.8
