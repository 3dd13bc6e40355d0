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
from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus
from dbus_fast.constants import PropertyAccess
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property

from gateway.adapter import open_adapter
from gateway.backends import bluez
from gateway.listener import Listener
from gateway.pairing import Pairing
from gateway.patience import Patience

OURS, OTHERS, AWAY, ELSEWHERE = (f"F0:00:00:00:06:0{n}" for n in range(4))

REJECTED = "org.bluez.Error.Rejected"

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


class Agents(ServiceInterface):
    """Who may be asked for passkeys, and how BlueZ asks."""

    def __init__(self, bus):
        super().__init__("org.bluez.AgentManager1")
        self._bus, self._sender = bus, ""
        self.said, self.agent = [], None
        bus.add_message_handler(self._note_sender)

    def _note_sender(self, message):
        if message.interface == "org.bluez.AgentManager1":
            self._sender = message.sender
        return False

    @dbus_method()
    def RegisterAgent(self, agent: "o", capability: "s"):  # noqa: F821, N802 - BlueZ's
        self.said.append(capability)
        self.agent = (self._sender, agent)

    @dbus_method()
    def RequestDefaultAgent(self, agent: "o"):  # noqa: F821, N802 - BlueZ's
        assert self.agent == (self._sender, agent)
        self.said.append("default")

    @dbus_method()
    def UnregisterAgent(self, agent: "o"):  # noqa: F821, N802 - BlueZ's
        assert self.agent == (self._sender, agent)
        self.agent = None

    async def ask(self, member, signature, *body):
        """Ask the agent as BlueZ does; return what it answers, or the name of its error."""
        sender, path = self.agent
        message = Message(
            destination=sender,
            path=path,
            interface="org.bluez.Agent1",
            member=member,
            signature=signature,
            body=list(body),
        )
        answer = await self._bus.call(message)
        is_error = answer.message_type is MessageType.ERROR
        return answer.error_name if is_error else answer.body


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
    async with asyncio.timeout(30):
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


@pytest.fixture
async def agents(address):
    bus = await MessageBus(bus_address=address).connect()
    agents = Agents(bus)
    bus.export("/org/bluez", agents)
    await bus.request_name("org.bluez")
    yield agents
    bus.disconnect()


def path_of(address):
    return f"/org/bluez/hci0/dev_{address.replace(':', '_')}"


async def test_a_passkey_that_a_device_shows_is_typed_here(agents):
    pairing = Pairing("entry")
    async with bluez.opened("hci0") as stack, stack.answering(OURS, pairing):
        asked = asyncio.create_task(agents.ask("RequestPasskey", "o", path_of(OURS)))
        pairing.tell(42)
        assert await asked == [42]
        assert await agents.ask("RequestPasskey", "o", path_of(OTHERS)) == REJECTED
        assert await agents.ask("RequestAuthorization", "o", path_of(OURS)) == REJECTED
        assert agents.said == ["KeyboardOnly", "default"]

    assert agents.agent is None


async def test_a_passkey_that_bluez_chose_is_said(agents):
    pairing = Pairing("display")
    async with bluez.opened("hci0") as stack, stack.answering(OURS, pairing):
        assert await agents.ask("DisplayPasskey", "ouq", path_of(OURS), 7, 0) == []
        assert pairing.asks == "type 000007 into it"
        assert await agents.ask("DisplayPasskey", "ouq", path_of(AWAY), 8, 0) == REJECTED
        asked = await agents.ask("RequestConfirmation", "ou", path_of(OURS), 7)
        assert asked == REJECTED
        assert agents.said == ["DisplayOnly", "default"]


async def test_just_works_is_agreed_to_and_the_next_pairing_has_its_own_agent(agents):
    for _ in range(2):
        pairing = Pairing("just_works")
        async with bluez.opened("hci0") as stack, stack.answering(OURS, pairing):
            assert await agents.ask("RequestAuthorization", "o", path_of(OURS)) == []
            assert agents.agent is not None
    assert agents.said == ["NoInputNoOutput", "default"] * 2


class Pairs:
    """Stands for bleak's client: BlueZ asks while `Pair` is under way."""

    address = OURS

    def __init__(self, agents):
        self._agents = agents
        self.answered = None

    async def pair(self):
        self.answered = await self._agents.ask("RequestPasskey", "o", path_of(OURS))


async def test_an_adapter_of_bluez_pairs_with_its_agent(agents, tmp_path):
    pairing, client = Pairing("entry"), Pairs(agents)
    pairing.tell(123_456)
    async with open_adapter("hci0", 4, tmp_path / "bonds") as adapter:
        await adapter.pair(client, pairing)

    assert client.answered == [123_456]


@pytest.mark.usefixtures("address")
async def test_without_bluez_nothing_is_paired(tmp_path):
    pairing = Pairing("just_works")
    async with open_adapter("hci0", 4, tmp_path / "bonds") as adapter:
        with pytest.raises(BleakError, match="BlueZ"):
            await adapter.pair(Pairs(None), pairing)
