"""One device: waited for, connected, listened to, lost, and waited for again."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, NoReturn

from bleak.backends.device import BLEDevice
from bleak.exc import BleakError

from gateway import wire
from gateway.adapter import Adapter
from gateway.arrivals import Arrivals
from gateway.conversation import Conversation, Keeper
from gateway.discovery import GLASSES, Kind, pseudonym
from gateway.gatt.errors import MalformedValue
from gateway.life import Life
from gateway.redaction import without_addresses
from gateway.sensors.glasses import Glasses
from gateway.sensors.sensor import Sensor, Surroundings
from gateway.sensors.strap import Strap
from gateway.spool import SpoolFull
from gateway.state import Event, State

if TYPE_CHECKING:
    from bleak import BleakClient

log = logging.getLogger(__name__)


class Session:
    """Holds the link to one device whenever it can be had."""

    def __init__(self, kind: Kind, site: str, spool: Keeper, around: Surroundings) -> None:
        self._kind, self._site = kind, site
        self._spool, self._around = spool, around
        self._sensor: Sensor = Glasses(around) if kind is GLASSES else Strap()
        self._adverts: asyncio.Queue[BLEDevice] = asyncio.Queue(1)
        self._client: BleakClient | None = None
        self._life = Life(kind.name, around.now_us, around.patience.lost_after_s)
        self._losses = 0
        self._rssi_dbm: int | None = None
        self._battery_percent: int | None = None
        self._time_error_us: int | None = None
        self.device: str | None = None  # its pseudonym, once it said who it is

    def heard(self, device: BLEDevice, rssi_dbm: int) -> None:
        """Take note of an advert."""
        self._rssi_dbm = rssi_dbm
        self._life.heard()
        if self._adverts.empty():
            self._adverts.put_nowait(device)

    @property
    def client(self) -> "BleakClient | None":
        """The present connection."""
        return self._client

    @property
    def state(self) -> State:
        return self._life.state

    def seen(self) -> wire.Seen | None:
        """Return what a gateway's status says; None while it has no name."""
        if self.device is None:
            return None
        return wire.Seen(
            device=self.device,
            kind=self._kind.reported,
            state=self.state,
            why=self._life.why,
            has_memory=self._sensor.has_memory,
            last_heard_us=self._life.heard_us,
            battery_percent=self._battery_percent,
            rssi_dbm=self._rssi_dbm,
            time_error_us=self._time_error_us,
        )

    async def run(self, adapter: Adapter, turn: asyncio.Lock) -> NoReturn:
        """Hold the link; `turn` is shared by all, as a radio makes one connection at a time."""
        while True:
            found = await self._adverts.get()
            self._life.happened(Event.WANTED)
            try:
                reason = await self._hold(found, adapter, turn)
            except asyncio.CancelledError:
                self._life.happened(Event.ENDED, "stopped")
                raise
            self._life.happened(Event.ENDED, reason)
            level = logging.DEBUG if self._losses else logging.INFO
            log.log(level, "%s: %s", self.device or self._kind.name, reason)
            delay_s = self._around.patience.link_retry.delay_s(self._losses)
            self._losses += 1
            await asyncio.sleep(delay_s)
            if not self._adverts.empty():
                self._adverts.get_nowait()  # heard before or during the wait: gone again, maybe

    async def _hold(self, found: BLEDevice, adapter: Adapter, turn: asyncio.Lock) -> str:
        """Connect and listen until the link ends; return why it did."""
        try:
            async with self._connected(found, adapter, turn) as conversation:
                await self._introduce(conversation, found)
                await self._listen(conversation)
        except TimeoutError:
            return "it did not answer"
        except (BleakError, MalformedValue) as loss:
            return without_addresses(str(loss))
        except SpoolFull as full:
            self._refuse(full)
            return f"not kept: {full}"

    def _refuse(self, full: SpoolFull) -> None:
        counts = self._around.counts
        counts["refused"] += 1
        level = logging.WARNING if counts["refused"] == 1 else logging.DEBUG
        log.log(level, "what %s says is not kept, nor confirmed to it: %s", self.device, full)

    @contextlib.asynccontextmanager
    async def _connected(
        self, found: BLEDevice, adapter: Adapter, turn: asyncio.Lock
    ) -> AsyncGenerator[Conversation]:
        around = self._around
        arrivals = Arrivals(
            around.patience.queued, around.now_us, around.counts, around.traffic
        )
        client = adapter.client(found, lambda _: arrivals.end(), around.patience.connect_s)
        async with turn:
            self._life.happened(Event.GRANTED)
            await client.connect()
        try:
            self._client = client
            yield Conversation(client, arrivals, self._spool, around)
        finally:
            self._client = None
            with contextlib.suppress(BleakError, TimeoutError):
                async with asyncio.timeout(around.patience.polite_s):
                    await client.disconnect()

    async def _introduce(self, conversation: Conversation, found: BLEDevice) -> None:
        serial = await conversation.serial_number()
        self._around.traffic["links" if self.device is None else "reconnects"] += 1
        self.device = pseudonym(self._kind, self._site, serial or found.address)
        self._life.name = self.device
        await conversation.begin(self.device, self._sensor)
        self._life.happened(Event.BEGUN)

    async def _listen(self, conversation: Conversation) -> NoReturn:
        try:
            while True:
                self._battery_percent = conversation.battery_percent
                if await conversation.turn():
                    self._losses = 0  # not a handshake: something that was kept
                    self._life.heard()
                    self._time_error_us = conversation.time_error_us
                self._look_whether_new()
        except asyncio.CancelledError:
            with contextlib.suppress(SpoolFull, TimeoutError):
                async with asyncio.timeout(self._around.patience.polite_s):
                    await conversation.wind_up()
            raise

    def _look_whether_new(self) -> None:
        remembered = self._life.state is State.HANDING_OVER
        if self._sensor.handing_over != remembered:
            self._life.happened(Event.CAUGHT_UP if remembered else Event.REMEMBERING)
