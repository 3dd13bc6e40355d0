"""From the spool to the hub: a window at a time, until each batch is stored.

All goes in the order it was kept, but for a backlog: after an outage what is new goes beside
it, not behind it, and the backlog at a limited rate.
"""

import asyncio
import collections
import functools
import logging

from gateway import wire
from gateway.connection import Connection
from gateway.pace import Pace
from gateway.ration import Ration
from gateway.spool import Spool, Spooled, SpoolFull
from gateway.suspects import Suspects
from gateway.timer import Timer
from gateway.window import Lane, Window, has_passed

log = logging.getLogger(__name__)


class Delivery:
    """Sends batches, and forgets them when a watermark says that the hub has them."""

    def __init__(
        self,
        gateway: str,
        spool: Spool,
        counts: collections.Counter[str],
        traffic: collections.Counter[str],
        pace: Pace,
        backlog_per_s: float,
    ) -> None:
        self._gateway = gateway
        self._spool = spool
        self._counts = counts
        self._traffic = traffic
        self._blame_s = pace.blame_s
        self._lately_s = 2 * pace.longest_retry_s
        self._missed = (0, 0.0)  # the last position when nobody was there, and when
        self._window = Window(
            size=wire.WINDOW_BATCHES, standstill_s=pace.standstill_s, alarm_s=pace.alarm_s
        )
        self._suspects = Suspects()
        self._ration = Ration(backlog_per_s)
        self._forget_due = Timer(pace.forget_s)
        self._marks: dict[Lane, wire.Mark] = {}
        self._new_marks: list[wire.Mark] = []  # that the window has not seen
        self._wake = asyncio.Event()
        self._has_more = True  # the spool, beyond what is out
        self._begin_anew = False
        self._hub_is_away = False  # as far as anybody said
        self.carried = False  # a batch, on the present connection
        spool.listen(self._kept)

    def hear(self, watermarks: wire.Watermarks) -> None:
        """Take note of what the hub has stored."""
        for mark in watermarks.marks:
            lane = (mark.device, mark.boot, mark.stream)
            if lane not in self._marks or self._marks[lane].sequence <= mark.sequence:
                self._marks[lane] = mark
                self._new_marks.append(mark)
        self._wake.set()

    def hear_of_hub(self, *, is_there: bool) -> None:
        """Send nothing while the hub is away: whatever the broker got, it would have to keep.

        That holds from one connection to the next, until the hub is said to be there.
        """
        if not is_there and not self._hub_is_away:
            log.warning("the hub is away: batches wait in the spool")
        self._hub_is_away = not is_there
        self._wake.set()

    def again(self) -> None:
        """Send everything after the last watermark once more."""
        self._begin_anew = True
        self._wake.set()

    async def run(self, connection: Connection) -> None:
        """Deliver over this connection, until cancelled."""
        self.again()
        self._suspects.connected()
        while True:
            self._wake.clear()
            await self._forget()
            rows = await self._choose()
            for row in rows:
                self._send(connection, row)
            self._watch()
            if not rows:
                await self._rest()

    async def missed(self) -> None:
        """Note that nobody is there: what is kept so far is backlog, the rest is new."""
        _, last = await self._spool.extent()
        self._missed = last, _now_s()

    async def ended(self, reason: str) -> None:
        """Note how the connection ended; a batch that keeps ending it is set aside."""
        guilty = self._suspects.ended(self._window.in_flight, at_once=self._was_at_once())
        if guilty is not None:
            await self._set_aside(guilty, f"the connection ended on it twice: {reason}")

    async def _forget(self) -> None:
        """Let go of what is stored: in the window at once, on the disk now and then.

        Each commit writes whole pages, however little is forgotten by it.
        """
        if self._new_marks:
            self._window.passed(self._new_marks)
            self._new_marks = []
        if not self._marks or not (self._begin_anew or self._forget_due.due()):
            return
        marks = list(self._marks.values())
        try:
            await self._spool.forget(marks)
        except SpoolFull as full:
            log.warning("cannot forget what the hub has stored: %s", full)
            return  # the marks stay for the next round
        for mark in marks:
            lane = (mark.device, mark.boot, mark.stream)
            if self._marks[lane] is mark:
                del self._marks[lane]

    async def _choose(self) -> list[Spooled]:
        if self._hub_is_away:
            return []
        if self._begin_anew:
            self._begin_anew, self._has_more = False, True
            waiting, last = await self._spool.extent()
            self._window.again(self._split(last) if waiting > wire.WINDOW_BATCHES else 0)
        if self._suspects.careful:
            return await self._choose_carefully()
        room = self._window.room
        if not room:
            return []
        if not self._window.split:
            return await self._choose_next(room)
        new = await self._spool.after(self._window.new_cursor, self._window.new_room)
        return new + await self._choose_old(room - len(new))

    def _split(self, last: int) -> int:
        """Return up to where all is backlog: to the last, or to when nobody was there."""
        missed, at_s = self._missed
        return missed if missed and _now_s() - at_s < self._lately_s else last

    async def _choose_next(self, room: int) -> list[Spooled]:
        if not self._has_more:
            return []
        self._has_more = False
        rows = await self._spool.after(self._window.cursor, room)
        self._has_more |= len(rows) == room
        return rows

    async def _choose_old(self, room: int) -> list[Spooled]:
        """Return what comes next of a backlog, which must not take the hub's whole breath."""
        allowed = min(room, self._ration.available(_now_s()))
        if not allowed:
            return []
        split = self._window.split
        rows = await self._spool.after(self._window.cursor, allowed, split)
        self._ration.use(len(rows))
        if not rows:
            self._window.caught_up()
            self._has_more = True
            self._wake.set()
        return rows

    async def _choose_carefully(self) -> list[Spooled]:
        if self._window.in_flight:
            return []
        first = await self._spool.after(0, wire.WINDOW_BATCHES)
        suspected = await self._spool.at(self._suspects.questioned)
        rows = {row.position: row for row in (*first, *suspected)}.values()
        row = self._suspects.choose([row for row in rows if not self._is_done(row)])
        if row is None:
            self._has_more = True
            self._wake.set()  # no suspicion is left: go on at full speed
            return []
        return [row]

    def _send(self, connection: Connection, row: Spooled) -> None:
        if not self._is_done(row):
            self._publish(connection, row)
        if not self._suspects.careful:  # or it would pass over what was not its turn
            self._window.reached(row.position)

    def _is_done(self, row: Spooled) -> bool:
        """Tell whether a batch is out, or stored and not yet off the disk."""
        mark = self._marks.get((row.device, row.boot, row.stream))
        is_stored = mark is not None and has_passed(mark, row.sequence)
        return is_stored or self._window.sent_at_s(row.position) is not None

    def _publish(self, connection: Connection, row: Spooled) -> None:
        topic = wire.batch_topic(self._gateway, row.device)
        self._window.sent(row, _now_s())
        connection.publish(topic, row.payload, functools.partial(self._taken, row.position))
        self._traffic["published"] += 1

    def _taken(self, position: int) -> None:
        self.carried = True
        self._traffic["acknowledged"] += 1
        self._window.taken(position, _now_s())
        if self._suspects.careful:  # the next one waited for this
            self._wake.set()
        self._suspects.taken(position)

    def _kept(self) -> None:
        self._has_more = True
        self._wake.set()

    def _watch(self) -> None:
        if self._hub_is_away:
            return
        if self._window.stood_still(_now_s()):
            self._counts["repeated"] += 1
            log.info("no watermark moved: sending again from the last one")
            self.again()
        if self._window.stalled(_now_s()):
            self._counts["stalled"] += 1
            log.warning("the broker takes batches over, but no hub says that it stored them")

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout_at(self._look_again_s()):
                await self._wake.wait()
        except TimeoutError:
            return

    def _look_again_s(self) -> float | None:
        if self._hub_is_away:
            return self._forget_due.next_s if self._marks else None
        due_s = [self._window.look_again_s(_now_s())]
        if self._window.split and self._window.room and not self._suspects.careful:
            due_s.append(self._ration.next_s)
        if self._marks:
            due_s.append(self._forget_due.next_s)
        return min((at_s for at_s in due_s if at_s is not None), default=None)

    def _was_at_once(self) -> bool:
        sent_s = [self._window.sent_at_s(it) or 0.0 for it in self._window.in_flight]
        return bool(sent_s) and _now_s() - max(sent_s) < self._blame_s

    async def _set_aside(self, position: int, reason: str) -> None:
        try:
            await self._spool.set_aside(position, reason)
        except SpoolFull as full:
            log.warning("cannot set a batch aside: %s", full)
            return
        self._window.dropped(position)
        self._counts["set_aside"] += 1
        log.error("batch %d set aside: %s", position, reason)


def _now_s() -> float:
    return asyncio.get_running_loop().time()
