"""A device's GATT table is known again where the standard allows that, and only there."""

import asyncio
import contextlib

import pytest
from bleak import BleakClient
from bumble import gatt

from firmware_sims.air import Air, make_device
from firmware_sims.services import readable, service
from gateway.backends.central import Central
from gateway.backends.client import BumbleClient
from gateway.backends.table import Tables
from tests.contract.test_bleak_backend import NOTES, VALUE, Thing, heard

ADDED = "6B7300FE-6B69-4E64-8A74-657073000000"


@pytest.fixture
async def air():
    return Air()


@pytest.fixture
async def gateway(air):
    device = make_device(air, "C0:00:00:00:00:01", "gateway", max_connections=1)
    await device.power_on()
    yield Central(device, asyncio.get_running_loop().create_future())
    await device.power_off()


@pytest.fixture
async def asked(air, gateway):
    """Give all that the gateway's radio sends."""
    sent = []

    def note(pdu):
        sent.append(pdu)
        return pdu

    air.path(gateway.device).tamper = note
    return sent


@contextlib.asynccontextmanager
async def connected(gateway, asked):
    """Connect; give the client, and how many packets that took."""
    device, _ = await heard(gateway)
    asked.clear()
    async with BleakClient(device, backend=BumbleClient, central=gateway) as client:
        yield client, len(asked)


@pytest.fixture
async def thing(air):
    thing = Thing(air)
    await thing.power_on()
    yield thing
    await thing.hang_up()
    await thing.device.stop_advertising()


async def test_a_table_that_is_the_same_is_not_discovered_again(gateway, thing, asked):
    async with connected(gateway, asked) as (_, first):
        await thing.hang_up()
    async with connected(gateway, asked) as (client, second):
        assert await client.read_gatt_char(VALUE) == b"here"
        said = asyncio.get_running_loop().create_future()
        await client.start_notify(NOTES, lambda _, value: said.set_result(bytes(value)))
        await thing.note(b"again")
        assert await said == b"again"
        assert second <= 3 < first


async def test_a_table_that_changed_is_discovered_anew(gateway, thing, asked):
    async with connected(gateway, asked) as (client, _):
        assert client.services.get_characteristic(ADDED) is None
    thing.device.add_service(service(ADDED, readable(ADDED, lambda: b"new")))
    async with connected(gateway, asked) as (client, _):
        assert await client.read_gatt_char(ADDED) == b"new"


class Peer:
    """One that is asked for its table, with these characteristics in it."""

    def __init__(self, *uuids, value=b"hash"):
        self.connection = self
        self.peer_address = "F0:00:00:00:00:01"
        self.gatt_client = self
        self.uuids, self.value, self.discovered = uuids, value, 0
        self.handle = self.end_group_handle = self.properties = 1
        self.uuid = gatt.UUID.from_16_bits(0x180D)

    async def discover_services(self):
        self.discovered += 1
        return [self]

    async def discover_characteristics(self):
        rows = [Peer() for _ in self.uuids]
        for row, uuid in zip(rows, self.uuids, strict=True):
            row.uuid = uuid
        return rows

    async def discover_descriptors(self):
        return []

    async def read_characteristics_by_uuid(self, *_):
        return [self.value]


HASH = gatt.GATT_DATABASE_HASH_CHARACTERISTIC
CHANGED = gatt.GATT_SERVICE_CHANGED_CHARACTERISTIC


@pytest.mark.parametrize(
    ("uuids", "value", "discovered"),
    [
        pytest.param((), b"hash", 1, id="never changes"),
        pytest.param((CHANGED,), b"hash", 2, id="may have changed"),
        pytest.param((CHANGED, HASH), b"hash", 1, id="says that it did not"),
        pytest.param((CHANGED, HASH), b"other", 2, id="says that it did"),
    ],
)
async def test_is_kept_only_where_nothing_can_have_changed(uuids, value, discovered):
    tables, peer = Tables(), Peer(*uuids)
    await tables.of(peer)
    peer.value = value
    await tables.of(peer)

    assert peer.discovered == discovered
