"""The GATT tables of devices: discovered once, and known again where the standard allows it.

A table may be kept from one connection to the next if the device's database hash (2B2A) is as
it was, or if it has no Service Changed (2A05) and therefore never changes (Bluetooth Core,
Vol 3, Part G, 2.5.2). Discovering one takes an exchange for every service, characteristic and
descriptor.
"""

# bumble leaves some of its parameters without types.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bleak.assigned_numbers import gatt_char_props_to_strs
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.uuids import normalize_uuid_str
from bumble import core, gatt
from bumble.att import ATT_Error
from bumble.device import Peer
from bumble.gatt_client import CharacteristicProxy, Client, DescriptorProxy, ServiceProxy

_MOST_KNOWN: Final = 1024


@dataclass(frozen=True, slots=True)
class _Characteristic:
    handle: int
    end: int
    uuid: core.UUID
    properties: int
    descriptors: tuple[tuple[int, core.UUID], ...]


@dataclass(frozen=True, slots=True)
class _Service:
    handle: int
    end: int
    uuid: core.UUID
    characteristics: tuple[_Characteristic, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What a device offers, and by what it is known to be the same still."""

    services: tuple[_Service, ...]
    hash: bytes | None
    changes: bool  # it says when it does; others never do

    def offered(
        self, client: Client, largest: Callable[[], int], wanted: set[str] | None
    ) -> BleakGATTServiceCollection:
        """Return it as bleak has it, for one connection."""
        offered = BleakGATTServiceCollection()
        for each in self.services:
            proxy = ServiceProxy(client, each.handle, each.end, each.uuid)
            service = BleakGATTService(proxy, each.handle, dashed(each.uuid))
            if wanted and service.uuid not in wanted:
                continue
            offered.add_service(service)
            for characteristic in each.characteristics:
                _add(offered, client, service, characteristic, largest)
        return offered


class Tables:
    """Those that were discovered by one radio, by address."""

    def __init__(self) -> None:
        self._known: dict[str, Table] = {}

    async def of(self, peer: Peer) -> Table:
        """Return what a device offers."""
        address = str(peer.connection.peer_address)
        known = self._known.pop(address, None)
        if known is None or not await _is_same(known, peer):
            known = await _discover(peer)
        if len(self._known) >= _MOST_KNOWN:
            del self._known[next(iter(self._known))]
        self._known[address] = known
        return known


def dashed(uuid: core.UUID) -> str:
    """Return an UUID as bleak writes it."""
    return normalize_uuid_str(uuid.to_hex_str("-"))


async def _is_same(known: Table, peer: Peer) -> bool:
    if known.hash is None:
        return not known.changes
    return await _hash(peer) == known.hash


async def _hash(peer: Peer) -> bytes | None:
    """Return what stands for the table as it is now; None if the device does not say."""
    try:
        found = await peer.gatt_client.read_characteristics_by_uuid(
            gatt.GATT_DATABASE_HASH_CHARACTERISTIC, None
        )
    except ATT_Error:
        return None
    return bytes(found[0]) if found else None


async def _discover(peer: Peer) -> Table:
    services = [
        _Service(it.handle, it.end_group_handle, it.uuid, await _characteristics(it))
        for it in await peer.discover_services()
    ]
    rows = [row.uuid for each in services for row in each.characteristics]
    has_hash = gatt.GATT_DATABASE_HASH_CHARACTERISTIC in rows
    changes = gatt.GATT_SERVICE_CHANGED_CHARACTERISTIC in rows
    return Table(tuple(services), await _hash(peer) if has_hash else None, changes)


async def _characteristics(service: ServiceProxy) -> tuple[_Characteristic, ...]:
    found: list[_Characteristic] = []
    for it in await service.discover_characteristics():
        descriptors = [(each.handle, each.type) for each in await it.discover_descriptors()]
        row = it.handle, it.end_group_handle, it.uuid, int(it.properties), tuple(descriptors)
        found.append(_Characteristic(*row))
    return tuple(found)


def _add(
    offered: BleakGATTServiceCollection,
    client: Client,
    service: BleakGATTService,
    row: _Characteristic,
    largest: Callable[[], int],
) -> None:
    proxy = CharacteristicProxy(client, row.handle, row.end, row.uuid, row.properties)
    proxy.descriptors = [DescriptorProxy(client, *it) for it in row.descriptors]
    proxy.descriptors_discovered = True
    characteristic = BleakGATTCharacteristic(
        proxy,
        row.handle - 1,  # bumble names the value, bleak the declaration before it
        dashed(row.uuid),
        list(gatt_char_props_to_strs(row.properties)),
        largest,
        service,
    )
    offered.add_characteristic(characteristic)
    for each in proxy.descriptors:
        descriptor = BleakGATTDescriptor(each, each.handle, dashed(each.type), characteristic)
        offered.add_descriptor(descriptor)
