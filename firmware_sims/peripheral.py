"""What all simulated wearables do alike: advertise, serve their table, return after a loss."""

import asyncio
import struct
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final, TypeAlias

from bumble.att import ATT_CID
from bumble.core import AdvertisingData
from bumble.device import Connection
from bumble.gatt import Service

from firmware_sims.air import Air, make_device
from firmware_sims.controller import RadioController
from firmware_sims.security import Security
from firmware_sims.services import Value, readable, service

Clock: TypeAlias = Callable[[], int]  # microseconds, UTC
Advert: TypeAlias = tuple[int, bytes]

_NOTIFICATION: Final = 0x1B
_SUBSCRIBED: Final = 0x03  # to notifications or indications, in a client's configuration
_LARGEST_MTU: Final = 247  # what one packet of the data length extension carries
_SHORTEST_NAP_S: Final = 0.001
_LONGEST_NAP_S: Final = 1.0  # the clock may have been made to run faster meanwhile
_LE_ONLY: Final = (AdvertisingData.FLAGS, b"\x06")


class Peripheral(ABC):
    """A wearable on the air; it takes more than one central at once, as good ones do."""

    kind: str

    def __init__(
        self,
        air: Air,
        *,
        address: str,
        name: str,
        clock: Clock,
        battery_life_s: float,
        mtu: int = _LARGEST_MTU,
        links: int = 2,
        advert_interval_ms: float = 100.0,
        security: Security | None = None,
    ) -> None:
        self._air, self._links = air, links
        self.security = security or Security("nothing")
        self.clock = clock
        self.device = make_device(air, address, name)
        self.device.gatt_server.max_mtu = mtu
        self.device.advertising_interval_min = advert_interval_ms
        self.device.advertising_interval_max = advert_interval_ms
        self.device.on(self.device.EVENT_CONNECTION, self._connected)
        self.notifications = 0
        self._charged_us, self._battery_life_s = clock(), battery_life_s
        self._battery = readable(0x2A19, lambda: bytes([self.battery_percent]), notified=True)
        self._said_percent = 100
        self._room = asyncio.Event()
        self._life: asyncio.Task[None] | None = None
        self._chores: asyncio.TaskGroup | None = None
        self._commands: set[asyncio.Task[None]] = set()

    @property
    def radio(self) -> RadioController:
        return self.device.radio

    @property
    def connected(self) -> int:
        """How many centrals hold a connection."""
        return len(self.device.connections)

    @property
    def battery_percent(self) -> int:
        used = (self.clock() - self._charged_us) / 1e6 / self._battery_life_s
        return max(3, 100 - int(100 * used))

    def offer(self, services: Sequence[Service], adverts: Sequence[Advert]) -> None:
        """Set the table and what is said of it on the air."""
        every = [*services, service(0x180F, self._battery)]
        self.security.guard(self.device, every)
        self.device.add_services(every)
        self.advertise(adverts)

    def advertise(self, adverts: Sequence[Advert]) -> None:
        """Set what is said on the air."""
        name = (AdvertisingData.COMPLETE_LOCAL_NAME, self.device.name.encode())
        self.device.advertising_data = bytes(AdvertisingData([_LE_ONLY, *adverts]))
        self.device.scan_response_data = bytes(AdvertisingData([name]))

    async def power_on(self) -> None:
        await self.device.power_on()
        await self.device.start_advertising()
        started = asyncio.Event()
        self._life = asyncio.create_task(self._live(started), name=self.device.name)
        await started.wait()

    async def join(self) -> None:
        """Wait until it is off; raise what broke it, if something did."""
        if self._life is not None:
            life = self._life
            await asyncio.wait({life})
            if not life.cancelled():
                life.result()

    async def power_off(self) -> None:
        """Fall silent at once; the centrals learn of it by their supervision time-out."""
        if self._life is None:
            return
        life, self._life = self._life, None
        self._air.silence(self.radio)
        life.cancel()
        await asyncio.wait({life, *self._commands})
        await self.device.stop_advertising()
        await self.device.power_off()
        if not life.cancelled():
            life.result()

    @abstractmethod
    def catch_up(self) -> None:
        """Do all that is due by now; call it when the clock was made to jump."""

    @abstractmethod
    def due_us(self) -> int | None:
        """Return when the next thing is due; None: nothing will be."""

    async def _live(self, started: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as self._chores:
            self._chores.create_task(self._advertise())
            self._chores.create_task(self._keep_time())
            started.set()

    def chore(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something for as long as the device is on."""
        if self._chores is None:
            raise RuntimeError(f"{self.device.name} is off")
        return self._chores.create_task(work)

    async def _advertise(self) -> None:
        advertising = self.device.legacy_advertising_set
        while True:
            self._room.clear()
            if advertising and not advertising.enabled and self.connected < self._links:
                await self._whole(advertising.start())
            await self._room.wait()

    async def _whole(self, command: Coroutine[Any, Any, None]) -> None:
        """Run an HCI command to its end: one cut short would block bumble's host for ever."""
        task = asyncio.create_task(command)
        self._commands.add(task)
        task.add_done_callback(self._commands.discard)
        await asyncio.shield(task)

    async def _keep_time(self) -> None:
        while True:
            self.catch_up()
            self._tell_battery()
            await asyncio.sleep(self._nap_s())

    def _nap_s(self) -> float:
        due_us = self.due_us()
        left_s = _LONGEST_NAP_S if due_us is None else (due_us - self.clock()) / 1e6
        return min(max(left_s, _SHORTEST_NAP_S), _LONGEST_NAP_S)

    def _connected(self, connection: Connection) -> None:
        connection.on(connection.EVENT_DISCONNECTION, self._disconnected)
        self._room.set()

    def _disconnected(self, _reason: int) -> None:
        self._room.set()

    # Speaking.

    def listeners(self, value: Value) -> list[Connection]:
        """Return who asked to be told a value."""
        subscribers = self.device.gatt_server.subscribers
        return [
            connection
            for connection in self.device.connections.values()
            if subscribers.get(connection, {}).get(value.handle, b"\0")[0] & _SUBSCRIBED
        ]

    def notify(self, connection: Connection, value: Value, payload: bytes) -> None:
        """Send one notification, written by hand: bumble's own way costs five times as much."""
        head = struct.pack("<BH", _NOTIFICATION, value.handle)
        self.device.send_l2cap_pdu(connection.handle, ATT_CID, head + payload)
        self.notifications += 1

    def say_nonsense(self, value: Value) -> None:
        """Send one notification that fits no layout to all who listen."""
        for connection in self.listeners(value):
            self.notify(connection, value, b"\xff")

    async def drain(self, connection: Connection) -> None:
        """Wait until all that was sent to a central has arrived, or the link is gone."""
        queue = self.device.host.get_data_packet_queue(connection.handle)
        if queue is not None and self.is_connected(connection):
            await queue.drain(connection.handle)

    def is_connected(self, connection: Connection) -> bool:
        return self.device.connections.get(connection.handle) is connection

    def _tell_battery(self) -> None:
        percent = self.battery_percent
        if percent != self._said_percent:
            self._said_percent = percent
            for connection in self.listeners(self._battery):
                self.notify(connection, self._battery, bytes([percent]))
