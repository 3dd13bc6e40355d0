"""What bleak promises its callers, held by the backend over bumble."""

import asyncio
import contextlib

import pytest
from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakCharacteristicNotFoundError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
)
from bumble import hci
from bumble.att import ATT_Error
from bumble.core import AdvertisingData

from firmware_sims.air import Air, make_device
from firmware_sims.hci_port import HciPort
from firmware_sims.services import notified, readable, service, written
from gateway.backends.central import Central, open_central
from gateway.backends.client import BumbleClient
from gateway.backends.scanner import BumbleScanner

SERVICE, VALUE, NOTES, ORDERS = (f"6b73000{n}-0000-4000-8000-000000000000" for n in "1234")
ADDRESS, OTHER_ADDRESS = "F0:00:00:00:00:03", "F0:00:00:00:00:04"
ABSENT = BLEDevice("F0:00:00:00:00:99", None, hci.Address("F0:00:00:00:00:99"))


class Thing:
    """A peripheral with one readable, one notified and one written characteristic."""

    def __init__(self, air, address=ADDRESS, name="Thing", mtu=247):
        self.device = make_device(air, address, name)
        self.device.gatt_server.max_mtu = mtu
        self.notes = notified(NOTES)
        self.orders = []
        values = readable(VALUE, lambda: b"here"), self.notes
        orders = written(ORDERS, self._obey, with_response=True)
        self.device.add_service(service(SERVICE, *values, orders))
        self.device.advertising_data = bytes(
            AdvertisingData(
                [
                    (AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS, b"\x0d\x18"),
                    (AdvertisingData.TX_POWER_LEVEL, b"\xf8"),
                    (AdvertisingData.MANUFACTURER_SPECIFIC_DATA, b"\xff\xff\x07"),
                    (AdvertisingData.SERVICE_DATA_16_BIT_UUID, b"\x0f\x18\x57"),
                ]
            )
        )
        name = (AdvertisingData.COMPLETE_LOCAL_NAME, name.encode())
        self.device.scan_response_data = bytes(AdvertisingData([name]))

    @property
    def radio(self):
        return self.device.radio

    def _obey(self, _connection, value):
        if value == b"refuse":
            raise ATT_Error(0x81)
        self.orders.append(value)

    async def power_on(self):
        self.device.advertising_interval_min = self.device.advertising_interval_max = 20.0
        await self.device.power_on()
        await self.device.start_advertising(auto_restart=True)

    async def hang_up(self):
        for connection in list(self.device.connections.values()):
            await connection.disconnect()

    async def note(self, value):
        await self.device.notify_subscribers(self.notes, value)


@pytest.fixture
async def air():
    return Air()


@pytest.fixture
async def gateway(air):
    device = make_device(air, "C0:00:00:00:00:01", "gateway", max_connections=1)
    await device.power_on()
    central = Central(device, asyncio.get_running_loop().create_future())
    yield central
    await device.power_off()


@pytest.fixture
async def port(air):
    port = HciPort(air, "gateway")
    await port.open()
    yield port
    port.close()


@pytest.fixture
async def thing(air):
    thing = Thing(air)
    await thing.power_on()
    yield thing
    await thing.hang_up()
    await thing.device.stop_advertising()


@pytest.fixture
def client(gateway):
    def build(device, **arguments):
        arguments = {"timeout": 30.0} | arguments
        return BleakClient(device, backend=BumbleClient, central=gateway, **arguments)

    return build


async def heard(central, address=ADDRESS, **arguments):
    """Scan until a device is heard with its name."""
    scanner = BleakScanner(backend=BumbleScanner, central=central, **arguments)
    async with asyncio.timeout(30), scanner:
        async for device, data in scanner.advertisement_data():
            if device.address == address and data.local_name:
                return device, data
    return None


async def test_hears_who_is_there(air, gateway, thing):
    air.path(thing).rssi_dbm = -71

    device, data = await heard(gateway)

    assert (device.address, device.name) == (ADDRESS, "Thing")
    assert data.rssi == -71
    assert data.tx_power == -8
    assert data.service_uuids == ["0000180d-0000-1000-8000-00805f9b34fb"]
    assert data.manufacturer_data == {0xFFFF: b"\x07"}
    assert data.service_data == {"0000180f-0000-1000-8000-00805f9b34fb": b"\x57"}


@pytest.mark.usefixtures("thing")
async def test_hears_only_the_services_asked_for(gateway):
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await heard(gateway, service_uuids=["180f"])


async def test_two_scanners_share_one_radio(gateway, thing):
    del thing
    async with BleakScanner(backend=BumbleScanner, central=gateway):
        await heard(gateway)

        assert gateway.device.is_scanning
    assert not gateway.device.is_scanning


async def test_discovers_reads_and_writes(gateway, thing, client):
    device, _ = await heard(gateway)
    async with client(device) as link:
        value = link.services.get_characteristic(VALUE)
        await link.write_gatt_char(ORDERS, b"go", response=True)

        assert link.is_connected
        assert link.mtu_size == 247
        assert await link.read_gatt_char(VALUE) == b"here"
        assert await link.read_gatt_char(value.handle) == b"here"
        assert value.handle == value.obj.handle - 1  # the declaration, as on every platform
        assert value.properties == ["read"]
        assert thing.orders == [b"go"]
    assert not link.is_connected


async def test_a_small_mtu_is_kept(air, gateway, client):
    thing = Thing(air, mtu=23)
    await thing.power_on()
    device, _ = await heard(gateway)
    async with client(device) as link:
        assert link.mtu_size == 23
        assert link.services.get_characteristic(ORDERS).max_write_without_response_size == 20


async def test_long_values_arrive_whole(gateway, thing, client):
    device, _ = await heard(gateway)
    async with client(device) as link:
        await link.write_gatt_char(ORDERS, bytes(400), response=True)

    assert thing.orders == [bytes(400)]


async def test_notifies_until_told_to_stop(gateway, thing, client):
    device, _ = await heard(gateway)
    notes = asyncio.Queue()
    async with client(device) as link:
        await link.start_notify(
            NOTES, lambda sender, value: notes.put_nowait((sender.uuid, value))
        )
        with pytest.raises(BleakError, match="already notifies"):
            await link.start_notify(NOTES, lambda *_: None)
        await thing.note(b"one")
        first = await notes.get()
        await link.stop_notify(NOTES)
        await thing.note(b"two")
        await link.read_gatt_char(VALUE)  # whatever was on its way has arrived by now

    assert first == (NOTES, bytearray(b"one"))
    assert notes.empty()


async def test_says_what_a_device_refuses(gateway, thing, client):
    del thing
    device, _ = await heard(gateway)
    async with client(device) as link:
        with pytest.raises(BleakGATTProtocolError) as refused:
            await link.write_gatt_char(ORDERS, b"refuse", response=True)
        with pytest.raises(BleakCharacteristicNotFoundError):
            await link.read_gatt_char("2aff")

    assert refused.value.code == 0x81


async def test_a_device_that_hangs_up_is_noticed(gateway, thing, client):
    gone = asyncio.Event()
    device, _ = await heard(gateway)
    link = client(device, disconnected_callback=lambda _: gone.set())
    await link.connect()
    await thing.hang_up()
    await asyncio.wait_for(gone.wait(), 2)

    assert not link.is_connected
    with pytest.raises(BleakError):
        await link.read_gatt_char(VALUE)


async def test_a_link_lost_in_mid_request_is_no_cancellation(air, gateway, thing, client):
    device, _ = await heard(gateway)
    link = client(device)
    await link.connect()
    air.set_in_range(thing, False)
    with pytest.raises(BleakError):
        await link.read_gatt_char(VALUE)
    air.set_in_range(thing, True)
    await link.connect()

    assert await link.read_gatt_char(VALUE) == b"here"
    await link.disconnect()


async def test_a_device_that_never_answers_times_out(gateway, thing, client):
    del thing
    device, _ = await heard(gateway)
    with pytest.raises(TimeoutError):
        await client(ABSENT, timeout=0.2).connect()
    async with client(device) as link:
        assert link.is_connected


async def test_a_cancelled_connect_leaves_the_radio_free(gateway, thing, client):
    del thing
    device, _ = await heard(gateway)
    attempt = asyncio.create_task(client(ABSENT).connect())
    await asyncio.wait({attempt}, timeout=0.1)
    attempt.cancel()
    with pytest.raises(asyncio.CancelledError):
        await attempt
    async with client(device) as link:
        assert link.is_connected


async def test_connects_wait_for_each_other(air, port, thing, tmp_path):
    second = Thing(air, OTHER_ADDRESS, "Second")
    await second.power_on()
    async with open_central(port.transport, tmp_path / "bonds.json") as central:
        devices = [(await heard(central, address))[0] for address in (ADDRESS, OTHER_ADDRESS)]
        links = [
            BleakClient(device, backend=BumbleClient, central=central, timeout=5)
            for device in devices
        ]
        await asyncio.gather(*(link.connect() for link in links))

        assert all(link.is_connected for link in links)
        await asyncio.gather(*(link.disconnect() for link in links))
    del thing


async def test_a_full_radio_says_so(air, gateway, thing, client):
    second = Thing(air, OTHER_ADDRESS, "Second")
    await second.power_on()
    device, _ = await heard(gateway)
    other, _ = await heard(gateway, OTHER_ADDRESS)
    async with client(device):
        with pytest.raises(BleakError, match="LIMIT"):
            await client(other).connect()
    async with client(other) as link:
        assert link.is_connected
    del thing


async def test_of_two_radios_that_want_one_device_the_second_is_told(
    port, gateway, thing, tmp_path
):
    """Both answer one advert; the device takes the first, and the other's link is void."""
    del thing
    device, _ = await heard(gateway)
    async with open_central(port.transport, tmp_path / "bonds.json") as other:
        links = [
            BleakClient(device, backend=BumbleClient, central=central, timeout=30)
            for central in (gateway, other)
        ]
        async with asyncio.timeout(3):
            outcomes = await asyncio.gather(
                *(link.connect() for link in links), return_exceptions=True
            )
        told = [outcome for outcome in outcomes if outcome is not None]

        assert sum(link.is_connected for link in links) == 1
        assert [type(outcome) for outcome in told] == [BleakError]
        for link in links:
            await link.disconnect()


async def test_finds_an_address_it_heard_before(gateway, thing, client):
    del thing
    with pytest.raises(BleakDeviceNotFoundError):
        await client(ADDRESS).connect()
    await heard(gateway)
    async with client(ADDRESS) as link:
        assert link.is_connected


async def test_pairs_and_forgets(gateway, thing, client):
    del thing
    device, _ = await heard(gateway)
    async with client(device, pair=True) as link:
        assert await link.read_gatt_char(VALUE) == b"here"
    async with client(device) as link:
        await link.pair()  # the bond is used again
        await link.unpair()
    assert not link.is_connected


@pytest.mark.usefixtures("thing")
async def test_a_radio_that_goes_away_ends_everything(port, tmp_path):
    gone = asyncio.Event()
    async with open_central(port.transport, tmp_path / "bonds.json") as central:
        device, _ = await heard(central)
        scanner = BleakScanner(backend=BumbleScanner, central=central)
        await scanner.start()
        link = BleakClient(
            device,
            disconnected_callback=lambda _: gone.set(),
            backend=BumbleClient,
            central=central,
        )
        await link.connect()
        waiting = asyncio.create_task(
            BleakClient(ABSENT, backend=BumbleClient, central=central).connect()
        )
        await asyncio.wait({waiting}, timeout=0.1)
        port.close()
        async with asyncio.timeout(2):
            await gone.wait()
            with pytest.raises(BleakError):
                await waiting
            with pytest.raises(BleakError):
                await link.read_gatt_char(VALUE)
            await link.disconnect()
            await scanner.stop()
            with pytest.raises(BleakError):
                await scanner.start()


@pytest.mark.parametrize(
    "transport", ["tcp-client:127.0.0.1:1", "unix:/nowhere/hci", "no-such:0", "vhci:/nowhere"]
)
async def test_says_which_radio_is_not_there(transport, tmp_path):
    with pytest.raises(BleakBluetoothNotAvailableError, match=f"no radio at {transport}"):
        async with open_central(transport, tmp_path / "bonds.json"):
            pytest.fail("there is none")


async def test_says_that_something_else_answers(tmp_path):
    async def hang_up(_reader, writer):
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(server.wait_closed)
        stack.callback(server.close)
        with pytest.raises(BleakBluetoothNotAvailableError, match="no radio at"):
            await stack.enter_async_context(
                open_central(f"tcp-client:{host}:{port}", tmp_path / "bonds.json")
            )


async def test_a_radio_that_never_answers_can_be_given_up(tmp_path):
    async def stay_silent(reader, writer):
        await reader.read()
        writer.close()

    async with await asyncio.start_server(stay_silent, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        opening = asyncio.create_task(
            open_central(f"tcp-client:{host}:{port}", tmp_path / "bonds.json").__aenter__()
        )
        await asyncio.wait({opening}, timeout=0.1)
        opening.cancel()
        await asyncio.wait({opening}, timeout=1)

        assert opening.cancelled()
