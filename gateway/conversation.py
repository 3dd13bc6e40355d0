"""One connection to one device: what it says is read, kept, and only then answered."""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from typing import Final, Protocol

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.exc import BleakError

from gateway import wire
from gateway.arrivals import Arrival, Arrivals
from gateway.batches import Batches, Stream
from gateway.gatt import battery_level, current_time, device_information
from gateway.gatt.errors import MalformedValue
from gateway.gatt.service import short
from gateway.sensors.calendar import Calendar
from gateway.sensors.sensor import Link, Sensor, Surroundings
from gateway.spool import Note

log = logging.getLogger(__name__)

_BATTERY: Final = Stream("battery", 1.0, "percent")
_BATTERY_ERROR_US: Final = 1_000_000


class Keeper(Protocol):
    """Where batches are safe."""

    async def keep(self, batches: Sequence[wire.Batch], notes: Sequence[Note] = ()) -> None:
        """Return once all survive a power cut; raise SpoolFull if there is no room."""
        ...

    async def noted(self, device: str, what: str) -> int | None:
        """Return how far a device's memory is ours, if that was ever noted."""
        ...


class Conversation:
    """What goes back and forth on one connection."""

    def __init__(
        self, client: BleakClient, arrivals: Arrivals, spool: Keeper, around: Surroundings
    ) -> None:
        self._client, self._arrivals = client, arrivals
        self._spool, self._around = spool, around
        self._ready: list[wire.Batch] = []
        self._calendar_is_done = False
        self.battery_percent: int | None = None
        self.time_error_us: int | None = None  # of what the sensor said last

    async def serial_number(self) -> str | None:
        """Return what the device says is its serial number; None if it says nothing."""
        value = await self._read(device_information.SERIAL_NUMBER)
        if value is None:
            return None
        try:
            return device_information.decode_serial_number(value).text or None
        except MalformedValue as malformed:
            self._count(malformed)
            return None

    async def begin(self, device: str, sensor: Sensor) -> None:
        """Subscribe to all that the device has to say."""
        self._batches, self._sensor = Batches(device), sensor
        await self._begin_battery()
        noted = partial(self._spool.noted, device)
        self._calendar = await Calendar.read(self._client, self._around.now_us())
        self._set_by_s = _now_s() + self._around.patience.look_s
        link = Link(
            self._client, self._batches, self._listen, self._gather, noted, self._calendar
        )
        await sensor.begin(link)

    async def turn(self) -> bool:
        """Keep and answer what came; return whether something was kept.

        Raises BleakError when the link is lost and all that came before is kept.
        """
        arrivals, is_complete = await self._arrivals.take(self._around.patience.idle_s)
        kept = await self._keep(arrivals, flush=is_complete)
        await self._sensor.settle()
        if not arrivals or _now_s() >= self._set_by_s:
            await self._set_calendar()
        return kept

    async def wind_up(self) -> None:
        """Keep what came already, without an answer."""
        await self._keep(self._arrivals.drain(), flush=True)

    async def _keep(self, arrivals: Sequence[Arrival], *, flush: bool) -> bool:
        for arrival in arrivals:
            self._take(arrival)
        said = self._sensor.batches(flush=flush)
        if said:
            self.time_error_us = said[-1].start_error_us
        batches = self._ready + said
        self._ready = []
        if batches:
            await self._spool.keep(batches, self._batches.notes())
            self._around.traffic["batches"] += len(batches)
        return bool(batches)

    def _take(self, arrival: Arrival) -> None:
        try:
            if arrival.uuid == battery_level.UUID:
                self._take_battery(arrival)
            else:
                self._sensor.take(arrival)
        except MalformedValue as malformed:
            self._count(malformed)

    def _count(self, malformed: MalformedValue) -> None:
        name = f"malformed:{short(malformed.uuid)}"
        self._around.counts[name] += 1
        level = logging.WARNING if self._around.counts[name] == 1 else logging.DEBUG
        # Without its bytes: they may be somebody's heart rate.
        log.log(level, "%s of %d bytes", name, len(malformed.value))

    async def _begin_battery(self) -> None:
        characteristic = self._client.services.get_characteristic(battery_level.UUID)
        if characteristic is None:
            return
        value = await self._client.read_gatt_char(characteristic)
        self._take(Arrival(battery_level.UUID, bytes(value), self._around.now_us()))
        if "notify" in characteristic.properties:
            await self._listen(battery_level.UUID)

    def _take_battery(self, arrival: Arrival) -> None:
        percent = battery_level.decode(arrival.value).percent
        self.battery_percent = percent
        self._ready.append(
            self._batches.events(
                _BATTERY, [arrival.at_us], [percent], error_us=_BATTERY_ERROR_US
            )
        )

    async def _set_calendar(self) -> None:
        """Set it, once and where it can be, when what it was remembered by has been told."""
        if self._calendar_is_done or self._sensor.handing_over:
            return
        self._calendar_is_done = True
        characteristic = self._client.services.get_characteristic(current_time.UUID)
        if characteristic is None or "write" not in characteristic.properties:
            return
        try:
            await self._calendar.set(self._client, self._around.now_us())
        except BleakError:
            self._around.counts["time_refused"] += 1
        else:
            self._around.traffic["time_set"] += 1

    async def _read(self, uuid: str) -> bytes | None:
        if self._client.services.get_characteristic(uuid) is None:
            return None
        return bytes(await self._client.read_gatt_char(uuid))

    async def _listen(self, uuid: str) -> None:
        def put(_: BleakGATTCharacteristic, value: bytearray) -> None:
            self._arrivals.put(uuid, bytes(value))

        await self._client.start_notify(uuid, put)

    async def _gather(self, uuid: str) -> None:
        def put(_: BleakGATTCharacteristic, value: bytearray) -> None:
            self._arrivals.gather(uuid, bytes(value))

        await self._client.start_notify(uuid, put)


def _now_s() -> float:
    return asyncio.get_running_loop().time()
