"""A continuous glucose monitor: a reading every few minutes, and all of its session on request.

It counts the minutes of its session. What the count is when it is asked says when that began.
"""

from collections.abc import Iterable
from typing import Final

from gateway import wire
from gateway.arrivals import Arrival
from gateway.batches import Stream
from gateway.gatt import record_access
from gateway.gatt.cgm import measurement, state
from gateway.gatt.cgm.measurement import Record
from gateway.gatt.cgm.status import Status
from gateway.gatt.record_access import Operation, Operator, Request, Response, Result
from gateway.sensors.asking import Asking
from gateway.sensors.said import Said, flag, sample
from gateway.sensors.sensor import Link, Surroundings
from gateway.wire import Quality

_GLUCOSE: Final = Stream("glucose", 0.1, "mg/dL")
_BROKEN: Final = Status.SENSOR_MALFUNCTION | Status.DEVICE_FAULT
_DOUBTED: Final = Status.CALIBRATION_REQUIRED | Status.TOO_WARM | Status.TOO_COLD
_OUT_OF_RANGE: Final = Status.BELOW_RANGE | Status.ABOVE_RANGE
_MINUTE_US: Final = 60_000_000
_SAME_SESSION_S: Final = 600  # apart: its clock and ours drift over two weeks
_ALL: Final = Request(Operation.REPORT, Operator.ALL)
_SESSION: Final = "session"  # when it began, in seconds of unix time
_NEWEST: Final = "newest minute"  # of that session, up to which all is in the spool


class Monitor:
    """One monitor."""

    has_memory = True

    def __init__(self, around: Surroundings) -> None:
        self._now_us = around.now_us
        self._asking = Asking()

    @property
    def handing_over(self) -> bool:
        return self._asking.is_under_way

    async def begin(self, link: Link) -> None:
        self._link = link
        self._asking.begin(link)
        self._ready: list[wire.Batch] = []
        self._session_s: int | None = None  # None: it does not say how long it has been going
        self._newest_min = self._asked_min = -1
        self._ahead: set[int] = set()  # minutes told while those before them are reported still
        await link.listen(measurement.UUID)
        services = link.client.services
        if services.get_characteristic(state.UUID) is None:
            return
        shown = state.decode(bytes(await link.client.read_gatt_char(state.UUID)))
        await self._resume(shown.offset_min)
        if services.get_characteristic(record_access.UUID) is not None:
            await link.listen(record_access.UUID)
            rest = Request(Operation.REPORT, Operator.AT_LEAST, self._newest_min + 1)
            await self._asking.ask(_ALL if self._newest_min < 0 else rest)

    def take(self, arrival: Arrival) -> None:
        if arrival.uuid == record_access.UUID:
            self._answered(record_access.decode(arrival.value))
        elif arrival.uuid == measurement.UUID:
            records = measurement.decode(arrival.value).records
            latest_min = max(record.offset_min for record in records)
            for record in records:
                self._take(record, latest_min, arrival.at_us)

    def batches(self, *, flush: bool) -> list[wire.Batch]:  # noqa: ARG002 - nothing waits here
        ready, self._ready = self._ready, []
        return ready

    async def settle(self) -> None:
        """Ask again, if it does not know how to report a part."""
        await self._asking.settle()

    async def _resume(self, now_min: int) -> None:
        """Learn which session this is, and what of it is known."""
        self._asked_min = now_min
        began_s = (self._now_us() - now_min * _MINUTE_US) // 1_000_000
        known_s, newest_min = await self._link.noted(_SESSION), await self._link.noted(_NEWEST)
        if known_s is None or abs(known_s - began_s) > _SAME_SESSION_S:
            self._session_s = began_s
        else:  # as it was placed first: a reading that comes twice must not seem another
            self._session_s = known_s
            self._newest_min = -1 if newest_min is None else newest_min

    def _answered(self, answer: record_access.RecordAccess) -> None:
        if not isinstance(answer, Response):
            return
        if answer.result is Result.OPERATOR_NOT_SUPPORTED:
            self._asking.answered(_ALL)  # what is known is passed over
            return
        self._asking.answered()
        if self._ahead:
            self._note(max(self._ahead))
            self._ahead.clear()

    def _take(self, record: Record, latest_min: int, arrived_us: int) -> None:
        minute = record.offset_min
        if self._session_s is not None:
            if minute <= self._newest_min or minute in self._ahead:
                return
            if self.handing_over and minute > self._asked_min:
                self._ahead.add(minute)  # measured meanwhile
            else:
                self._note(minute)
        at_us = min(self._began_us(latest_min, arrived_us) + minute * _MINUTE_US, arrived_us)
        for said in _said(record):
            self._ready.append(
                self._link.batches.events(
                    said.stream,
                    [at_us],
                    said.numbers,
                    error_us=_MINUTE_US,
                    quality=said.quality,
                )
            )

    def _began_us(self, latest_min: int, arrived_us: int) -> int:
        if self._session_s is None:
            return arrived_us - latest_min * _MINUTE_US
        return self._session_s * 1_000_000

    def _note(self, minute: int) -> None:
        self._newest_min = minute
        if self._session_s is not None:
            self._link.batches.note(_SESSION, self._session_s)
            self._link.batches.note(_NEWEST, minute)


def _said(record: Record) -> Iterable[Said]:
    quality = (
        flag(Quality.FAULT, record.status & _BROKEN)
        | flag(Quality.DOUBTED, record.status & _DOUBTED)
        | flag(Quality.SATURATED, record.status & _OUT_OF_RANGE)
    )
    return sample(_GLUCOSE, record.glucose_mg_dl, quality=quality)
