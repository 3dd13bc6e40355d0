"""A bleak backend over bumble: a virtual radio, or a dongle without the platform's stack.

`central.open_central("usb:0", bonds)` gives the adapter that both classes ask for:
`BleakScanner(..., backend=BumbleScanner, central=central)` and
`BleakClient(..., backend=BumbleClient, central=central)`.
"""

# bumble leaves some of its parameters without types.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from functools import lru_cache
from typing import Any, Final, TypeVar

from bleak.args import SizedBuffer
from bleak.assigned_numbers import gatt_char_props_to_strs
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import (
    AdvertisementData,
    AdvertisementDataCallback,
    BaseBleakScanner,
)
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import (
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
)
from bleak.uuids import normalize_uuid_str
from bumble import att, core, hci
from bumble.core import AdvertisingData
from bumble.device import Advertisement, Connection, Device, Peer

from gateway.backends.central import Central
from gateway.pairing import Pairing

_Result = TypeVar("_Result")

_PREFERRED_MTU: Final = 247  # one LE data packet of 251 bytes


class BumbleScanner(BaseBleakScanner):
    """Adverts, for BleakScanner(backend=BumbleScanner, central=...)."""

    def __init__(
        self,
        detection_callback: AdvertisementDataCallback | None,
        service_uuids: list[str] | None,
        scanning_mode: str,
        *,
        central: Central,
        **_platform: Any,  # noqa: ANN401 - bleak hands every platform's arguments to each backend
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        self._active = scanning_mode == "active"
        self._central = central

    async def start(self) -> None:
        self.seen_devices = {}
        self._central.device.on(Device.EVENT_ADVERTISEMENT, self._on_advertisement)
        await self._central.scan(active=self._active)

    async def stop(self) -> None:
        self._central.device.remove_listener(Device.EVENT_ADVERTISEMENT, self._on_advertisement)
        await self._central.stop_scan()

    def _on_advertisement(self, advertisement: Advertisement) -> None:
        data = _advertisement_data(advertisement)
        if not self.is_allowed_uuid(data.service_uuids):
            return
        address = advertisement.address.to_string(with_type_qualifier=False)
        self._central.addresses[address] = advertisement.address
        device = self.create_or_update_device(
            address, address, data.local_name, advertisement.address, data
        )
        self.call_detection_callbacks(device, data)


_KNOWN_LISTS: Final = 1024
_NAMES: Final = {AdvertisingData.COMPLETE_LOCAL_NAME, AdvertisingData.SHORTENED_LOCAL_NAME}
_SERVICE_LISTS: Final = {
    AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS: 2,
    AdvertisingData.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS: 2,
    AdvertisingData.COMPLETE_LIST_OF_32_BIT_SERVICE_CLASS_UUIDS: 4,
    AdvertisingData.INCOMPLETE_LIST_OF_32_BIT_SERVICE_CLASS_UUIDS: 4,
    AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS: 16,
    AdvertisingData.INCOMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS: 16,
}
_SERVICE_DATA: Final = {
    AdvertisingData.SERVICE_DATA_16_BIT_UUID: 2,
    AdvertisingData.SERVICE_DATA_32_BIT_UUID: 4,
    AdvertisingData.SERVICE_DATA_128_BIT_UUID: 16,
}


def _advertisement_data(advertisement: Advertisement) -> AdvertisementData:
    name: str | None = None
    tx_power: int | None = None
    manufacturer_data: dict[int, bytes] = {}
    service_data: dict[str, bytes] = {}
    services: dict[str, None] = {}  # a set that keeps its order
    for kind, value in advertisement.data.ad_structures:
        if kind in _NAMES:
            name = value.decode("utf-8", "replace")
        elif kind == AdvertisingData.TX_POWER_LEVEL and value:
            tx_power = int.from_bytes(value[:1], "little", signed=True)
        elif kind == AdvertisingData.MANUFACTURER_SPECIFIC_DATA and len(value) >= 2:
            manufacturer_data[int.from_bytes(value[:2], "little")] = value[2:]
        elif kind in _SERVICE_DATA and len(value) >= (size := _SERVICE_DATA[kind]):
            service_data[_uuids(value[:size], size)[0]] = value[size:]
        elif kind in _SERVICE_LISTS:
            services |= dict.fromkeys(_uuids(value, _SERVICE_LISTS[kind]))
    return AdvertisementData(
        local_name=name,
        manufacturer_data=manufacturer_data,
        service_data=service_data,
        service_uuids=list(services),
        tx_power=tx_power,
        rssi=advertisement.rssi,
        platform_data=(advertisement,),
    )


@lru_cache(_KNOWN_LISTS)  # every device says the same ten times a second
def _uuids(value: bytes, size: int) -> tuple[str, ...]:
    whole = range(0, len(value) - size + 1, size)
    return tuple([_uuid(core.UUID.from_bytes(value[at : at + size])) for at in whole])


def _uuid(uuid: core.UUID) -> str:
    return normalize_uuid_str(uuid.to_hex_str("-"))


class BumbleClient(BaseBleakClient):
    """One link, for BleakClient(backend=BumbleClient, central=...)."""

    def __init__(
        self,
        address_or_ble_device: BLEDevice | str,
        *,
        central: Central,
        disconnected_callback: Callable[[], None] | None,
        timeout: float,
        services: set[str] | None = None,
        **_platform: Any,  # noqa: ANN401 - bleak's
    ) -> None:
        super().__init__(
            address_or_ble_device, disconnected_callback=disconnected_callback, timeout=timeout
        )
        self._central = central
        self._device = address_or_ble_device
        self._wanted = services
        self._connection: Connection | None = None
        self._subscribers: dict[int, Callable[[bytes], None]] = {}

    @property
    def name(self) -> str:
        named = isinstance(self._device, BLEDevice) and self._device.name
        return named or self.address.replace(":", "-")

    @property
    def mtu_size(self) -> int:
        return self._connection.att_mtu if self._connection else att.ATT_DEFAULT_MTU

    @property
    def is_connected(self) -> bool:
        return self._connection is not None

    async def connect(self, pair: bool, **_platform: Any) -> None:  # noqa: ANN401 - bleak's
        if self._connection:
            raise BleakError("already connected")
        try:
            self._linked(await self._central.initiate(self._target(), self._timeout))
            async with asyncio.timeout(self._timeout):
                await self._settle(pair=pair)
        except BaseException:
            await self.disconnect()
            raise

    def _target(self) -> hci.Address:
        if isinstance(self._device, BLEDevice):
            return self._device.details
        heard = self._central.addresses.get(self.address.upper())
        if heard is None:
            raise BleakDeviceNotFoundError(self.address, f"{self.address} has not been heard")
        return heard

    def _linked(self, connection: Connection) -> None:
        if self._central.device.connections.get(connection.handle) is not connection:
            raise BleakError("the link was lost at once")  # before anyone could listen for it
        self._connection = connection
        connection.once(Connection.EVENT_DISCONNECTION, self._on_disconnection)

    async def _settle(self, *, pair: bool) -> None:
        peer = self._peer()
        with contextlib.suppress(BleakGATTProtocolError):  # a peer may refuse and keep 23
            await self._call(peer.request_mtu(_PREFERRED_MTU))
        if pair:
            await self.pair()
        elif await self._central.is_bonded(peer.connection.peer_address):
            await self._central.encrypt(peer.connection)
        self.services = await self._discover(peer)

    async def _discover(self, peer: Peer) -> BleakGATTServiceCollection:
        found = BleakGATTServiceCollection()
        for service in await self._call(peer.discover_services()):
            known = BleakGATTService(service, service.handle, _uuid(service.uuid))
            if self._wanted and known.uuid not in self._wanted:
                continue
            found.add_service(known)
            for each in await self._call(service.discover_characteristics()):
                characteristic = BleakGATTCharacteristic(
                    each,
                    each.handle - 1,  # bumble names the value, bleak the declaration before it
                    _uuid(each.uuid),
                    list(gatt_char_props_to_strs(int(each.properties))),
                    lambda: self.mtu_size - 3,
                    known,
                )
                found.add_characteristic(characteristic)
                for descriptor in await self._call(each.discover_descriptors()):
                    uuid = _uuid(descriptor.type)
                    found.add_descriptor(
                        BleakGATTDescriptor(descriptor, descriptor.handle, uuid, characteristic)
                    )
        return found

    def _on_disconnection(self, reason: int) -> None:
        self._central.reasons[self.address] = reason
        self._connection = None
        self.services = None
        self._subscribers.clear()
        if self._disconnected_callback:
            self._disconnected_callback()

    async def disconnect(self) -> None:
        if self._connection:
            await self._central.drop(self._connection)

    async def pair(
        self,
        *_arguments: Any,  # noqa: ANN401 - bleak's
        pairing: Pairing | None = None,
        **_platform: Any,  # noqa: ANN401 - bleak's
    ) -> None:
        await self._central.pair(self._peer().connection, pairing)

    async def unpair(self) -> None:
        await self._central.unpair(self._target())
        await self.disconnect()

    async def read_gatt_char(
        self,
        characteristic: BleakGATTCharacteristic,
        *,
        use_cached: bool = False,  # noqa: ARG002 - nothing is cached here
        **_platform: Any,  # noqa: ANN401 - bleak's
    ) -> bytearray:
        return bytearray(await self._call(self._peer().read_value(characteristic.obj)))

    async def read_gatt_descriptor(
        self,
        descriptor: BleakGATTDescriptor,
        *,
        use_cached: bool = False,  # noqa: ARG002 - bleak's
        **_platform: Any,  # noqa: ANN401 - bleak's
    ) -> bytearray:
        return bytearray(await self._call(self._peer().read_value(descriptor.obj)))

    async def write_gatt_char(
        self,
        characteristic: BleakGATTCharacteristic,
        data: SizedBuffer,
        response: bool,
    ) -> None:
        write = self._peer().write_value(
            characteristic.obj, bytes(data), with_response=response
        )
        await self._call(write)

    async def write_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, data: SizedBuffer
    ) -> None:
        write = self._peer().write_value(descriptor.obj, bytes(data), with_response=True)
        await self._call(write)

    async def start_notify(
        self,
        characteristic: BleakGATTCharacteristic,
        callback: NotifyCallback,
        **_platform: Any,  # noqa: ANN401 - bleak's
    ) -> None:
        if characteristic.handle in self._subscribers:
            raise BleakError(f"{characteristic.uuid} already notifies")

        def subscriber(value: bytes) -> None:
            callback(bytearray(value))

        await self._call(self._peer().subscribe(characteristic.obj, subscriber))
        self._subscribers[characteristic.handle] = subscriber

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        subscriber = self._subscribers.pop(characteristic.handle, None)
        if subscriber:
            await self._call(self._peer().unsubscribe(characteristic.obj, subscriber))

    def _peer(self) -> Peer:
        if self._connection is None:
            raise BleakError("not connected")
        return Peer(self._connection)

    async def _call(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        return await self._central.call(work)
