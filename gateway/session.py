"""One device: when it is called, and what state it is in meanwhile."""

import asyncio
import logging
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakError

from gateway import wire
from gateway.adapter import Adapter, hang_up
from gateway.call import TOLD_ALL, Call, End, Line
from gateway.conversation import Conversation, Keeper
from gateway.discovery import Kind, pseudonym
from gateway.life import Life
from gateway.pairing import Pairing
from gateway.sensors.sensor import Sensor, Surroundings
from gateway.state import Event, State
from gateway.tape import Tape

if TYPE_CHECKING:
    from bleak import BleakClient

log = logging.getLogger(__name__)

_FRESH_S: Final = 5.0  # an advert older than this says nothing of which radio is nearest
_STOPPED: Final = End(Event.ENDED, "stopped")


class _Advert(NamedTuple):
    """By which radio a device was heard last."""

    adapter: Adapter
    device: BLEDevice
    data: AdvertisementData
    at_s: float


class Session:
    """Holds the link to one device whenever it can be had."""

    def __init__(self, kind: Kind, site: str, spool: Keeper, around: Surroundings) -> None:
        self._kind, self._site = kind, site
        self._spool, self._around = spool, around
        self._sensor: Sensor = kind.sensor(around)
        self._life = Life(kind.name, around.now_us, around.patience.lost_after_s)
        self._adverts: dict[Adapter, _Advert] = {}
        self._heard = asyncio.Event()
        self._not_before_s = 0.0
        self._losses = 0
        self._call: Call | None = None
        self._task: asyncio.Task[End] | None = None
        self._told_to_end: End | None = None
        self._pairing: Pairing | None = None
        self._tape: Tape | None = None
        self._rssi_dbm: int | None = None
        self._battery_percent: int | None = None
        self._time_error_us: int | None = None
        self.device: str | None = None  # its pseudonym, once it said who it is

    # What is known of it.

    @property
    def state(self) -> State:
        return self._life.state

    @property
    def heard_us(self) -> int:
        return self._life.heard_us

    @property
    def client(self) -> "BleakClient | None":
        """The present connection, once it is listened to."""
        return self._call.client if self._call and self.is_connected else None

    @property
    def is_connected(self) -> bool:
        return self.state in {State.STREAMING, State.HANDING_OVER}

    def seen(self) -> wire.Seen | None:
        """Return what a gateway's status says; None while it has no name."""
        if self.device is None:
            return None
        return wire.Seen(
            device=self.device,
            kind=self._kind.reported,
            state=self.state,
            why=(self._pairing and self._pairing.asks) or self._life.why,
            has_memory=self._sensor.has_memory,
            last_heard_us=self._life.heard_us,
            battery_percent=self._battery_percent,
            rssi_dbm=self._rssi_dbm,
            time_error_us=self._time_error_us,
        )

    # What can be asked of it.

    def restart(self) -> None:
        """Hang up, and call again as soon as it is heard."""
        self._losses = 0
        self._end(End(Event.ENDED, "restarted"))

    def pause(self, why: str) -> None:
        """Let it alone until `resume`."""
        if self.state is not State.PAUSED:
            self._end(End(Event.PAUSED, why))

    def resume(self) -> None:
        """Call it again, paused or not."""
        self._losses, self._not_before_s = 0, 0.0
        if self.state in {State.PAUSED, State.BOND_LOST}:
            self._life.happened(Event.RESUMED)

    async def pair(self, pairing: Pairing) -> None:
        """Pair it with the next call; raise BleakError if that fails."""
        self._pairing = pairing
        self.restart()
        self.resume()
        try:
            await pairing.outcome
        finally:
            self._pairing = None

    def record(self, tape: Tape) -> None:
        """Call it anew, and take down all that is said."""
        self._tape = tape
        self.restart()
        self.resume()

    def stop_recording(self) -> None:
        if self._tape is not None:
            self._tape.end()
            self._tape = None

    def tell_passkey(self, passkey: int) -> None:
        """Pass a passkey on; raise BleakError if no pairing waits for one."""
        if self._pairing is None:
            raise BleakError("it is not being paired")
        self._pairing.tell(passkey)

    def _end(self, end: End) -> None:
        if self._task is not None:
            self._told_to_end = end
            hang_up(self._task)
        elif end.event is not Event.ENDED:
            self._life.happened(end.event, end.why)

    # What happens to it.

    def heard(self, adapter: Adapter, device: BLEDevice, data: AdvertisementData) -> None:
        """Take note of an advert."""
        now_s = asyncio.get_running_loop().time()
        self._rssi_dbm = data.rssi
        self._life.heard()
        self._adverts[adapter] = _Advert(adapter, device, data, now_s)
        if now_s >= self._not_before_s:
            self._heard.set()

    async def run(self) -> NoReturn:
        """Call the device whenever it is heard and nothing speaks against it."""
        while True:
            self._heard.clear()
            await self._heard.wait()
            advert = self._nearest()
            if advert is None or self.state in {State.PAUSED, State.BOND_LOST}:
                continue
            end = _STOPPED
            self._life.happened(Event.WANTED)
            try:
                end = await self._follow(advert)
            finally:
                self._life.happened(end.event, end.why)
            if self.device is None and end.event is not Event.ENDED:
                self.device = self._name(advert.device.address)  # an operator has to see it
            self._rest(end)

    def _nearest(self) -> _Advert | None:
        """Return the advert to answer: a radio with a free slot before a stronger one."""
        self._adverts = {it: advert for it, advert in self._adverts.items() if it.is_open}
        newest_s = max((advert.at_s for advert in self._adverts.values()), default=0.0)
        fresh = [it for it in self._adverts.values() if it.at_s >= newest_s - _FRESH_S]
        return max(
            fresh, key=lambda it: (it.adapter.slots.has_room, it.data.rssi), default=None
        )

    async def _follow(self, advert: _Advert) -> End:
        """See one attempt through, which its radio may end as well as we."""
        self._told_to_end = None
        task = self._task = advert.adapter.begin(advert.device.address, self._try(advert))
        try:
            await asyncio.wait({task})
        finally:
            hang_up(task)
            await asyncio.wait({task})
            self._call = self._task = None
            if self._tape and self._tape.is_running:
                self.stop_recording()
        end = End(Event.ENDED, "the radio went away") if task.cancelled() else task.result()
        return self._told_to_end or end  # it may have ended by itself that moment

    async def _try(self, advert: _Advert) -> End:
        slots, within_s = advert.adapter.slots, self._around.patience.slot_s
        short, address = self._kind.spot_check, advert.device.address
        try:
            async with slots.lease(address, short=short, within_s=within_s) as lease:
                self._life.happened(Event.GRANTED)
                if self._tape:
                    self._tape.begin(advert.data)
                line = Line(advert.adapter, advert.device, lease, self._tape)
                self._call = Call(line, self._sensor, self._spool, self._around)
                return await self._call.run(self._pairing, self._met, self._turned)
        except TimeoutError:
            self._around.counts["no_slot"] += 1
            return End(Event.ENDED, "no slot was free")

    def _met(self, identity: str) -> str:
        """Take note of who it says it is; return its name."""
        self._around.traffic["links" if self.device is None else "reconnects"] += 1
        self.device = self._life.name = self._name(identity)
        return self.device

    def _name(self, identity: str) -> str:
        return pseudonym(self._kind, self._site, identity)

    def _turned(self, conversation: Conversation, kept: bool) -> None:
        if self.state is State.CONNECTING:
            self._life.happened(Event.BEGUN)
        self._battery_percent = conversation.battery_percent
        self._time_error_us = conversation.time_error_us
        if kept:
            self._losses = 0  # not a handshake: something that was kept
            self._life.heard()
        remembered = self.state is State.HANDING_OVER
        if self._sensor.handing_over != remembered:
            self._life.happened(Event.CAUGHT_UP if remembered else Event.REMEMBERING)

    def _rest(self, end: End) -> None:
        """Let some time pass; what was heard before or meanwhile is gone again, maybe."""
        level = logging.DEBUG if self._losses else logging.INFO
        level = logging.WARNING if end.event is Event.BOND_REFUSED else level
        log.log(level, "%s: %s", self._life.name, end.why)
        delay_s = self._around.patience.link_retry.delay_s(self._losses)
        if end is TOLD_ALL:
            delay_s = max(delay_s, self._kind.every_s)
        self._losses += 1
        self._not_before_s = asyncio.get_running_loop().time() + delay_s
