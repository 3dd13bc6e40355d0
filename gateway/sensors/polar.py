"""What a Polar strap or armband measures raw, as far as the settings ask for it."""

from collections.abc import Sequence
from typing import Final

from bleak.exc import BleakError

from gateway import wire
from gateway.arrivals import Arrival
from gateway.clock import Clock
from gateway.gatt.errors import MalformedValue
from gateway.sensors.polar_orders import Orders
from gateway.sensors.polar_recorder import Recorder
from gateway.sensors.polar_streams import KINDS, TICKS_PER_SECOND, stream_of
from gateway.sensors.sensor import Link, Surroundings
from gateway.sensors.signal import Signal
from gateway.vendors.polar import control_point, data, packet
from gateway.vendors.polar.control_point import Features, Response
from gateway.vendors.polar.data import Frame
from gateway.vendors.polar.kind import Kind

_STEP_US: Final = 2_000_000  # ahead of what came before: somebody set its clock


class Polar:
    """One device's raw signals, live and recorded; its clock outlives its connections."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._clock = Clock(TICKS_PER_SECOND, 0, 0, 1.0)
        self._epoch_ns: int | None = None  # of its clock: small numbers are exact ones
        self._orders: Orders | None = None
        self._signals: dict[Kind, Signal] = {}
        self._newest_us = (0, 0)  # on its clock, and when it came
        self._recorder = Recorder(around)

    @property
    def handing_over(self) -> bool:
        return self._recorder.handing_over

    async def begin(self, link: Link) -> None:
        """Ask for what is wanted and offered."""
        self._orders, self._signals = None, {}
        self._recorder.rest()
        if link.client.services.get_characteristic(control_point.UUID) is None:
            return
        if not self._around.raw and not self._around.recorded:
            return
        self._link = link
        self._clock.reconnect()
        await link.listen(control_point.UUID)
        if self._around.raw:
            await link.gather(data.UUID)
        offered = await _offered(link)
        if self._around.recorded:
            await self._recorder.begin(link, offered)
        self._orders = Orders(link.client, self._around.now_us, self._around.counts)
        await self._orders.begin([KINDS[name] for name in self._around.raw], offered)

    def take(self, arrival: Arrival) -> None:
        """Read one notification; raise MalformedValue for one that is none."""
        if self._orders is None:
            return
        if arrival.uuid == control_point.UUID:
            said = control_point.decode(arrival.value)
            if isinstance(said, Response) and not self._recorder.answered(said):
                self._orders.answered(said)
        elif arrival.uuid == packet.UUID:
            self._recorder.take(arrival)
        elif arrival.uuid == data.UUID:
            frame = data.decode(arrival.value)
            if isinstance(frame, Frame) and frame.kind in self._orders.asked:
                self._measured(frame, arrival.at_us)

    def batches(self, *, flush: bool) -> list[wire.Batch]:
        told = self._recorder.batches(flush=flush)
        for signal in self._signals.values():
            told += signal.batches(self._clock, self._link.batches, flush=flush)
        return told

    async def settle(self) -> None:
        """Give the next order."""
        if self._orders is None:
            return
        await self._orders.settle()
        if self._orders.is_done:  # it takes one order at a time
            await self._recorder.settle()

    def _measured(self, frame: Frame, arrived_us: int) -> None:
        if self._epoch_ns is None:
            self._epoch_ns = frame.at_ns
        at_us = (frame.at_ns - self._epoch_ns) // 1000
        signal = self._signals.get(frame.kind)
        if signal is None:
            signal = self._signals[frame.kind] = self._begin_signal(frame, at_us, arrived_us)
        if at_us == signal.heard_us:
            return  # it came twice
        self._check_clock(signal, at_us, arrived_us)
        self._clock.heard(at_us, at_us, arrived_us)
        missing = signal.take(at_us, frame.samples)
        if missing:
            self._around.counts[f"missing:{signal.stream.name}"] += missing

    def _begin_signal(self, frame: Frame, at_us: int, arrived_us: int) -> Signal:
        if self._orders is None:
            raise BleakError("it was not asked")
        kind, asked = frame.kind, self._orders.asked[frame.kind]
        period_us = 1e6 / asked.rate_hz
        # Nothing of it was measured before it was ordered: that bounds its clock.
        earliest_us = asked.at_us + round((len(frame.samples) - 1) * period_us)
        self._clock.read(at_us, at_us, min(earliest_us, arrived_us), arrived_us)
        self._newest_us = at_us, arrived_us
        stream = stream_of(kind, frame.frame_type, asked.factor, period_us)
        return Signal(stream, period_us)

    def _check_clock(self, signal: Signal, at_us: int, arrived_us: int) -> None:
        before_us, heard_us = self._newest_us
        ahead_us = (at_us - before_us) - (arrived_us - heard_us)
        went_back = signal.heard_us is not None and at_us < signal.heard_us
        if went_back or ahead_us > _STEP_US:
            raise BleakError("its clock was set")
        self._newest_us = at_us, arrived_us


async def _offered(link: Link) -> Sequence[Kind]:
    value = bytes(await link.client.read_gatt_char(control_point.UUID))
    try:
        said = control_point.decode(value)
    except MalformedValue:
        return ()  # its heart rate is as good as before
    return said.kinds if isinstance(said, Features) else ()
