"""The study's glasses: they remember, hand over, and forget only what was confirmed."""

from functools import cache
from typing import TYPE_CHECKING, Final

from gateway import wire
from gateway.arrivals import Arrival
from gateway.batches import Stream
from gateway.gatt.glasses import TICKS_PER_SECOND, minute, motion
from gateway.gatt.glasses.state import State
from gateway.lane import Kept, Lane, Rows
from gateway.runs import Joiner, Run
from gateway.sensors.glasses_link import GlassesLink
from gateway.sensors.memory import Memory, Questions
from gateway.sensors.sensor import Link, Surroundings
from gateway.timer import Timer

if TYPE_CHECKING:
    from gateway.clock import Clock

_MINUTE_US: Final = 60e6
_STEPS: Final = Stream("steps", 1.0, "count", period_us=_MINUTE_US)
_STEPS_BYTES: Final = 2
_LARGEST_BATCH_ROWS: Final = 1000


class Glasses:
    """One pair of glasses."""

    has_memory = True

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._clocks: dict[int, Clock] = {}  # by boot, of the newest one
        self.handing_over = False

    async def begin(self, link: Link) -> None:
        self._batches, self.handing_over = link.batches, False
        self._link = GlassesLink(link, self._around.now_us, self._clocks)
        state = await self._link.begin()
        self._samples = self._memory_of_samples(state)
        self._minutes = self._memory_of_minutes(state)
        self._look_due, self._spoke = Timer(self._around.patience.look_s), True
        await self._link.listen()

    def take(self, arrival: Arrival) -> None:
        self._spoke = True
        if arrival.uuid == motion.UUID:
            self._take_motion(arrival)
        elif arrival.uuid == minute.UUID:
            self._take_minute(arrival)

    def batches(self, *, flush: bool) -> list[wire.Batch]:
        return [
            self._batch(memory.lane, run)
            for memory in (self._samples, self._minutes)
            for run in memory.lane.ready(flush=flush)
        ]

    async def settle(self) -> None:
        await self._samples.settle()
        await self._minutes.settle()
        if self._look_due.due():
            await self._look()

    async def _look(self) -> None:
        """Read its clock, which bounds the error of all times; and wonder why it is silent."""
        state = await self._link.look()
        silent, self._spoke = not self._spoke, False
        if silent:
            await self._samples.silence(_kept_samples(state))
            await self._minutes.silence(_kept_minutes(state))

    def _batch(self, lane: Lane, run: Run) -> wire.Batch:
        start = self._link.at(run.ticks, run.first * lane.rows.samples)
        return self._batches.samples(lane.stream, run, self._link.boot, start, lane.lost(run))

    def _take_motion(self, arrival: Arrival) -> None:
        said = motion.decode(arrival.value)
        self._link.check_boot(said.boot)
        quality = _quality(not_worn=said.not_worn, fault=said.fault)
        run = Run(
            said.counter, said.ticks, motion.SAMPLE_BYTES, quality, said.live, said.samples
        )
        lane = self._samples.lane
        if said.live:
            newest = run.end - 1
            ticks = run.ticks_at(newest, lane.rows.ticks)
            self._link.heard(ticks, newest, arrival.at_us)
        self.handing_over = not said.live
        lane.take(run)

    def _take_minute(self, arrival: Arrival) -> None:
        said = minute.decode(arrival.value)
        self._link.check_boot(said.boot)
        steps = said.steps.to_bytes(_STEPS_BYTES, "little")
        quality = _quality(not_worn=said.not_worn)
        run = Run(said.index, said.ticks, _STEPS_BYTES, quality, said.live, steps)
        self._minutes.lane.take(run)

    def _memory_of_samples(self, state: State) -> Memory:
        stream = Stream("accel", 1 / state.lsb_per_g, "g", motion.AXES, state.period_us)
        rows = Rows(samples=1, ticks=state.period_us * TICKS_PER_SECOND / 1e6)
        joiner = Joiner(_LARGEST_BATCH_ROWS - motion.MOST_SAMPLES + 1)
        link = self._link

        async def look() -> Kept:
            return _kept_samples(await link.look())

        questions = Questions(look, link.confirm_samples, link.resend_samples)
        lane = Lane(stream, _kept_samples(state), rows, joiner)
        return Memory(lane, questions, self._around.patience, self._around.counts)

    def _memory_of_minutes(self, state: State) -> Memory:
        rows = Rows(samples=_MINUTE_US / state.period_us, ticks=60 * TICKS_PER_SECOND)
        link = self._link

        async def look() -> Kept:
            return _kept_minutes(await link.look())

        questions = Questions(look, link.confirm_minutes, link.resend_minutes)
        lane = Lane(_STEPS, _kept_minutes(state), rows, Joiner(_LARGEST_BATCH_ROWS))
        return Memory(lane, questions, self._around.patience, self._around.counts)


@cache  # a set of flags takes a microsecond to make
def _quality(*, not_worn: bool, fault: bool = False) -> wire.Quality:
    worn = wire.Quality.NOT_WORN if not_worn else wire.Quality(0)
    return worn | wire.Quality.FAULT if fault else worn


def _kept_samples(state: State) -> Kept:
    return Kept(state.oldest_sample, state.confirmed_sample, state.next_sample)


def _kept_minutes(state: State) -> Kept:
    return Kept(state.oldest_minute, state.confirmed_minute, state.next_minute)
