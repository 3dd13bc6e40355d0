"""The whole gateway beside a radio that is not there: it says so, and stops when asked."""

import asyncio
import contextlib
import threading
import time

import pytest

from gateway import service
from gateway.settings import BrokerAddress, GatewaySettings
from tests.brokers import Nats, free_port
from tests.hub_double import Hub


@pytest.fixture
def broker(tmp_path):
    broker = Nats(tmp_path / "broker")
    yield broker.start()
    broker.stop()


@pytest.fixture
def settings(broker, tmp_path):
    return GatewaySettings(
        name="hall",
        site="home",
        radio=f"tcp-client:127.0.0.1:{free_port()}",
        broker=BrokerAddress(
            host="127.0.0.1", port=broker.port, password_file=broker.password_file
        ),
        spool=tmp_path / "spool.db",
    )


@pytest.fixture
async def hub(broker):
    hub = Hub(broker.port)
    yield await hub.ready()
    hub.close()


async def test_reports_until_it_is_stopped(settings, hub):
    stop = asyncio.Event()
    serving = asyncio.create_task(service.serve(settings, stop=stop))
    await hub.until_told(lambda it: it.online)

    began = time.monotonic()
    stop.set()
    await serving

    assert time.monotonic() - began < 2
    await hub.until_told(lambda it: not it.online)
    assert "spool" not in {thread.name for thread in threading.enumerate()}


async def test_stops_in_time_without_a_broker(settings, broker):
    broker.kill()
    serving = asyncio.create_task(service.serve(settings))
    await asyncio.sleep(0.05)  # nothing happens, and that is what is waited for

    began = time.monotonic()
    serving.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await serving

    assert time.monotonic() - began < 2


async def test_says_it_again_after_a_restart(settings, hub):
    for starts in (1, 2):
        stop = asyncio.Event()
        serving = asyncio.create_task(service.serve(settings, stop=stop))
        await hub.until_told(lambda it: it.online)
        stop.set()
        await serving
        await hub.until_told(lambda it: not it.online)
        assert len({status.start_id for status in hub.statuses}) == starts
