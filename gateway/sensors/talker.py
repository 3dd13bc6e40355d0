"""A device that tells one value at a time, each kept as it comes."""

from collections.abc import Mapping

from gateway import wire
from gateway.arrivals import Arrival
from gateway.sensors.said import Said, Say
from gateway.sensors.sensor import Link, Surroundings


class Talker:
    """One cuff, scale, thermometer, oximeter, foot pod, watch."""

    has_memory = False
    handing_over = False

    def __init__(self, sayings: Mapping[str, Say], _: Surroundings) -> None:
        self._sayings = sayings
        self._ready: list[wire.Batch] = []

    async def begin(self, link: Link) -> None:
        self._batches, self._ready = link.batches, []
        self._calendar = link.calendar
        for uuid in self._sayings:
            if link.client.services.get_characteristic(uuid) is not None:
                await link.listen(uuid)

    def take(self, arrival: Arrival) -> None:
        if say := self._sayings.get(arrival.uuid):
            self._ready += [self._batch(said, arrival.at_us) for said in say(arrival.value)]

    def batches(self, *, flush: bool) -> list[wire.Batch]:  # noqa: ARG002 - nothing waits here
        ready, self._ready = self._ready, []
        return ready

    async def settle(self) -> None:
        """Have nothing to confirm: it forgets, or sends again, as it likes."""

    def _batch(self, said: Said, arrived_us: int) -> wire.Batch:
        at_us, error_us = self._calendar.place(said.measured, arrived_us)
        return self._batches.events(
            said.stream, [at_us], said.numbers, error_us=error_us, quality=said.quality
        )
