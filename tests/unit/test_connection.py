"""One connection's resources, and the ways in which there is none."""

import asyncio
import gc
import socket
import threading
import time
from pathlib import Path

import pytest

from gateway import connection
from gateway.connection import Login, Will, connect
from tests.brokers import PASSWORD, Nats, free_port

WILL = Will("kindstep/v1/hall/status", b"gone")
TOPICS = ["kindstep/v1/hall/watermark"]


@pytest.fixture
def broker(tmp_path):
    broker = Nats(tmp_path / "broker")
    yield broker.start()
    broker.stop()


def login(port, password=PASSWORD):
    return Login("127.0.0.1", port, "0123456789abcdef", "hall", password)


def held():
    """Count what a connection could leave behind, once its thread has ended."""
    for thread in threading.enumerate():
        if thread.name.startswith("paho"):
            thread.join(5)
    return len(list(Path("/dev/fd").iterdir())), threading.active_count()


async def test_connections_leave_nothing_behind(broker):
    gc.disable()
    try:
        before = held()
        for _ in range(12):
            async with connect(login(broker.port), WILL, TOPICS, print):
                pass
            with pytest.raises(ConnectionError):
                await refused(broker.port)
            with pytest.raises(ConnectionError):
                await refused(1)
        assert held() == before
    finally:
        gc.enable()


async def refused(port):
    async with connect(login(port, "let me in"), WILL, TOPICS, print):
        pytest.fail("connected")


async def test_says_why_there_is_none(broker):
    with pytest.raises(ConnectionError, match="Not authorized"):
        await refused(broker.port)
    with pytest.raises(ConnectionError, match="refused"):
        await refused(free_port())
    with pytest.raises(ConnectionError, match="nowhere"):
        async with connect(Login("nowhere.invalid", 1883, "id", "hall"), WILL, TOPICS, print):
            pytest.fail("connected")


@pytest.fixture
def impolite(monkeypatch):
    """Take leave in no time, so that all other waits are seen."""
    monkeypatch.setattr(connection, "_CLOSE_TIMEOUT_S", 0.1)


@pytest.mark.usefixtures("impolite")
async def test_who_answers_nothing_does_not_hold_up_a_stop():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        connecting = asyncio.create_task(refused(silent.getsockname()[1]))
        silent.setblocking(False)
        accepted, _ = await asyncio.get_running_loop().sock_accept(silent)
        began = time.monotonic()
        connecting.cancel()
        with accepted, pytest.raises(asyncio.CancelledError):
            await connecting

    assert time.monotonic() - began < 1.5


@pytest.mark.usefixtures("impolite")
async def test_who_does_not_even_accept_does_not_hold_up_a_stop():
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        with socket.create_connection(address):
            connecting = asyncio.create_task(refused(address[1]))
            await asyncio.sleep(0.05)  # nothing happens, and that is what is waited for
            began = time.monotonic()
            connecting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await connecting

    assert time.monotonic() - began < 1.5
