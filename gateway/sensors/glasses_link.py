"""What can be asked of glasses over one connection, and what time it is on them."""

from collections.abc import Callable

from bleak.exc import BleakError

from gateway.clock import Clock, Instant
from gateway.gatt.glasses import TICKS_PER_SECOND, control, minute, motion, state
from gateway.gatt.glasses.control import Control, Operation
from gateway.gatt.glasses.state import State
from gateway.sensors.sensor import Link


class GlassesLink:
    """Reads their state and clock, confirms, and asks for what is missing."""

    def __init__(self, link: Link, now_us: Callable[[], int], clocks: dict[int, Clock]) -> None:
        self._link, self._now_us, self._clocks = link, now_us, clocks
        self.boot = -1  # none has this

    async def begin(self) -> State:
        """Learn which boot this is; a clock known from an earlier connection goes on."""
        known = await self._read()
        self.boot = known.boot
        clock = self._clocks.get(known.boot)
        self._clocks.clear()
        if clock:
            clock.reconnect()
        self._clocks[known.boot] = clock or Clock(
            TICKS_PER_SECOND, known.ticks, known.next_sample, known.period_us
        )
        return await self.look()

    async def look(self) -> State:
        """Read the state, and the clock with it."""
        asked_us = self._now_us()
        known = await self._read()
        self.check_boot(known.boot)
        self._clock.read(known.ticks, known.next_sample, asked_us, self._now_us())
        return known

    def check_boot(self, boot: int) -> None:
        """Raise BleakError if this is another life of the device: its counters began anew."""
        if boot != self.boot:
            raise BleakError("it started anew")

    def heard(self, ticks: int, sample: int, arrived_us: int) -> None:
        """Take note that something measured at `ticks` was here by then."""
        self._clock.heard(ticks, sample, arrived_us)

    def at(self, ticks: int, sample: float) -> Instant:
        return self._clock.at(ticks, sample)

    async def listen(self) -> None:
        await self._link.gather(motion.UUID)
        await self._link.gather(minute.UUID)

    async def confirm_samples(self, below: int) -> None:
        await self._order(Control(Operation.CONFIRM_SAMPLES, below))

    async def confirm_minutes(self, below: int) -> None:
        await self._order(Control(Operation.CONFIRM_MINUTES, below))

    async def resend_samples(self) -> None:
        await self._order(Control(Operation.RESEND))

    async def resend_minutes(self) -> None:
        """Subscribe anew: no order exists for it, but that begins at the last confirmed."""
        await self._link.client.stop_notify(minute.UUID)
        await self._link.gather(minute.UUID)

    @property
    def _clock(self) -> Clock:
        return self._clocks[self.boot]

    async def _read(self) -> State:
        return state.decode(bytes(await self._link.client.read_gatt_char(state.UUID)))

    async def _order(self, order: Control) -> None:
        value = control.encode(order)
        await self._link.client.write_gatt_char(control.UUID, value, response=True)
