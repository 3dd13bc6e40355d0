"""A heart-rate strap: no memory and no counter, so each notification is kept as it comes."""

from collections.abc import Sequence
from typing import Final

from gateway import wire
from gateway.arrivals import Arrival
from gateway.batches import Stream
from gateway.gatt.heart_rate import measurement
from gateway.gatt.heart_rate.measurement import RR_TICKS_PER_SECOND
from gateway.sensors.calendar import ARRIVAL_ERROR_US
from gateway.sensors.sensor import Link, Surroundings

HEART_RATE: Final = Stream("heart_rate", 1.0, "bpm")
RR: Final = Stream("rr", 1000 / RR_TICKS_PER_SECOND, "ms")


class Strap:
    """One strap."""

    has_memory = False
    handing_over = False

    def __init__(self, _: Surroundings) -> None:
        self._ready: list[wire.Batch] = []

    async def begin(self, link: Link) -> None:
        self._batches = link.batches
        self._ready = []
        await link.listen(measurement.UUID)

    def take(self, arrival: Arrival) -> None:
        if arrival.uuid != measurement.UUID:
            return
        reading = measurement.decode(arrival.value)
        quality = wire.Quality.NOT_WORN if reading.in_contact is False else wire.Quality(0)
        self._add(HEART_RATE, [arrival.at_us], [reading.rate_bpm], quality)
        if reading.rr_ms:
            ticks = [round(ms * RR_TICKS_PER_SECOND / 1000) for ms in reading.rr_ms]
            self._add(RR, _beats_us(reading.rr_ms, arrival.at_us), ticks, quality)

    def batches(self, *, flush: bool) -> list[wire.Batch]:  # noqa: ARG002 - nothing waits here
        ready, self._ready = self._ready, []
        return ready

    async def settle(self) -> None:
        """Have nothing to confirm: what it said it has forgotten."""

    def _add(
        self, stream: Stream, times_us: list[int], values: list[int], quality: wire.Quality
    ) -> None:
        batch = self._batches.events(
            stream, times_us, values, error_us=ARRIVAL_ERROR_US, quality=quality
        )
        self._ready.append(batch)


def _beats_us(rr_ms: Sequence[float], arrived_us: int) -> list[int]:
    """Return when each interval ended: the newest just now, the others back from there."""
    times_us = [arrived_us]
    for ms in reversed(rr_ms[1:]):
        times_us.append(times_us[-1] - round(1000 * ms))
    return times_us[::-1]
