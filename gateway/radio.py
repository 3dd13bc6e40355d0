"""The radio half of a gateway: finds devices, holds them, and asks them for things."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import Any, Final, NoReturn, TypeAlias

from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from gateway import wire
from gateway.adapter import Adapter, open_adapter
from gateway.arrivals import BEATS_A_BATCH
from gateway.beat import Beat
from gateway.broadcasts import Broadcasts
from gateway.conversation import Keeper
from gateway.discovery import KINDS, Kind, kind_of
from gateway.listener import Listener
from gateway.orders import Orders
from gateway.patience import Patience
from gateway.sensors.sensor import Surroundings
from gateway.session import Session
from gateway.sessions import Sessions
from gateway.settings import GatewaySettings
from gateway.tape import Tape

OpenAdapter: TypeAlias = Callable[[str, int | None, Path], AbstractAsyncContextManager[Adapter]]

_MOST_IGNORED: Final = 4096  # addresses: passing phones change theirs all the time


class Radio:
    """Every device within reach, and the radios they are reached by."""

    def __init__(
        self,
        settings: GatewaySettings,
        spool: Keeper,
        now_us: Callable[[], int],
        *,
        kinds: Sequence[Kind] = KINDS,
        patience: Patience | None = None,
        open_adapter: OpenAdapter = open_adapter,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self.traffic: Counter[str] = Counter()
        self._settings, self._spool, self._now_us = settings, spool, now_us
        self._kinds = kinds
        self._patience, self._open_adapter = patience or Patience(), open_adapter
        self._around = Surroundings(
            now_us,
            self._patience,
            self.counts,
            self.traffic,
            Beat(self._patience.gather_s),
            Beat(settings.live_batch_s / BEATS_A_BATCH),
            settings.raw,
            settings.recorded,
        )
        self._broadcasts = Broadcasts(settings.adverts, settings.site, spool, self._around)
        self._sessions = Sessions(self._patience)
        self._orders = Orders(self._sessions, now_us)
        self._running: dict[Session, asyncio.Task[NoReturn]] = {}
        self._listeners: dict[str, Listener] = {}
        self._ignored: set[str] = set()

    def seen(self) -> tuple[wire.Seen, ...]:
        """Return every device that has said who it is."""
        return (*self._sessions.seen(), *self._broadcasts.seen())

    def radios(self) -> tuple[wire.RadioState, ...]:
        """Return every radio that the settings name."""
        return tuple(listener.state() for listener in self._listeners.values())

    async def perform(self, command: wire.Command) -> wire.Answer:
        """Do what the hub asks; the answer says what became of it."""
        return await self._orders.perform(command)

    async def perform_here(
        self, command: wire.Command, show: Callable[[int], None]
    ) -> wire.Answer:
        """Do what is asked on this machine, where a passkey can be shown at once."""
        return await self._orders.perform(command, show)

    async def record(self, device: str) -> AsyncGenerator[dict[str, Any]]:
        """Yield all that is said in the next session of a device; LookupError: unknown."""
        session = self._sessions.named(device)
        if session is None:
            raise LookupError(f"{device} has not been heard")
        tape = Tape()
        session.record(tape)
        try:
            async for line in tape.lines():
                yield line
        finally:
            session.stop_recording()

    async def run(self) -> None:
        """Hold what comes within reach, by every radio, until cancelled."""
        chosen = self._settings
        async with asyncio.TaskGroup() as self._group:
            for radio in chosen.radios:
                opened = partial(self._open_adapter, radio, chosen.slots, chosen.bonds)
                listener = Listener(radio, opened, self._heard, self._patience, self.counts)
                self._listeners[radio] = listener
                self._group.create_task(listener.run(), name=radio)
            self._group.create_task(self._broadcasts.run(), name="adverts")

    def _heard(self, adapter: Adapter, device: BLEDevice, data: AdvertisementData) -> None:
        if self._broadcasts.heard(device, data):
            return
        session = self._sessions.at(device.address) or self._meet(device, data)
        if session:
            session.heard(adapter, device, data)

    def _meet(self, device: BLEDevice, data: AdvertisementData) -> Session | None:
        kind = kind_of(data.service_uuids, data.local_name, self._kinds)
        if kind is None:
            self._ignore(device.address)
            return None
        session = Session(kind, self._settings.site, self._spool, self._around)
        self._sessions.add(device.address, session)
        self._running[session] = self._group.create_task(session.run(), name=device.address)
        for gone in self._sessions.gone(self._now_us()):
            self._running.pop(gone).cancel()
        return session

    def _ignore(self, address: str) -> None:
        if address in self._ignored:
            return
        self.counts["ignored"] += 1
        if len(self._ignored) >= _MOST_IGNORED:
            self._ignored.clear()
        self._ignored.add(address)
