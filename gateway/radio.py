"""The radio half of a gateway: finds devices, holds them, and asks them for things."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Final, NoReturn, TypeAlias

from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakError

from gateway import orders, wire
from gateway.adapter import Adapter, open_adapter
from gateway.conversation import Keeper
from gateway.discovery import kind_of
from gateway.patience import Patience
from gateway.scan import Scan
from gateway.sensors.sensor import Surroundings
from gateway.session import Session
from gateway.settings import GatewaySettings

log = logging.getLogger(__name__)

OpenAdapter: TypeAlias = Callable[[str], AbstractAsyncContextManager[Adapter]]

_MOST_IGNORED: Final = 4096  # addresses: passing phones change theirs all the time


class Radio:
    """Every device within reach, and the one radio they share."""

    def __init__(
        self,
        settings: GatewaySettings,
        spool: Keeper,
        now_us: Callable[[], int],
        *,
        patience: Patience | None = None,
        open_adapter: OpenAdapter = open_adapter,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self.traffic: Counter[str] = Counter()
        self._settings, self._spool, self._now_us = settings, spool, now_us
        self._patience, self._open_adapter = patience or Patience(), open_adapter
        self._around = Surroundings(
            now_us, self._patience, self.counts, self.traffic, settings.live_batch_s
        )
        self._sessions: dict[str, Session] = {}  # by radio address
        self._newcomers: asyncio.Queue[Session] = asyncio.Queue()
        self._ignored: set[str] = set()
        self._failures = 0

    def seen(self) -> tuple[wire.Seen, ...]:
        """Return every device that has said who it is."""
        found = (session.seen() for session in self._sessions.values())
        return tuple(seen for seen in found if seen)

    async def run(self) -> NoReturn:
        """Hold what comes within reach; a radio that is not there is waited for."""
        while True:
            reason = await self._listen()
            self.counts["radio_missing"] += 1
            log.log(logging.DEBUG if self._failures else logging.WARNING, "%s", reason)
            delay_s = self._patience.radio_retry.delay_s(self._failures)
            self._failures += 1
            await asyncio.sleep(delay_s)

    async def perform(self, command: wire.Command) -> wire.Answer:
        """Do what the hub asks; the answer says what became of it."""
        reason = await self._perform(command)
        return wire.Answer(id=command.id, done=not reason, reason=reason, at_us=self._now_us())

    async def _perform(self, command: wire.Command) -> str:
        """Return why it was not done, if it was not."""
        clients = (it.client for it in self._sessions.values() if it.device == command.device)
        connected = next((client for client in clients if client), None)
        if connected is None:
            return "not connected"
        return await orders.carry_out(connected, command, self._now_us())

    async def _listen(self) -> str:
        """Hold devices until the radio goes away; return what became of it."""
        try:
            async with (
                self._open_adapter(self._settings.radio) as adapter,
                asyncio.TaskGroup() as group,
            ):
                holding = group.create_task(self._hold(adapter), name="devices")
                try:
                    await Scan(adapter, self._heard, self._patience.silent_scan_s).run()
                except BleakError as gone:
                    holding.cancel()
                    return str(gone.args[0])
        except BleakError as missing:
            return str(missing.args[0])

    async def _hold(self, adapter: Adapter) -> NoReturn:
        """Hold every device that is known, and those yet to come."""
        self._newcomers = asyncio.Queue()
        for known in self._sessions.values():
            self._newcomers.put_nowait(known)
        turn = asyncio.Lock()
        async with asyncio.TaskGroup() as group:
            while True:
                session = await self._newcomers.get()
                group.create_task(session.run(adapter, turn))

    def _heard(self, device: BLEDevice, data: AdvertisementData) -> None:
        self._failures = 0
        session = self._sessions.get(device.address) or self._meet(device, data)
        if session:
            session.heard(device, data.rssi)

    def _meet(self, device: BLEDevice, data: AdvertisementData) -> Session | None:
        kind = kind_of(data.service_uuids)
        if kind is None:
            self._ignore(device.address)
            return None
        session = Session(kind, self._settings.site, self._spool, self._around)
        self._sessions[device.address] = session
        self._newcomers.put_nowait(session)
        return session

    def _ignore(self, address: str) -> None:
        if address in self._ignored:
            return
        self.counts["ignored"] += 1
        if len(self._ignored) >= _MOST_IGNORED:
            self._ignored.clear()
        self._ignored.add(address)
