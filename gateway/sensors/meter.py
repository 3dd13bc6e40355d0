"""A glucose meter: it remembers, and tells its records when it is asked for them."""

from dataclasses import dataclass
from typing import Final

from gateway import wire
from gateway.arrivals import Arrival
from gateway.batches import Stream
from gateway.gatt import record_access
from gateway.gatt.glucose import measurement
from gateway.gatt.glucose.measurement import Glucose, Status
from gateway.gatt.record_access import Operation, Operator, Request, Response, Result
from gateway.sensors.calendar import Calendar
from gateway.sensors.said import flag, sample
from gateway.sensors.sensor import Link, Surroundings
from gateway.wire import Quality

_STREAMS: Final = {
    "mg/dL": Stream("glucose", 0.1, "mg/dL"),
    "mmol/L": Stream("glucose", 0.01, "mmol/L"),
}
_BROKEN: Final = Status.SENSOR_MALFUNCTION | Status.DEVICE_FAULT
_OUT_OF_RANGE: Final = Status.RESULT_TOO_HIGH | Status.RESULT_TOO_LOW
_DOUBTED: Final = (
    Status.SAMPLE_TOO_SMALL
    | Status.STRIP_INSERTED_WRONGLY
    | Status.STRIP_OF_WRONG_TYPE
    | Status.TOO_WARM
    | Status.TOO_COLD
    | Status.INTERRUPTED
)
_MINUTE_US: Final = 60_000_000
_ALL: Final = Request(Operation.REPORT, Operator.ALL)


@dataclass(slots=True)
class _Memory:
    """How far its records are ours; it deletes none for us."""

    kept: int = -1  # the newest that is in the spool
    newest: int = -1  # ... or on its way there


class Meter:
    """One meter."""

    has_memory = True

    def __init__(self, around: Surroundings) -> None:
        self._now_us = around.now_us
        self._memory = _Memory()
        self._ready: list[wire.Batch] = []
        self._asks_all = False
        self.handing_over = False

    async def begin(self, link: Link) -> None:
        self._link, self._ready, self._asks_all = link, [], False
        self._memory.newest = self._memory.kept
        self._calendar = await Calendar.read(link.client, self._now_us())
        await link.listen(measurement.UUID)
        await link.listen(record_access.UUID)
        known = self._memory.kept >= 0
        least = self._memory.kept + 1
        await self._ask(Request(Operation.REPORT, Operator.AT_LEAST, least) if known else _ALL)

    def take(self, arrival: Arrival) -> None:
        if arrival.uuid == record_access.UUID:
            self._answered(record_access.decode(arrival.value))
        elif arrival.uuid == measurement.UUID:
            self._take(measurement.decode(arrival.value), arrival.at_us)

    def batches(self, *, flush: bool) -> list[wire.Batch]:  # noqa: ARG002 - nothing waits here
        ready, self._ready = self._ready, []
        return ready

    async def settle(self) -> None:
        """Note what is safe: after a lost link only the rest is asked for."""
        self._memory.kept = self._memory.newest
        if self._asks_all:
            self._asks_all = False
            await self._ask(_ALL)

    async def _ask(self, request: Request) -> None:
        self.handing_over = True
        value = record_access.encode(request)
        await self._link.client.write_gatt_char(record_access.UUID, value, response=True)

    def _answered(self, answer: record_access.RecordAccess) -> None:
        if not isinstance(answer, Response):
            return
        self.handing_over = False
        # A simple meter can only tell all that it has; what is known is passed over.
        self._asks_all = answer.result is Result.OPERATOR_NOT_SUPPORTED

    def _take(self, said: Glucose, arrived_us: int) -> None:
        if said.sequence <= self._memory.newest:
            return
        self._memory.newest = said.sequence
        status = said.status or Status(0)
        quality = (
            flag(Quality.FAULT, status & _BROKEN)
            | flag(Quality.DOUBTED, status & _DOUBTED)
            | flag(Quality.SATURATED, status & _OUT_OF_RANGE)
        )
        at_us, error_us = self._calendar.place(said.measured, arrived_us)
        at_us = min(at_us + (said.offset_min or 0) * _MINUTE_US, arrived_us)
        for each in sample(_STREAMS[said.unit], said.concentration, quality=quality):
            self._ready.append(
                self._link.batches.events(
                    each.stream, [at_us], each.numbers, error_us=error_us, quality=each.quality
                )
            )
