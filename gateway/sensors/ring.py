"""A Colmi ring: its clock is set, then it is asked for steps and heart rates not told yet."""

from collections import Counter, deque
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Final

from gateway import wire
from gateway.arrivals import Arrival
from gateway.batches import Stream
from gateway.sensors.calendar import ARRIVAL_ERROR_US
from gateway.sensors.ring_log import RingLog
from gateway.sensors.sensor import Link, Surroundings
from gateway.vendors.colmi import frame
from gateway.vendors.colmi.frame import (
    Battery,
    Command,
    Frame,
    Measured,
    Measurement,
    QuarterHour,
)
from gateway.vendors.colmi.heart_log import HeartLog, LogHeading, LogPart

_BATTERY: Final = Stream("battery", 1.0, "percent")
_STEPS: Final = Stream("quarter_steps", 1.0, "count")
_HEART_RATE: Final = Stream("heart_rate", 1.0, "bpm")
_NEWEST: Final = "newest quarter"  # unix time in s of the last one kept
_NEWEST_RATE: Final = "newest heart rate"
_DAYS_KEPT: Final = 7  # by a ring
_QUARTER_S: Final = 15 * 60
_DAY_S: Final = 24 * 3600
_ERROR_US: Final = 60_000_000  # its clock runs free between two visits
_BATTERY_ERROR_US: Final = 1_000_000
_MOST_ASKED: Final = 3  # times, for one day
_HOUR_S: Final = 3600  # a batch spans no more
_LOGS_S: Final = 1800  # silence of the log after which it is off, as far as one can tell
_MOST_TRIES: Final = 60  # frames of one measurement


class Ring:
    """One ring; it deletes nothing for us, and tells a whole day or none of it."""

    has_memory = True

    def __init__(self, around: Surroundings) -> None:
        self._now_us, self._counts = around.now_us, around.counts
        self._ready: list[wire.Batch] = []
        self._orders: deque[bytes] = deque()
        self.handing_over = False

    async def begin(self, link: Link) -> None:
        self._link, self._ready = link, []
        self._told: dict[int, QuarterHour] = {}  # of the day asked for, by their number
        self._asked: Counter[bytes] = Counter()
        now_s = self._now_us() // 1_000_000
        noted = await link.noted(_NEWEST)
        if noted is None:
            # Whoever set its clock before us knows in which zone: we begin from here.
            link.batches.note(_NEWEST, now_s)
            link.batches.note(_NEWEST_RATE, now_s)
        self._newest_s = now_s if noted is None else noted
        self._newest_rate_s = await link.noted(_NEWEST_RATE) or now_s
        self._log, self._has_measured, self._tries = RingLog(), False, 0
        now = datetime.fromtimestamp(now_s, UTC)
        self._orders = deque([frame.set_time(now), frame.encode(Command.BATTERY)])
        self._orders.extend(frame.ask_steps(ago) for ago in _days_ago(self._newest_s, now_s))
        today_s = now_s // _DAY_S * _DAY_S
        self._orders.extend(
            frame.ask_heart_rates(today_s - ago * _DAY_S)
            for ago in _days_ago(self._newest_rate_s, now_s)
        )
        await link.listen(frame.UUID)
        self._awaits: int | None = None  # the command whose answer is
        await self.settle()

    def take(self, arrival: Arrival) -> None:
        if arrival.uuid != frame.UUID:
            return
        said = frame.decode(arrival.value)
        if isinstance(said, QuarterHour):
            self._take_quarter(said)
        elif isinstance(said, LogHeading | LogPart):
            self._take_log(said)
        elif isinstance(said, Measurement):
            self._take_measurement(said, arrival.at_us)
        elif isinstance(said, Battery):
            self._take_battery(said, arrival.at_us)
        elif said.command == self._awaits:
            self._take_answer(said)

    def batches(self, *, flush: bool) -> list[wire.Batch]:  # noqa: ARG002 - nothing waits here
        ready, self._ready = self._ready, []
        return ready

    async def settle(self) -> None:
        """Give the next order, once the one before is answered."""
        if self._awaits is None and not self._orders and not self._has_measured:
            self._measure_if_due()
        self.handing_over = self._awaits is not None or bool(self._orders)
        if self._awaits is None and self._orders:
            order, self._told, self._log = self._orders[0], {}, RingLog()
            self._asked[order] += 1
            self._awaits = order[0]
            await self._link.client.write_gatt_char(frame.WRITTEN, order, response=False)

    def _take_battery(self, said: Battery, at_us: int) -> None:
        self._answered()
        self._ready.append(
            self._link.batches.events(
                _BATTERY, [at_us], [said.percent], error_us=_BATTERY_ERROR_US
            )
        )

    def _take_answer(self, said: Frame) -> None:
        """Go on: the clock is set, or a day has no steps; a day's heading says nothing yet."""
        nothing = said.payload[0] == frame.NOTHING
        in_parts = said.command in {Command.STEPS, Command.HEART_RATES, Command.MEASURE}
        if not in_parts or said.is_refused or nothing:
            self._answered()

    def _take_quarter(self, said: QuarterHour) -> None:
        if self._awaits != Command.STEPS:
            return
        self._told[said.index] = said
        if said.index != said.count - 1:
            return
        if len(self._told) == said.count:
            self._keep(list(self._told.values()))
        elif self._asks_again():
            return
        self._answered()

    def _take_log(self, said: HeartLog) -> None:
        if self._awaits != Command.HEART_RATES or not self._log.take(said):
            return
        if self._log.is_whole:
            self._keep_rates(self._log.readings(), self._log.every_s)
        elif self._asks_again():
            return
        self._answered()

    def _take_measurement(self, said: Measurement, at_us: int) -> None:
        if self._awaits != Command.MEASURE or said.kind is not Measured.HEART_RATE:
            return
        self._tries += 1
        if said.value and not said.error:
            self._newest_rate_s = at_us // 1_000_000
            self._link.batches.note(_NEWEST_RATE, self._newest_rate_s)
            self._say_rates([(self._newest_rate_s, said.value)], ARRIVAL_ERROR_US)
        if said.value or said.error or self._tries >= _MOST_TRIES:
            self._answered()

    def _measure_if_due(self) -> None:
        """Measure now, if its log has nothing of late: it may be off."""
        self._has_measured = True
        if self._now_us() // 1_000_000 - self._newest_rate_s > _LOGS_S:
            kind = Measured.HEART_RATE
            self._orders.extend([frame.measure(kind), frame.stop_measuring(kind)])

    def _asks_again(self) -> bool:
        """Have the same asked once more, unless it was often enough."""
        if self._asked[self._orders[0]] >= _MOST_ASKED:
            return False
        self._counts["asked_again"] += 1
        self._awaits = None
        return True

    def _answered(self) -> None:
        self._awaits = None
        self._orders.popleft()

    def _keep(self, quarters: list[QuarterHour]) -> None:
        """Keep those that are over and were not kept yet."""
        over_s = self._now_us() // 1_000_000 - _QUARTER_S
        new = sorted(
            (start_s, each.steps)
            for each in quarters
            if self._newest_s < (start_s := _start_s(each)) <= over_s
        )
        if not new:
            return
        self._newest_s = new[-1][0]
        self._link.batches.note(_NEWEST, self._newest_s)
        for start_s, steps in new:
            at_us = start_s * 1_000_000
            self._ready.append(
                self._link.batches.events(_STEPS, [at_us], [steps], error_us=_ERROR_US)
            )

    def _keep_rates(self, readings: list[tuple[int, int]], every_s: int) -> None:
        """Keep those that are over and were not kept yet."""
        over_s = self._now_us() // 1_000_000 - every_s
        new = [it for it in readings if self._newest_rate_s < it[0] <= over_s]
        if not new:
            return
        self._newest_rate_s = new[-1][0]
        self._link.batches.note(_NEWEST_RATE, self._newest_rate_s)
        error_us = _ERROR_US + every_s * 1_000_000
        for _, hour in groupby(new, key=lambda it: it[0] // _HOUR_S):
            self._say_rates(list(hour), error_us)

    def _say_rates(self, readings: list[tuple[int, int]], error_us: int) -> None:
        times_us = [at_s * 1_000_000 for at_s, _ in readings]
        rates_bpm = [bpm for _, bpm in readings]
        self._ready.append(
            self._link.batches.events(_HEART_RATE, times_us, rates_bpm, error_us=error_us)
        )


def _days_ago(since_s: int, now_s: int) -> range:
    """Return how many days ago those were that are not told yet, the oldest first."""
    return range(min(now_s // _DAY_S - since_s // _DAY_S, _DAYS_KEPT - 1), -1, -1)


def _start_s(said: QuarterHour) -> int:
    """Return the unix time of its start; 0 for a day that no calendar has."""
    try:
        day = datetime(said.year, said.month, said.day, tzinfo=UTC)
    except ValueError:
        return 0
    return round((day + timedelta(minutes=said.minute)).timestamp())
