"""A running gateway, asked from the command line of its machine and from outside."""

import asyncio
import json
import subprocess
import urllib.request

import pytest

from kindstep import process
from tests.brokers import free_port
from tests.system import System, name_of
from tests.unit.test_metrics import read

GLASSES = {"kind": "glasses", "serial": "G1", "wearer": {"seed": 1}}
STRAP = {"kind": "strap", "serial": "S1", "wearer": {"seed": 2}}


@pytest.fixture
def metrics_port():
    return free_port()


@pytest.fixture
def system(tmp_path, metrics_port):
    settings = f"metrics_port = {metrics_port}"
    with System(tmp_path, [GLASSES, STRAP], gateway_settings=settings) as system:
        yield system


def run(system, *verb):
    command = process.kindstep("gateway", "--settings", str(system.root / "home.toml"), *verb)
    return subprocess.run(command, capture_output=True, text=True, check=False)


async def asked(system, *verb):
    """Give what a verb says, once it is done; the gateway goes on meanwhile."""
    ended = await asyncio.to_thread(run, system, *verb)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


async def status(system):
    return json.loads(await asked(system, "status", "--json"))


def streaming(told):
    return {seen["device"] for seen in told["devices"] if seen["state"] == "streaming"}


async def test_a_gateway_alone_can_be_asked(system, metrics_port):
    nobody = run(system, "status")
    system.start("home")
    both = {name_of(GLASSES), name_of(STRAP)}
    await system.until(lambda: not run(system, "status").returncode)

    async def both_stream():
        told = await status(system)
        return streaming(told) == both and told["traffic"].get("batches", 0) > 5

    await system.until(both_stream)
    words = await asked(system, "status")
    scraped = await asyncio.to_thread(scrape, metrics_port)
    await asked(system, "alert", name_of(GLASSES), "mild")
    rung = (await system.counters(GLASSES))["alerts"]
    cannot = run(system, "alert", name_of(STRAP))

    assert nobody.returncode == 1
    assert "no gateway runs here" in nobody.stderr
    for device in both:
        assert f"\n{device} " in words
    assert scraped["devices", "streaming"] == 2
    assert scraped["notifications_total",] > 0
    assert scraped["spool_batches",] > 0
    assert rung == [1]
    assert cannot.returncode == 1
    assert "it cannot ring" in cannot.stderr


def scrape(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        return read(answer.read().decode())
