"""What is asked of BlueZ, on a D-Bus of the test's own, by objects as its documents say."""

import asyncio
import contextlib
import shutil
import subprocess
from collections import Counter
from dataclasses import replace

import pytest
from bleak.backends.scanner import BaseBleakScanner
from bleak.exc import BleakError
from dbus_fast.aio import MessageBus
from dbus_fast.constants import PropertyAccess
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property

from gateway.adapter import open_adapter
from gateway.backends import bluez
from gateway.listener import Listener
from gateway.patience import Patience

OURS, OTHERS, AWAY, ELSEWHERE = (f"F0:00:00:00:06:0{n}" for n in range(4))

pytestmark = pytest.mark.skipif(
    shutil.which("dbus-daemon") is None, reason="needs dbus-daemon: apt-get install dbus"
)


class Device(ServiceInterface):
    """One that BlueZ knows."""

    def __init__(self, address, connected):
        super().__init__("org.bluez.Device1")
        self.address, self.is_connected = address, connected

    @dbus_property(PropertyAccess.READ)
    def Address(self) -> "s":  # noqa: F821, N802 - a D-Bus signature, and BlueZ's name
        return self.address

    @dbus_property(PropertyAccess.READ)
    def Connected(self) -> "b":  # noqa: F821, N802 - D-Bus's name and type
        return self.is_connected

    @dbus_method()
    def Disconnect(self):  # noqa: N802 - D-Bus's name
        self.is_connected = False


class Silent(BaseBleakScanner):
    """A scanner that hears nothing: nobody needs a radio for this."""

    def __init__(self, detection_callback, service_uuids, *_, **__):
        super().__init__(detection_callback, service_uuids)

    async def start(self):
        self.seen_devices = {}

    async def stop(self):
        pass


@pytest.fixture
def address(monkeypatch):
    """Run a bus, and let it be the system's for this test."""
    command = ["dbus-daemon", "--session", "--nofork", "--nosyslog", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        address = daemon.stdout.readline().strip()
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        yield address
        daemon.terminate()


@pytest.fixture
async def devices(address):
    """Devices of a BlueZ with two adapters; one of them is connected for another program."""
    bus = await MessageBus(bus_address=address).connect()
    devices = {
        OURS: Device(OURS, True),
        OTHERS: Device(OTHERS, True),
        AWAY: Device(AWAY, False),
        ELSEWHERE: Device(ELSEWHERE, True),
    }
    for each in devices.values():
        adapter = "hci1" if each.address == ELSEWHERE else "hci0"
        bus.export(f"/org/bluez/{adapter}/dev_{each.address.replace(':', '_')}", each)
    await bus.request_name("org.bluez")
    yield devices
    bus.disconnect()


@pytest.mark.parametrize(
    ("adapter", "connected"),
    [("hci0", {OURS, OTHERS}), ("hci1", {ELSEWHERE}), (None, {OURS, OTHERS, ELSEWHERE})],
)
@pytest.mark.usefixtures("devices")
async def test_says_whom_an_adapter_is_connected_to(adapter, connected):
    async with bluez.opened(adapter) as stack:
        assert await stack.connected() == connected
        await stack.disconnect(OURS)
        await stack.disconnect(AWAY)
        assert await stack.connected() == connected - ({OURS} if OURS in connected else set())


async def test_a_connection_that_nobody_holds_is_ended_and_no_other(devices, tmp_path):
    counts = Counter()

    @contextlib.asynccontextmanager
    async def opened():
        async with open_adapter("hci0", 4, tmp_path / "bonds") as adapter:
            adapter.called.add(OURS)
            yield replace(adapter, scanner_arguments={"backend": Silent})

    listener = Listener("hci0", opened, None, Patience(reconcile_s=0.02), counts)
    listening = asyncio.create_task(listener.run())
    async with asyncio.timeout(10):
        while devices[OURS].is_connected:  # noqa: ASYNC110 - a stack gives no event
            await asyncio.sleep(0.01)
    listening.cancel()
    await asyncio.wait({listening})

    assert devices[OTHERS].is_connected
    assert counts["slots_leaked"] == 1


@pytest.mark.usefixtures("address")
async def test_a_bus_without_bluez_says_so():
    async with bluez.opened("hci0") as stack:
        with pytest.raises(BleakError, match="BlueZ"):
            await stack.connected()


async def test_without_a_bus_there_is_no_view(monkeypatch, tmp_path):
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/none")

    async with bluez.opened("hci0") as stack:
        assert stack is None
