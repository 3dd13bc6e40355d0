"""A heart-rate strap: no memory and no counter, so each notification is kept as it comes."""

from collections.abc import Sequence
from typing import Final

from gateway import wire
from gateway.arrivals import Arrival
from gateway.batches import Stream
from gateway.gatt.heart_rate import measurement
from gateway.gatt.heart_rate.measurement import RR_TICKS_PER_SECOND
from gateway.sensors.beats import Chain
from gateway.sensors.calendar import ARRIVAL_ERROR_US
from gateway.sensors.polar import Polar
from gateway.sensors.sensor import Link, Surroundings

HEART_RATE: Final = Stream("heart_rate", 1.0, "bpm")
RR: Final = Stream("rr", 1000 / RR_TICKS_PER_SECOND, "ms")


class Strap:
    """One strap; what it measures raw is its maker's own way."""

    has_memory = False  # of its heart: whoever hangs up on it loses beats
    handing_over = False

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._raw = Polar(around)
        self._ready: list[wire.Batch] = []

    async def begin(self, link: Link) -> None:
        self._batches = link.batches
        self._ready, self._chain = [], Chain()
        await link.listen(measurement.UUID)
        await self._raw.begin(link)
        self.handing_over = False

    def take(self, arrival: Arrival) -> None:
        if arrival.uuid == measurement.UUID:
            self._take_heart(arrival)
        else:
            self._raw.take(arrival)

    def batches(self, *, flush: bool) -> list[wire.Batch]:
        ready, self._ready = self._ready, []
        return ready + self._raw.batches(flush=flush)

    async def settle(self) -> None:
        """Have nothing to confirm: what it said it has forgotten."""
        await self._raw.settle()
        self.handing_over = self._raw.handing_over

    def _take_heart(self, arrival: Arrival) -> None:
        reading = measurement.decode(arrival.value)
        worn = reading.in_contact is not False
        if not worn:
            self._chain.restart()
        quality = wire.Quality(0) if worn else wire.Quality.NOT_WORN
        if reading.rr_ms:
            ticks = [round(ms * RR_TICKS_PER_SECOND / 1000) for ms in reading.rr_ms]
            beats = self._chain.place(ticks, arrival.at_us)
            if beats is None:
                self._around.counts["doubled"] += 1
                return
            self._add(RR, beats.times_us, ticks, beats.error_us, quality)
        elif worn:
            self._chain.wait(arrival.at_us)
        self._add(HEART_RATE, [arrival.at_us], [reading.rate_bpm], ARRIVAL_ERROR_US, quality)

    def _add(
        self,
        stream: Stream,
        times_us: Sequence[int],
        values: Sequence[int],
        error_us: int,
        quality: wire.Quality,
    ) -> None:
        batch = self._batches.events(
            stream, times_us, values, error_us=error_us, quality=quality
        )
        self._ready.append(batch)
