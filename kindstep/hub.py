"""The hub: broker, ingest, scores and coach in one process.

Four threads: paho's only fills a queue, ingest's decodes and commits, the worker's reads the
log, feeds the shard and lets the coach decide, and the sealer's moves hours into the archive.
The event loop serves the line to the pages and does nothing else.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

import kindstep
from analytics.days import DayFact
from analytics.news import News
from analytics.runner import Runner
from coaching.acts.act import Act, Outcome
from coaching.engine import Engine
from coaching.protocol import Protocol
from gateway.wire import GatewayStatus
from ingest.log import Entry
from ingest.store import Store
from ingest.subscriber import Ingest
from kindstep import broker_place, disk, influx, noting, reaching, room, telling
from kindstep.admission import Admission
from kindstep.folder import Folder
from kindstep.hub_files import open_files
from kindstep.line import LineServer
from kindstep.live import Live
from kindstep.operating import Orders
from kindstep.sealing import Sealer
from kindstep.settings import Settings
from kindstep.strangers import Strangers
from kindstep.study_room import StudyRoom
from kindstep.worker import Worker
from people.authorize import Actor, Refused
from people.sentence import Sentence
from web.accounts import Accounts
from web.live import LiveFrame
from web.orders import Done, Order, UseStudy, did
from web.programs import Answer, Request
from web.webhooks import noticing

_ANSWERED_S: Final = 1.0

Clock = Callable[[], int]


def wall_us() -> int:
    """Return unix time in microseconds."""
    return time.time_ns() // 1000


async def serve(
    settings: Settings, protocol: Protocol, now_us: Clock = wall_us, path: Path | None = None
) -> bool:
    """Run the hub until cancelled, or a part of it breaks; return whether to begin anew.

    `path` is the settings' own, for commands that the hub starts. On a full disk it waits.
    """

    async def once() -> bool:
        async with running(settings, protocol, now_us, path) as hub:
            return await hub.ended()

    return await room.waited_for(settings.data, once)


@contextlib.asynccontextmanager
async def running(
    settings: Settings, protocol: Protocol, now_us: Clock = wall_us, path: Path | None = None
) -> AsyncGenerator["Hub"]:
    """Run a hub for as long as the block lasts."""
    ends = contextlib.ExitStack()
    try:
        hub = Hub(settings, protocol, now_us, path, ends)
        await asyncio.to_thread(hub.start, ends)
        async with hub.line():
            yield hub
    finally:
        await asyncio.to_thread(ends.close)


def _engine(protocol: Protocol, folder: Folder, store: Store) -> Engine:
    """Return the coach of a study; raise ProtocolChanged for another one than was locked."""
    engine = Engine(protocol, site_seed=folder.site_seed())
    with store.reading() as db:
        engine.check_lock(db)
    return engine


class Hub:
    """The parts of a hub, and the worker that drives them."""

    def __init__(
        self,
        settings: Settings,
        protocol: Protocol,
        now_us: Clock,
        path: Path | None,
        ends: contextlib.ExitStack,
    ) -> None:
        """Open its files, which `ends` closes, whatever comes after."""
        files = open_files(settings, ends)
        folder, self._now_us = files.folder, now_us
        self.store, self.log, self.archive = files.store, files.log, files.archive
        self._trail, self._gateways, self._sink = files.trail, files.gateways, files.sink
        self._admission = Admission(settings, folder, Accounts(folder.sign_in))
        self.engine = _engine(protocol, folder, self.store)
        self._line = LineServer(
            folder.line, self._perform, self._carry_out, self._serve, self._admit
        )
        self._live = Live(self.store, self.engine, self._publish)
        self._strangers = Strangers(self.store)
        self.runner = Runner(
            self.store, self.log, self.archive, (self._observe,), (self._heard,)
        )
        retention, position = disk.retention(settings), self.runner.checkpoint
        self._sealer = Sealer(self.archive, self.log, self.store, retention, position)
        self.ingest = Ingest(
            broker_place.for_ingest(settings, folder),
            folder.ingest,
            self.log,
            self.archive,
            now_us=now_us,
            on_stored=self._stored,
            on_status=self._gateway_spoke,
            version=kindstep.__version__,
        )
        self._study = StudyRoom(settings, path, self.store, self.engine)
        self._orders = Orders(
            self.store,
            self.engine,
            self.ingest.commands,
            self.ingest.dead_letters,
            self._study,
            own_devices=settings.web.own_devices,
        )
        self._post = reaching.Rounds(
            reaching.postman(settings.reach, folder, self.store, self.ingest.commands), now_us
        )
        self._programs, self._news = telling.begin(
            settings, folder, self.store, self.ingest.bring, now_us
        )
        self._worker = Worker(self._turn)
        self._scored: set[str] = set()  # whose numbers changed since the pages were told
        self._coached: set[str] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._begin_anew = asyncio.Event()

    def start(self, ends: contextlib.ExitStack) -> None:
        """Begin everything; it ends in the order in which the one feeds the other."""
        ends.callback(self._admission.stop)
        self._admission.start()
        ends.callback(self._sealer.stop)
        self._worker.start()
        ends.callback(self._worker.stop)
        self.ingest.start()
        ends.callback(self.ingest.stop)
        self._post.start()
        ends.callback(self._post.stop)  # it asks for receipts where ingest keeps them
        self._news.start()
        ends.callback(self._news.stop)
        ends.callback(self._study.stop)

    @contextlib.asynccontextmanager
    async def line(self) -> AsyncGenerator[None]:
        """Answer the pages for as long as the block lasts."""
        self._loop = asyncio.get_running_loop()
        async with self._line.open():
            yield

    async def ended(self) -> bool:
        """Wait until a part breaks, and raise what broke it; True: begin anew."""
        ends = (self.ingest.ended, self._worker.ended, self._post.ended, self._news.ended)
        parts: list[asyncio.Future[Any]] = [asyncio.wrap_future(end) for end in ends]
        parts.append(asyncio.ensure_future(self._begin_anew.wait()))
        done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        for part in done:
            part.result()
        parts[-1].cancel()
        return self._begin_anew.is_set()

    # What the worker does in a turn.

    def _turn(self) -> None:
        more = True
        while more:
            more = self.runner.step(self._now_us()) > 0
            self._show()
        now_us = self._now_us()
        self._coached |= self.store.write(lambda db: self._tick(db, now_us))
        if self._coached:
            self._post.written()
        self._show()
        self._sealer.look(now_us)

    def _tick(self, db: Connection, now_us: int) -> set[str]:
        touched = self.engine.tick(db, now_us)
        if noticing.tickets(db, now_us):
            self._news.written()
        return touched

    def _observe(self, db: Connection, facts: Sequence[DayFact], now_us: int) -> None:
        self._coached |= self.engine.observe(db, facts, now_us)
        noticing.days(db, facts, now_us)
        self._scored |= {fact.participant for fact in facts}
        if self._sink:
            self._sink.put(list(influx.days(db, facts)))

    def _heard(self, db: Connection, news: News) -> None:
        if self._sink:
            self._sink.put(list(influx.heard(db, news)))

    def _show(self) -> None:
        """Tell the pages what was committed."""
        if self._scored:
            with self.store.reading() as db:
                self._live.scored(db, self._scored, self._now_us())
        self._live.coached(self._coached)
        self._scored, self._coached = set(), set()

    # What reaches people.

    def _stored(self, entries: Sequence[Entry]) -> None:
        self._worker.arrived()
        self._live.stored(entries)
        self._strangers.stored(entries)
        self._gateways.brought(entries)

    def _gateway_spoke(self, status: GatewayStatus) -> None:
        self._gateways.spoke(status, self._now_us())
        if self._sink:
            self._sink.put([influx.gateway(status)])

    async def _perform(self, actor: Actor, act: Act) -> Outcome:
        def change(db: Connection) -> Outcome:
            return self.engine.act(db, actor, act, self._now_us())

        try:
            await asyncio.to_thread(noting.act, self._trail, actor, act, self._now_us())
            outcome = await asyncio.to_thread(self.store.write, change)
        except Refused as refusal:
            return Outcome(ok=False, says=Sentence(refusal.reason))
        self._live.coached(_touched(act) | set(outcome.touches))
        self._post.written()
        return outcome

    async def _carry_out(self, actor: Actor, order: Order) -> Done:
        await asyncio.to_thread(noting.order, self._trail, actor, order, self._now_us())
        done = await asyncio.to_thread(self._orders.carry_out, actor, order, self._now_us())
        if done.ok and isinstance(order, UseStudy):  # once the page has its answer
            asyncio.get_running_loop().call_later(_ANSWERED_S, self._begin_anew.set)
        return done

    async def _serve(self, actor: Actor, request: Request) -> Answer:
        return await self._programs.answer(actor, request, self._now_us())

    async def _admit(self) -> Done:
        await asyncio.to_thread(self._admission.renew)
        return did("The broker lets in who has a token now.")

    def _publish(self, frame: LiveFrame) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._line.publish, frame)


def _touched(act: Act) -> set[str]:
    return {act.participant, getattr(act, "to", None) or act.participant}
