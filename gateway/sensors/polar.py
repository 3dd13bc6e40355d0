"""What a Polar strap or armband measures raw, as far as the settings ask for it."""

from typing import Final

from bleak.exc import BleakError

from gateway import wire
from gateway.arrivals import Arrival
from gateway.batches import Stream
from gateway.clock import Clock
from gateway.sensors.polar_orders import NAMES, Orders
from gateway.sensors.sensor import Link, Surroundings
from gateway.sensors.signal import Piece, Signal
from gateway.vendors.polar import control_point, data
from gateway.vendors.polar.data import Frame
from gateway.vendors.polar.kind import Kind

_KINDS: Final = {name: kind for kind, name in NAMES.items()}
_CHANNELS: Final = {Kind.ACCELERATION: 3, Kind.ECG: 1, Kind.PPG: 4}
_UNITS: Final = {Kind.ACCELERATION: "g", Kind.ECG: "uV", Kind.PPG: "count"}
_IN_G: Final = 0x80  # of acceleration; its other frame types are in mg
_TICKS_PER_SECOND: Final = 1_000_000
_UNHEARD: Final = "missing: it was sent and not heard, and is kept nowhere"
_STEP_US: Final = 2_000_000  # ahead of what came before: somebody set its clock


class Polar:
    """One device's raw signals; its clock lives longer than its connections."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._clock = Clock(_TICKS_PER_SECOND, 0, 0, 1.0)
        self._epoch_ns: int | None = None  # of its clock: small numbers are exact ones
        self._orders: Orders | None = None
        self._signals: dict[Kind, Signal] = {}
        self._newest_us = (0, 0)  # on its clock, and when it came

    async def begin(self, link: Link) -> None:
        """Ask for what is wanted and offered."""
        self._orders, self._signals = None, {}
        if link.client.services.get_characteristic(control_point.UUID) is None:
            return
        if not self._around.raw:
            return
        self._link = link
        self._clock.reconnect()
        await link.listen(control_point.UUID)
        await link.listen(data.UUID)
        self._orders = Orders(link.client, self._around.now_us, self._around.counts)
        await self._orders.begin([_KINDS[name] for name in self._around.raw])

    def take(self, arrival: Arrival) -> None:
        """Read one notification; raise MalformedValue for one that is none."""
        if self._orders is None:
            return
        if arrival.uuid == control_point.UUID:
            self._orders.answered(control_point.decode(arrival.value))
        elif arrival.uuid == data.UUID:
            frame = data.decode(arrival.value)
            if isinstance(frame, Frame) and frame.kind in self._orders.asked:
                self._measured(frame, arrival.at_us)

    def batches(self, *, flush: bool) -> list[wire.Batch]:
        return [
            batch
            for signal in self._signals.values()
            for batch in self._batches_of(signal, flush=flush)
        ]

    async def settle(self) -> None:
        """Give the next order."""
        if self._orders:
            await self._orders.settle()

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
        in_mg = kind is Kind.ACCELERATION and frame.frame_type != _IN_G
        scale = asked.factor / 1000 if in_mg else asked.factor
        period_us = 1e6 / asked.rate_hz
        # Nothing of it was measured before it was ordered: that bounds its clock.
        earliest_us = asked.at_us + round((len(frame.samples) - 1) * period_us)
        self._clock.read(at_us, at_us, min(earliest_us, arrived_us), arrived_us)
        self._newest_us = at_us, arrived_us
        stream = Stream(NAMES[kind], scale, _UNITS[kind], _CHANNELS[kind], period_us)
        return Signal(stream, period_us, self._around.live_batch_s)

    def _check_clock(self, signal: Signal, at_us: int, arrived_us: int) -> None:
        before_us, heard_us = self._newest_us
        ahead_us = (at_us - before_us) - (arrived_us - heard_us)
        went_back = signal.heard_us is not None and at_us < signal.heard_us
        if went_back or ahead_us > _STEP_US:
            raise BleakError("its clock was set")
        self._newest_us = at_us, arrived_us

    def _batches_of(self, signal: Signal, *, flush: bool) -> list[wire.Batch]:
        batches: list[wire.Batch] = []
        for piece in signal.ready(flush=flush):
            first_us = round(piece.first_us)
            start = self._clock.at(first_us, first_us)
            error_us = start.error_us + round(signal.stretch_us(piece))
            batches.append(
                self._link.batches.even(
                    signal.stream, start.at_us, piece.rows, error_us=error_us, lost=_lost(piece)
                )
            )
        return batches


def _lost(piece: Piece) -> wire.Lost | None:
    return wire.Lost(samples=piece.missing, reason=_UNHEARD) if piece.missing else None
