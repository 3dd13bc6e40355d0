"""One call to a device: connect, pair if that was asked for, listen, and hang up."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from bleak.backends.device import BLEDevice
from bleak.exc import BleakError

from gateway.adapter import Adapter
from gateway.arrivals import Arrivals
from gateway.conversation import Conversation, Keeper
from gateway.gatt.errors import MalformedValue
from gateway.pairing import BondLost, Pairing, wants_pairing
from gateway.redaction import without_addresses
from gateway.sensors.sensor import Sensor, Surroundings
from gateway.slots import Lease
from gateway.spool import SpoolFull
from gateway.state import Event
from gateway.tape import Tape

if TYPE_CHECKING:
    from bleak import BleakClient

log = logging.getLogger(__name__)

_NO_SLOT: Final = "LIMIT_EXCEEDED"  # in the words of the Bluetooth standard

Met: TypeAlias = Callable[[str], str]  # what identifies it; returns its name
Turned: TypeAlias = Callable[[Conversation, bool], None]  # whether something was kept


@dataclass(frozen=True, slots=True)
class End:
    """How a call ended, and why."""

    event: Event
    why: str


TOLD_ALL: Final = End(Event.ENDED, "it told what it had")


@dataclass(frozen=True, slots=True)
class Line:
    """By which radio a device is called, and the slot that it has there."""

    adapter: Adapter
    device: BLEDevice
    lease: Lease
    tape: Tape | None = None  # on which it is taken down


class Call:
    """Holds one connection for as long as it can be held, or is worth it."""

    def __init__(self, line: Line, sensor: Sensor, spool: Keeper, around: Surroundings) -> None:
        self._line, self._sensor, self._spool, self._around = line, sensor, spool, around
        self._name = "a device"
        self._was_connected = False
        patience = around.patience
        self._arrivals = Arrivals(
            patience.queued,
            around.now_us,
            around.counts,
            around.traffic,
            around.soon,
            around.live,
        )
        self.client: BleakClient = line.adapter.client(
            line.device, lambda _: self._arrivals.end(), patience.connect_s, line.tape
        )

    async def run(self, pairing: Pairing | None, met: Met, turned: Turned) -> End:
        """Return once it is over."""
        try:
            async with self._connected():
                if pairing and (refusal := await self._pair(pairing)):
                    return End(Event.PAUSED, f"not paired: {refusal}")
                conversation = await self._introduce(met)
                return await self._listen(conversation, turned)
        except TimeoutError:
            return End(Event.ENDED, "it did not answer")
        except BondLost:
            return await self._forget_bond()
        except (BleakError, MalformedValue) as loss:
            return self._lost(loss)
        except SpoolFull as full:
            return self._refused(full)

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncGenerator[None]:
        adapter, lease = self._line.adapter, self._line.lease
        async with adapter.connecting:
            await self.client.connect()
        try:
            lease.connected = self._was_connected = True
            yield
        finally:
            lease.connected = False
            with contextlib.suppress(BleakError, TimeoutError):
                async with asyncio.timeout(self._around.patience.polite_s):
                    await self.client.disconnect()

    async def _pair(self, pairing: Pairing) -> str:
        """Return why it was not paired, if it was not."""
        try:
            async with asyncio.timeout(self._around.patience.pairing_s):
                await self._line.adapter.pair(self.client, pairing)
        except (BleakError, TimeoutError) as refusal:
            why = without_addresses(str(refusal)) or "it took too long"
            pairing.failed(why)
            return why
        pairing.succeeded()
        return ""

    async def _introduce(self, met: Met) -> Conversation:
        conversation = Conversation(self.client, self._arrivals, self._spool, self._around)
        self._name = met(await conversation.serial_number() or self._line.device.address)
        await conversation.begin(self._name, self._sensor)
        return conversation

    async def _listen(self, conversation: Conversation, turned: Turned) -> End:
        loop, patience = asyncio.get_running_loop(), self._around.patience
        begun_s = kept_s = loop.time()
        turned(conversation, False)
        try:
            while True:
                kept = await conversation.turn()
                kept_s = loop.time() if kept else kept_s
                turned(conversation, kept)
                if self._line.lease.short and self._has_told_all(begun_s, kept_s):
                    return TOLD_ALL
                if self._may_make_room() and self._line.adapter.slots.is_wanted(
                    patience.turn_s
                ):
                    return End(Event.ENDED, "it made room for another")
        except asyncio.CancelledError:
            with contextlib.suppress(SpoolFull, TimeoutError):
                async with asyncio.timeout(patience.polite_s):
                    await conversation.wind_up()
            raise

    def _has_told_all(self, begun_s: float, kept_s: float) -> bool:
        now_s, patience = asyncio.get_running_loop().time(), self._around.patience
        idle = not self._sensor.handing_over  # it may be slow, and have more
        silent = idle and now_s > kept_s + patience.lease_idle_s
        return silent or now_s > begun_s + patience.longest_lease_s

    def _may_make_room(self) -> bool:
        return self._sensor.has_memory and not self._sensor.handing_over

    async def _forget_bond(self) -> End:
        """Forget it here as well: trying it again would end the same way, for ever."""
        self._around.counts["bonds_lost"] += 1
        with contextlib.suppress(BleakError, TimeoutError):
            await self.client.unpair()
        return End(Event.BOND_REFUSED, "it forgot the bond: pair it again")

    def _lost(self, loss: BleakError | MalformedValue) -> End:
        if isinstance(loss, BleakError) and wants_pairing(loss):
            return End(Event.PAUSED, "it wants to be paired")
        if _NO_SLOT in str(loss):
            self._line.adapter.slots.refused()
            self._around.counts["no_slot"] += 1
        return End(Event.ENDED, self._in_full(without_addresses(str(loss))))

    def _in_full(self, loss: str) -> str:
        """Add the reason that the radio was given for the end of a link."""
        stack = self._line.adapter.stack
        reason = stack.why_lost(self._line.device.address) if stack else ""
        if not reason or not self._was_connected:
            return loss
        self._around.counts[f"lost:{reason}"] += 1
        return f"{loss}: {reason}"

    def _refused(self, full: SpoolFull) -> End:
        counts = self._around.counts
        counts["refused"] += 1
        level = logging.WARNING if counts["refused"] == 1 else logging.DEBUG
        log.log(level, "what %s says is not kept, nor confirmed to it: %s", self._name, full)
        return End(Event.ENDED, f"not kept: {full}")
