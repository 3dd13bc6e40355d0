"""A glucose meter: it remembers, and tells its records when it is asked for them."""

from typing import Final

from gateway import wire
from gateway.arrivals import Arrival
from gateway.batches import Stream
from gateway.gatt import record_access
from gateway.gatt.glucose import measurement
from gateway.gatt.glucose.measurement import Glucose, Status
from gateway.gatt.record_access import Operation, Operator, Request, Response, Result
from gateway.sensors.asking import Asking
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
_LAST: Final = Request(Operation.REPORT, Operator.LAST)
_NEWEST: Final = "newest record"  # that is in the spool: a meter deletes none for us


class Meter:
    """One meter."""

    has_memory = True

    def __init__(self, _: Surroundings) -> None:
        self._newest = -1  # that was told on this connection, or noted before
        self._ready: list[wire.Batch] = []
        self._asking = Asking()
        self._looks_back = False

    @property
    def handing_over(self) -> bool:
        return self._asking.is_under_way

    async def begin(self, link: Link) -> None:
        self._link, self._ready = link, []
        self._asking.begin(link)
        self._looks_back = False
        noted = await link.noted(_NEWEST)
        self._newest = -1 if noted is None else noted
        self._calendar = link.calendar
        await link.listen(measurement.UUID)
        await link.listen(record_access.UUID)
        rest = Request(Operation.REPORT, Operator.AT_LEAST, self._newest + 1)
        await self._asking.ask(_ALL if noted is None else rest)

    def take(self, arrival: Arrival) -> None:
        if arrival.uuid == record_access.UUID:
            self._answered(record_access.decode(arrival.value))
        elif arrival.uuid == measurement.UUID:
            self._take(measurement.decode(arrival.value), arrival.at_us)

    def batches(self, *, flush: bool) -> list[wire.Batch]:  # noqa: ARG002 - nothing waits here
        ready, self._ready = self._ready, []
        return ready

    async def settle(self) -> None:
        """Ask again, if what it answered was not all."""
        await self._asking.settle()

    def _answered(self, answer: record_access.RecordAccess) -> None:
        if isinstance(answer, Response):
            self._asking.answered(self._following(answer.result))

    def _following(self, result: Result | None) -> Request | None:
        looked_back, self._looks_back = self._looks_back, False
        if looked_back:
            return _ALL if self._newest < 0 else None
        if result is Result.OPERATOR_NOT_SUPPORTED:
            return _ALL  # a simple meter; what is known is passed over
        if result is Result.NO_RECORDS and self._newest >= 0:
            self._looks_back = True
            return _LAST  # none, or none with such a number?
        return None

    def _take(self, said: Glucose, arrived_us: int) -> None:
        if self._looks_back and said.sequence < self._newest:
            self._newest = -1  # it began to count anew
            return
        if said.sequence <= self._newest:
            return
        self._newest = said.sequence
        self._link.batches.note(_NEWEST, said.sequence)
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
