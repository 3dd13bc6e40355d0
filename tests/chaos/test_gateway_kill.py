"""A gateway killed between spool and hub: the next goes on where it was."""

import contextlib
import signal
import subprocess
import sys

import pytest

from gateway.spool import Spool
from tests.batches import batch
from tests.brokers import BROKERS, free_port
from tests.hub_double import Hub

pytestmark = pytest.mark.chaos

BATCHES = 1_000


@pytest.fixture(params=BROKERS.values(), ids=list(BROKERS))
def broker(request, tmp_path):
    broker = request.param(tmp_path / "broker")
    yield broker.start()
    broker.stop()


@pytest.fixture
async def hub(broker):
    hub = Hub(broker.port)
    yield await hub.ready()
    hub.close()


@pytest.fixture
def settings(broker, tmp_path):
    path = tmp_path / "kindstep.toml"
    path.write_text(
        f"""
        [gateway]
        name = "hall"
        site = "home"
        radio = "tcp-client:127.0.0.1:{free_port()}"  # none: this is about what was kept before
        spool = "{tmp_path}/spool.db"
        [gateway.broker]
        host = "127.0.0.1"
        port = {broker.port}
        password_file = "{broker.password_file}"
        """
    )
    return path


@contextlib.contextmanager
def killed_gateway(settings):
    """Run a gateway's process, and kill it at the end of the block."""
    command = [sys.executable, "-m", "kindstep", "gateway", "--settings", settings]
    with subprocess.Popen(command) as process:
        try:
            yield
        finally:
            process.send_signal(signal.SIGKILL)


async def test_nothing_kept_is_lost(hub, settings, tmp_path):
    with Spool(tmp_path / "spool.db", limit_bytes=64 << 20) as spool:
        await spool.keep([batch(n) for n in range(BATCHES)])

    with killed_gateway(settings):
        await hub.until(lambda: len(hub.stored()) > 300)
    await hub.until_told(lambda it: not it.online)  # its last will
    with killed_gateway(settings):
        await hub.until(lambda: len(hub.stored()) == BATCHES)

    assert {sent.sequence: sent for sent in hub.heard} == {n: batch(n) for n in range(BATCHES)}
