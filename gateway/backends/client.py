"""Links over bumble, as a backend for bleak: a virtual radio, or a dongle of its own.

`central.open_central("usb:0", bonds)` gives the adapter that it and the scanner ask for:
`BleakScanner(..., backend=BumbleScanner, central=central)` and
`BleakClient(..., backend=BumbleClient, central=central)`.
"""

# bumble leaves some of its parameters without types.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

from bleak.args import SizedBuffer
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.exc import (
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
)
from bumble import att, hci
from bumble.device import Connection, Peer

from gateway.backends.central import Central
from gateway.pairing import Pairing

_Result = TypeVar("_Result")

_PREFERRED_MTU: Final = 247  # one LE data packet of 251 bytes


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
        table = await self._central.call(self._central.tables.of(peer))
        self.services = table.offered(peer.gatt_client, self._mtu_less_3, self._wanted)

    def _mtu_less_3(self) -> int:
        return self.mtu_size - 3

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
