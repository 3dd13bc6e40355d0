"""A running gateway, asked from the command line of its machine and from outside."""

import asyncio
import contextlib
import json
import re
import sqlite3
import struct
import subprocess
import urllib.request

import pytest

from gateway import wire
from kindstep import process
from tests.brokers import free_port
from tests.system import System, name_of
from tests.unit.test_metrics import read

GLASSES = {"kind": "glasses", "serial": "G1", "wearer": {"seed": 1, "program": [["desk", 60]]}}
STRAP = {"kind": "strap", "serial": "S1", "wearer": {"seed": 2, "program": [["desk", 60]]}}


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
    assert sum(value for (name, *_), value in scraped.items() if name == "slots_used") == 2
    assert "2 slots used" in words
    assert rung == [1]
    assert cannot.returncode == 1
    assert "it cannot ring" in cannot.stderr


def scrape(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        return read(answer.read().decode())


async def test_a_scan_lists_what_is_near_and_names_nobody(system):
    said = await asked(system, "scan", "--seconds", "1")

    *heard, summed = said.splitlines()
    assert summed == "2 heard, 2 supported"
    assert sorted(" ".join(line.split()[:3]) for line in heard) == [
        "-55 dBm glasses",
        "-55 dBm heart_rate_strap",
    ]
    assert "Heart Rate 180D" in said
    for serial, counted in (await system.sims.counters()).items():
        assert serial not in said.replace("180D", "")
        assert counted["address"].split("/")[0] not in said


async def test_a_minute_with_the_radio_makes_a_report_that_names_nobody(system):
    report = system.root / "report.json"
    settings = ("--settings", str(system.root / "home.toml"))
    use = ("--radio", "--seconds", "3", "--report", str(report))
    command = process.kindstep("doctor", *settings, *use)
    await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)

    told = json.loads(report.read_text())
    assert told["heard"]["kinds"] == {"glasses": 1, "heart_rate_strap": 1}
    assert {it["kind"]: it["state"] for it in told["streamed"]["devices"]} == {
        "glasses": "streaming",
        "heart_rate_strap": "streaming",
    }
    assert all(it["samples"] > 1 for it in told["streamed"]["devices"])
    assert told["traffic"]["notifications"] > 3
    for device in (GLASSES, STRAP):
        assert name_of(device) not in report.read_text()
    assert (
        len(spooled(system)) == told["traffic"]["batches"]
    )  # a device may forget it: it is kept


async def test_what_it_logs_names_nobody_and_no_value(system):
    log = system.root / "log"
    settings = ("--settings", str(system.root / "home.toml"))
    command = process.kindstep("--log", "json", "-v", "gateway", *settings)
    with log.open("w") as said, process.child(command, stderr=said.fileno()):
        await system.until(lambda: len(spooled(system)) > 10)
        await system.sims.ask("malform", device="S1")
        await system.until(lambda: "malformed:2a37" in log.read_text())
        await asked(system, "restart", name_of(GLASSES))
        await system.until(lambda: "restarted" in log.read_text())

    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert {line["level"] for line in lines} >= {"info", "warning"}
    assert all(line.keys() == {"at", "level", "part", "says"} for line in lines)
    says = " ".join(line["says"] for line in lines)
    for serial, counted in (await system.sims.counters()).items():
        assert counted["address"].split("/")[0] not in says
        assert serial not in says
    measured = {
        str(value)
        for batch in spooled(system)
        if batch.stream in {"heart_rate", "rr"}  # others are as small as digits of an address
        for (value,) in struct.iter_unpack("<h", batch.samples)
    }
    assert measured
    assert not measured & set(re.findall(r"\d+", says))


def spooled(system):
    """Give what waits in the spool; another process may hold it."""
    spool = f"{system.spool('home').as_uri()}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(spool, uri=True)) as db:
            return [
                wire.decode_batch(row) for (row,) in db.execute("SELECT payload FROM batch")
            ]
    except sqlite3.OperationalError:  # not yet made
        return []
