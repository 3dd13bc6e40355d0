import asyncio
import contextlib
import json
import signal
import socket
import sys
import textwrap

import psutil
import pytest
from bumble.device import Device
from bumble.hci import Address
from bumble.host import Host
from bumble.transport import open_transport

from firmware_sims import control
from firmware_sims.air import Air
from firmware_sims.descriptions import read_devices
from firmware_sims.fleet import Fleet, Refused
from firmware_sims.glasses import MOTION
from firmware_sims.hci_port import HciPort
from tests.unit.sims_central import Central, address, joined, samples_of

GLASSES = {"kind": "glasses", "serial": "G1", "wearer": {"seed": 1, "program": [["desk", 9]]}}
STRAP = {"kind": "strap", "serial": "S1", "wearer": {"seed": 2, "program": [["desk", 60]]}}


class Stage:
    """A fleet in this process, the line to it and two gateways' ports."""

    def __init__(self, fleet, line, ports):
        self.fleet, self.line = fleet, line
        self.kitchen, self.garden = ports

    async def ask(self, op, **fields):
        return await control.ask(self.line, op, **fields)

    async def glasses(self, **options):
        await self.ask("add", device=GLASSES | options)
        return self.fleet.devices["G1"]


@pytest.fixture
async def stage():
    air = Air()
    ports = [HciPort(air, "kitchen"), HciPort(air, "garden")]
    async with asyncio.TaskGroup() as group:
        fleet = Fleet(air, group)
        for port in ports:
            await port.open()
        server, line = await control.listen(fleet, "127.0.0.1:0")
        yield Stage(fleet, line, ports)
        server.close()
        for port in ports:
            port.close()
        await fleet.power_off()


@contextlib.asynccontextmanager
async def gateway(port, own=None):
    """A host in a process of its own, as far as the port can tell."""
    transport = await open_transport(port.transport)
    device = Device("gateway", Address(own or address()), host=Host(*transport))
    await device.power_on()
    try:
        yield device
    finally:
        transport.sink.transport.abort()


async def test_a_host_behind_a_port_hears_everything(stage):
    glasses = await stage.glasses(remembered_s=600)
    async with gateway(stage.kitchen) as device:
        heard = await (await Central.connect(device, glasses)).listen(MOTION)
        await stage.ask("freeze")
        measured = (await stage.ask("counters"))["G1"]["measured"]
        values = await heard.until(lambda values: samples_of(values) >= measured)

    assert measured >= 30_000
    assert len(joined(values)) == measured


async def test_a_host_that_does_not_read_is_waited_for(stage):
    glasses = await stage.glasses(remembered_s=3600)
    async with gateway(stage.kitchen) as device:
        stream = device.host.hci_sink.transport
        stream.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        central = await Central.connect(device, glasses)
        heard = await central.listen(MOTION)
        stream.pause_reading()
        await asyncio.sleep(0.3)
        stalled = glasses.sent_samples
        stream.resume_reading()
        values = await heard.until(lambda values: samples_of(values) >= 180_000)

    assert stalled < 100_000
    assert len(joined(values)) >= 180_000


async def test_a_killed_gateway_comes_back_to_the_same_port(stage):
    glasses, own = await stage.glasses(), address()
    async with gateway(stage.kitchen, own) as device:
        await Central.connect(device, glasses)

    async with gateway(stage.kitchen, own) as device:
        await (await Central.connect(device, glasses)).read(0x2A19)
        assert glasses.connected == 1


async def test_a_dead_gateways_connection_times_out(stage):
    glasses = await stage.glasses()
    async with gateway(stage.kitchen) as device:
        await Central.connect(device, glasses)
        ended = asyncio.Event()
        next(iter(glasses.device.connections.values())).on(
            "disconnection", lambda _: ended.set()
        )

    await asyncio.wait_for(ended.wait(), 30)
    assert glasses.connected == 0


async def test_a_device_is_carried_from_one_gateway_to_the_other(stage):
    glasses = await stage.glasses(away_from=["garden"])
    async with gateway(stage.kitchen) as kitchen, gateway(stage.garden) as garden:
        first = await Central.connect(kitchen, glasses)
        await stage.ask("set_range", device="G1", in_range=False, gateway="kitchen")
        await stage.ask("set_range", device="G1", in_range=True, gateway="garden")
        await asyncio.wait_for(first.gone.wait(), 30)
        second = await Central.connect(garden, glasses)

        assert await second.read(0x2A25) == b"G1"


async def test_a_device_can_be_made_to_talk_nonsense(stage):
    glasses = await stage.glasses()
    async with gateway(stage.kitchen) as device:
        heard = await (await Central.connect(device, glasses)).listen(MOTION)
        await stage.ask("malform", device="G1")
        values = await heard.until(bool)

    assert values == [b"\xff"]


async def test_time_can_be_made_to_jump(stage):
    await stage.glasses()
    await stage.ask("advance", seconds=3600)

    assert (await stage.ask("counters"))["G1"]["measured"] >= 180_000


async def test_glasses_that_are_off_can_be_given_a_past(stage):
    await stage.ask("add", device=GLASSES, on=False)
    await stage.ask("remember", device="G1", seconds=60)
    await stage.ask("power", device="G1", on=True)
    before = (await stage.ask("counters"))["G1"]
    await stage.ask("reboot", device="G1")

    assert before["measured"] >= 3000
    assert (await stage.ask("counters"))["G1"]["boot"] == 2


async def test_how_a_device_is_heard_can_be_changed(stage):
    glasses = await stage.glasses()
    await stage.ask("set_air", device="G1", rssi_dbm=-80, latency_s=0.01)

    path = stage.fleet.air.path(glasses)
    assert (path.rssi_dbm, path.latency_s) == (-80, 0.01)


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"op": "reboot", "device": "G9"}, "there is no G9"),
        ({"op": "reboot", "device": "S1"}, "no pair of glasses"),
        ({"op": "add", "device": STRAP}, "S1 already"),
        ({"op": "add", "device": {"kind": "strap", "serial": "S2"}}, "wearer or a recording"),
        ({"op": "fly"}, "fly"),
    ],
)
async def test_what_cannot_be_done_is_refused_in_words(stage, request_, words):
    await stage.ask("add", device=STRAP)

    with pytest.raises(Refused, match=words):
        await stage.ask(**request_)


def test_devices_without_an_address_have_one_of_their_own():
    one, again, other = (
        read_devices(json.dumps([STRAP | {"serial": serial}]))[0]._address()
        for serial in ("S1", "S1", "S2")
    )

    assert one == again != other
    assert int(one[:2], 16) >= 0xC0


def process(*arguments):
    return asyncio.create_subprocess_exec(
        sys.executable, "-m", "firmware_sims", *arguments, stdout=asyncio.subprocess.PIPE
    )


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
async def test_a_process_says_where_it_is_and_ends_when_told(stop, tmp_path):
    path = tmp_path / "devices.json"
    path.write_text(json.dumps([GLASSES, STRAP]))
    sims = await process(
        *("--devices", str(path)),
        *("--hci", "tcp-server:127.0.0.1:0", "--hci", "garden=tcp-server:127.0.0.1:0"),
        *("--control", f"unix:{tmp_path}/line"),
    )
    ready = json.loads(await sims.stdout.readline())

    assert list(ready["hci"]) == ["gateway-1", "garden"]
    assert set(await control.ask(ready["control"], "counters")) == {"G1", "S1"}
    sims.send_signal(stop)
    assert await asyncio.wait_for(sims.wait(), 2) == 0


async def test_a_process_ends_with_the_one_that_started_it():
    parent = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        textwrap.dedent("""
            import subprocess, sys
            subprocess.Popen([sys.executable, "-m", "firmware_sims"]).wait()
        """),
        stdout=asyncio.subprocess.PIPE,
    )
    sims = psutil.Process(json.loads(await parent.stdout.readline())["pid"])
    parent.kill()
    try:
        await asyncio.wait_for(parent.stdout.read(), 30)  # its end: the sims hold it open too
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            sims.kill()  # by this very handle, should it live on
    await parent.wait()


async def test_a_wrong_device_is_said_before_anything_starts():
    sims = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "firmware_sims", "--devices", '[{"kind": "ring"}]'),
        stderr=asyncio.subprocess.PIPE,
    )
    _, words = await sims.communicate()

    assert sims.returncode == 1
    assert b"$[0].kind" in words
