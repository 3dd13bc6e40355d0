"""What a Polar device recorded while nobody listened: fetched, kept, and only then removed.

A visit ends what it records, fetches every file, and has it record again. It is one question
after another; each is asked once all that was told before is in the spool.
"""

import asyncio
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from bleak.exc import BleakError

from gateway import wire
from gateway.arrivals import Arrival
from gateway.clock import Clock
from gateway.gatt.errors import MalformedValue
from gateway.sensors.polar_file import File, identity
from gateway.sensors.polar_orders import choose
from gateway.sensors.polar_streams import KINDS, NAMES, TICKS_PER_SECOND
from gateway.sensors.sensor import Link, Surroundings
from gateway.vendors.polar import control_point, file_system, packet
from gateway.vendors.polar.control_point import Order, Response, Status
from gateway.vendors.polar.file_system import ROOT
from gateway.vendors.polar.kind import Kind
from gateway.vendors.polar.packet import Packet

_FILE: Final = "recording"  # which one was kept last, or is being kept
_UPTO: Final = "recorded until"  # in us of its clock, of that one
_REFUSED: Final = "refused:recordings"
_CUT: Final = "recordings_cut"
_SOON_S: Final = 60.0


@dataclass(slots=True)
class _Question:
    """What was asked, and what came of the answer so far."""

    uuid: str
    value: bytes
    take: Callable[[bytes], None]
    asked_us: int = 0
    packets: int = 0


@dataclass(slots=True)
class _Told:
    """How a question about files was answered."""

    error: int
    asked_us: int
    answered_us: int
    message: bytearray = field(default_factory=bytearray)


Visit: TypeAlias = Generator[_Question, Any, Any]


class Recorder:
    """One device's recordings; its clock lives longer than its connections."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._wanted = [KINDS[name] for name in around.recorded]
        self._clock = Clock(TICKS_PER_SECOND, 0, 0, 1.0)
        self._unreadable: set[str] = set()  # files that are left where they are
        self._due_s = 0.0
        self._soon_s = 0.0  # not twice within a short time, however often the link is lost
        self.rest()

    def rest(self) -> None:
        """Forget what was under way on a connection that is over."""
        self._visit: Visit | None = None
        self._awaits: _Question | None = None
        self._answer: Any = None
        self._file: File | None = None
        self._message = bytearray()
        self._link: Link | None = None

    @property
    def handing_over(self) -> bool:
        return self._visit is not None

    async def begin(self, link: Link, offered: Sequence[Kind]) -> None:
        """Learn whether it keeps files; a visit is due unless there was one just now."""
        characteristic = link.client.services.get_characteristic(packet.UUID)
        can_record = characteristic is not None and Kind.RECORDING in offered
        self._kinds = [kind for kind in self._wanted if can_record and kind in offered]
        for kind in self._wanted:
            if kind not in self._kinds:
                self._around.counts[f"refused:{NAMES[kind]}"] += 1
        if characteristic is None or not self._kinds:
            return
        self._link, self._size = link, characteristic.max_write_without_response_size
        self._clock.reconnect()
        self._due_s = min(self._due_s, self._soon_s)
        self._kept = await link.noted(_FILE), await link.noted(_UPTO)
        await link.listen(packet.UUID)

    def take(self, arrival: Arrival) -> None:
        """Read a packet; raise MalformedValue for what is none, or no recording."""
        said = packet.decode(arrival.value)
        if self._awaits is not None and self._awaits.uuid == packet.UUID:
            self._take_packet(self._awaits, said, arrival.at_us)

    def answered(self, said: Response) -> bool:
        """Take an answer of the control point; tell whether it was to a question of ours."""
        if self._awaits is None or self._awaits.uuid != control_point.UUID:
            return False
        self._answer, self._awaits = said, None
        return True

    def batches(self, *, flush: bool) -> list[wire.Batch]:
        """Return what is ready for the spool, and note how far its file is kept with it."""
        if self._link is None or self._file is None:
            return []
        told = self._file.batches(
            self._clock, self._link.batches, flush=flush or self._awaits is None
        )
        if told:
            self._kept = self._file.identity, self._file.told_us
            self._link.batches.note(_FILE, self._file.identity)
            self._link.batches.note(_UPTO, self._file.told_us)
        return told

    async def settle(self) -> None:
        """Ask the next question: all that was told before is kept."""
        if self._link is None or self._awaits is not None:
            return
        now_s = asyncio.get_running_loop().time()
        if self._visit is None:
            if now_s < self._due_s:
                return
            self._visit, self._answer = self._work(), None
        try:
            self._awaits = self._visit.send(self._answer)
        except StopIteration:
            self._visit, self._soon_s = None, now_s + _SOON_S
            self._due_s = now_s + self._around.patience.fetch_s
            return
        await self._ask(self._awaits, self._link)

    async def _ask(self, question: _Question, link: Link) -> None:
        question.asked_us = self._around.now_us()
        if question.uuid == control_point.UUID:
            await link.client.write_gatt_char(question.uuid, question.value, response=True)
            return
        for part in packet.split(question.value, self._size):
            await link.client.write_gatt_char(question.uuid, part, response=False)

    def _take_packet(self, question: _Question, said: Packet, at_us: int) -> None:
        if said.number != question.packets & 0x0F:
            raise BleakError("a part of a file was lost")
        question.packets += 1
        if not said.more_follows:
            error = said.error or 0
            self._answer = _Told(error, question.asked_us, at_us, self._message)
            self._awaits = None
        question.take(said.part)

    # A visit.

    def _work(self) -> Visit:
        if not (yield from self._read_clock()):
            self._around.counts[_REFUSED] += 1  # what it recorded would have no time
            return
        said: Response = yield _order(control_point.ask_under_way())
        recorded = {each.kind for each in said.under_way if each.recorded}
        for kind in self._kinds:
            if kind in recorded:
                yield _order(control_point.encode(Order.STOP, kind))
        for path, size in (yield from self._recordings()):
            if not (yield from self._fetch(path, size)):
                break
        for kind in self._kinds:
            yield from self._record(kind)

    def _read_clock(self) -> Visit:
        told: _Told = yield self._about_files(file_system.ask_time())
        if told.error:
            return False
        try:
            said = file_system.local_time(bytes(told.message))
        except MalformedValue:
            return False
        self._now_us = said.since_2000_us
        asked_us = told.asked_us - said.resolution_us
        self._clock.read(self._now_us, self._now_us, asked_us, told.answered_us)
        return True

    def _recordings(self) -> Visit:
        """Return path and size of all that are wanted and can be read, oldest first."""
        found: list[tuple[str, int]] = []
        for day in (yield from self._listed(ROOT)):
            if not day.name.endswith("/"):
                continue
            for time in (yield from self._listed(f"{ROOT}{day.name}R/")):
                folder = f"{ROOT}{day.name}R/{time.name}"
                files = yield from self._listed(folder)
                found += [(f"{folder}{each.name}", each.size) for each in files]
        wanted = sorted(it for it in found if self._is_wanted(it[0]))
        # One that is kept and was not removed yet goes first: of no other that is known.
        return sorted(wanted, key=lambda it: identity(*it) != self._kept[0])

    def _is_wanted(self, path: str) -> bool:
        kind = file_system.recorded(path.rpartition("/")[2])
        return kind in self._kinds and path not in self._unreadable

    def _listed(self, folder: str) -> Visit:
        told: _Told = yield self._about_files(file_system.get(folder))
        return [] if told.error else file_system.entries(bytes(told.message))

    def _fetch(self, path: str, size: int) -> Visit:
        """Return whether to go on with the next one."""
        counts = self._around.counts
        file = self._file = File(path, size, self._kept, self._now_us, counts)
        told: _Told = yield _Question(packet.UUID, file_system.get(path), file.feed)
        self._file = None
        if told.error or file.is_unreadable:
            self._unreadable.add(path)
            counts[_REFUSED] += 1
            return True
        if not file.is_whole:
            counts[_CUT] += 1
        told = yield self._about_files(file_system.remove(path))
        if told.error:  # go no further: only of the last one is it known that it is kept
            counts[_REFUSED] += 1
        return not told.error

    def _record(self, kind: Kind) -> Visit:
        offered: Response = yield _order(
            control_point.encode(Order.GET_SETTINGS, kind, recorded=True)
        )
        said = offered
        if offered.status is Status.SUCCESS:
            chosen = choose(offered, kind)
            said = yield _order(control_point.encode(Order.START, kind, chosen, recorded=True))
        if said.status is not Status.SUCCESS:
            self._around.counts[f"refused:{NAMES[kind]}"] += 1

    def _about_files(self, value: bytes) -> _Question:
        self._message = bytearray()
        return _Question(packet.UUID, value, self._message.extend)


def _order(value: bytes) -> _Question:
    return _Question(control_point.UUID, value, _pass_over)


def _pass_over(_: bytes) -> None:
    """Take nothing: the control point answers in one piece."""
