"""A session is recorded over the air, and a simulated device says the same again."""

import asyncio
import json
import subprocess
import time

import pytest

from firmware_sims.air import Air, make_device
from firmware_sims.replayed import Replayed, Traffic
from kindstep import process
from tests.system import System, name_of
from tests.unit.sims_central import Central, address

STRAP = {"kind": "strap", "serial": "STRAP-7", "wearer": {"seed": 2, "program": [["desk", 60]]}}
HEART_RATE = "00002a37-0000-1000-8000-00805f9b34fb"
SERIAL = "00002a25-0000-1000-8000-00805f9b34fb"


def now_us():
    return time.time_ns() // 1000


def record(system, file, device=None):
    settings = ("--settings", str(system.root / "home.toml"))
    asked = ("record", "--seconds", "5", device or name_of(STRAP), str(file))
    command = process.kindstep("gateway", *settings, *asked)
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def recording(tmp_path):
    """Record a strap for some seconds; give the file and what it must not say."""
    file = tmp_path / "strap.jsonl"
    with System(tmp_path, [STRAP]) as system:
        system.start("home")

        async def recorded():
            await system.until(lambda: record(system, file).returncode == 0)
            return await system.counters(STRAP)

        counted = asyncio.run(recorded())
    return file, {counted["address"].split("/")[0], STRAP["serial"]}


def test_what_was_recorded_can_be_met_again(recording):
    file, identities = recording
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    said = [line for line in lines[2:] if line["op"] == "notify" and line["uuid"] == HEART_RATE]

    assert len(said) >= 2
    assert not [it for it in identities if it in file.read_text()]
    assert [line["value"] for line in lines[2:] if line["uuid"] == SERIAL] == [None]
    assert lines[0]["advert"]["service_uuids"][0].startswith("0000180d")
    heard, serial = asyncio.run(meet(file, len(said)))
    assert [value.hex() for value in heard] == [line["value"] for line in said]
    assert serial == b"R1"


async def meet(file, number):
    air = Air()
    device = Replayed(air, address=address(), serial="R1", traffic=Traffic(file), clock=now_us)
    gateway = make_device(air, address(), "gateway")
    await device.power_on()
    await gateway.power_on()
    central = await Central.connect(gateway, device)
    heard = await central.listen(0x2A37)
    values = await heard.until(lambda values: len(values) == number)
    serial = await central.read(0x2A25)
    await device.power_off()
    return values, serial


def test_nobody_is_recorded_who_is_not_there(tmp_path):
    with System(tmp_path, []) as system:
        nobody = record(system, tmp_path / "none.jsonl")
        system.start("home")

        async def refused():
            def unheard():
                return "has not been heard" in record(system, tmp_path / "n", "strap-1").stderr

            await system.until(unheard)

        asyncio.run(refused())

    assert "no gateway runs here" in nobody.stderr


def test_what_is_no_recording_is_refused(tmp_path):
    file = tmp_path / "other.jsonl"
    file.write_text('{"format": "other", "version": 1}\n{"table": []}\n')

    with pytest.raises(ValueError, match="is no recording of version 1"):
        Traffic(file)
