"""Devices that are heard and never called: those that the settings list, and no other."""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NoReturn

from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from gateway import wire
from gateway.adverts import bthome
from gateway.adverts.telling import Teller, tellers
from gateway.batches import Batches
from gateway.conversation import Keeper
from gateway.discovery import device_name
from gateway.gatt.errors import MalformedValue
from gateway.gatt.service import short
from gateway.sensors.calendar import Calendar
from gateway.sensors.said import Said
from gateway.sensors.sensor import Surroundings
from gateway.settings import ListedAdvert
from gateway.spool import SpoolFull

log = logging.getLogger(__name__)

_NO_CLOCK: Final = Calendar()


@dataclass(slots=True)
class _Broadcast:
    """One listed device."""

    tellers: dict[str, Teller]
    kind: str = ""  # known with its first advert
    batches: Batches | None = None
    heard_us: int = 0
    rssi_dbm: int | None = None
    battery_percent: int | None = None
    ready: list[wire.Batch] = field(default_factory=list[wire.Batch])


class Broadcasts:
    """Keeps what listed devices advertise."""

    def __init__(
        self, listed: Iterable[ListedAdvert], site: str, spool: Keeper, around: Surroundings
    ) -> None:
        self._site, self._spool, self._around = site, spool, around
        self._by_address = {
            it.address.upper(): _Broadcast(dict(tellers(it.key(), it.address))) for it in listed
        }
        self._waiting: deque[_Broadcast] = deque()
        self._changed = asyncio.Event()

    def heard(self, device: BLEDevice, data: AdvertisementData) -> bool:
        """Take a listed device's advert; return False if it is not listed."""
        broadcast = self._by_address.get(device.address.upper())
        if broadcast is None:
            return False
        broadcast.heard_us, broadcast.rssi_dbm = self._around.now_us(), data.rssi
        for service, value in data.service_data.items():
            if service in broadcast.tellers:
                self._take(device.address, broadcast, service, value)
        return True

    def seen(self) -> Iterable[wire.Seen]:
        """Yield what a gateway's status says of those that were heard."""
        lost_us = self._around.patience.lost_after_s * 1e6
        for it in self._by_address.values():
            if it.batches is not None:
                is_lost = self._around.now_us() - it.heard_us > lost_us
                yield wire.Seen(
                    device=it.batches.device,
                    kind=it.kind,
                    state="lost" if is_lost else "seen",
                    has_memory=False,
                    why="it is heard only",
                    last_heard_us=it.heard_us,
                    battery_percent=it.battery_percent,
                    rssi_dbm=it.rssi_dbm,
                )

    async def run(self) -> NoReturn:
        """Keep what comes, until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            while self._waiting:
                await self._keep(self._waiting.popleft())

    def _take(self, address: str, it: _Broadcast, service: str, value: bytes) -> None:
        now_us = self._around.now_us()
        try:
            told = list(it.tellers[service].tell(value, now_us))
        except MalformedValue as malformed:
            self._around.counts[f"malformed:{short(malformed.uuid)}"] += 1
            return
        if it.batches is None:
            it.kind = "ambient_sensor" if service == bthome.UUID else "scale"
            it.batches = Batches(device_name(it.kind.split("_")[0], self._site, address))
        if not told:
            return
        if len(it.ready) >= self._around.patience.queued:
            self._around.counts["dropped"] += len(told)
            return
        self._around.traffic["notifications"] += 1
        it.ready += [_batch(it.batches, said, now_us) for said in told]
        it.battery_percent = _battery(told, it.battery_percent)
        self._waiting.append(it)
        self._changed.set()

    async def _keep(self, it: _Broadcast) -> None:
        ready, it.ready = it.ready, []
        if not ready or it.batches is None:
            return
        try:
            await self._spool.keep(ready)
            self._around.traffic["batches"] += len(ready)
        except SpoolFull as full:
            # Its numbers are spent: a new row begins, and the hub misses none of it.
            it.batches = Batches(it.batches.device)
            self._around.counts["refused"] += 1
            log.debug("what %s says is not kept: %s", it.batches.device, full)


def _batch(batches: Batches, said: Said, arrived_us: int) -> wire.Batch:
    at_us, error_us = _NO_CLOCK.place(said.measured, arrived_us)
    return batches.events(
        said.stream, [at_us], said.numbers, error_us=error_us, quality=said.quality
    )


def _battery(told: Iterable[Said], before: int | None) -> int | None:
    return next((it.numbers[0] for it in told if it.stream.name == "battery"), before)
