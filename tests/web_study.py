"""A small study, three weeks old, with its face on top: real tables and the real engine."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
from starlette.concurrency import run_in_threadpool

from analytics import days, epochs, scores
from analytics.days import DayFact, Span
from analytics.tables import day_facts, lanes
from analytics.tables import scores as score_table
from coaching.acts.prompts import AnswerPrompt
from coaching.engine import Engine
from coaching.giving import gifts
from gateway import wire
from ingest.commands import Commands
from ingest.deadletters import DeadLetter, DeadLetters
from ingest.gateways import Gateways
from ingest.inbox import Message, Settled
from ingest.log import Entry
from ingest.settling import Settling
from ingest.store import upsert
from ingest.store.sqlite import SqliteStore
from kindstep import study
from kindstep.local_ca import LocalCa
from kindstep.operating import Orders
from kindstep.programs import Programs
from kindstep.settings import Settings
from kindstep.study_room import StudyRoom
from kindstep.tables import METADATAS
from people import registry
from people.authorize import Actor, Topic
from people.registry import Person, Profile, Relation, RelationKind, Role, ViewerKind
from people.trail import Trail
from research.export import AccessLog, Desk
from tests.books import PERIOD_US, Books, beats, walk
from web.accounts import Accounts
from web.accounts.providers import Provider
from web.app import create_app
from web.live import LiveFrame
from web.server import Server
from web.site import BrokerDoor, Site
from web.study_desk import StudyDesk

ZONE = "Europe/Zurich"
DAY = date(2026, 3, 10)
NOON_US = 1773140400_000000  # 12:00 by their clock
NOW_US = NOON_US + 80 * 60_000_000
DAYS = 20
DAY_US = 86_400_000_000

COACH, OTHER_COACH, OPERATOR = "c-dana", "c-marek", "o-ines"
MAYA, JON, AMARA, OLGA, FARID, STRANGER = "p-01", "p-02", "p-03", "p-04", "p-05", "p-06"
NAMES = {
    MAYA: "Maya L.",
    JON: "Jon K.",
    AMARA: "Amara D.",
    OLGA: "Olga Śliwa",
    FARID: "Farid N.",
    STRANGER: "Kei T.",
    COACH: "Dana Okafor",
    OTHER_COACH: "Marek Novak",
    OPERATOR: "Inès Faure",
}
KEY = bytes(32)  # of webhooks
HOSTS = ("127.0.0.1", "hooks.example")
BROKER = BrokerDoor("127.0.0.1", 1883, tls=False, site="home", is_ours=True)
SITE = Site(
    version="0.1.0",
    backs_up=True,
    backup_us=NOW_US - 3 * 3600_000_000,
    backup_is_late=False,
    room_days=812.4,
    is_short=False,
)
GLASSES = wire.Seen(
    device=f"glasses-{AMARA}",
    kind="glasses",
    state="streaming",
    has_memory=True,
    last_heard_us=NOW_US,
    battery_percent=15,
    rssi_dbm=-61,
    time_error_us=1800,
)
HALL = wire.GatewayStatus(
    gateway="hall", online=True, start_id=1, version="0.1.0", at_us=NOW_US, devices=(GLASSES,)
)
ATTIC = msgspec.structs.replace(
    HALL,
    gateway="attic",
    devices=(msgspec.structs.replace(GLASSES, device=f"glasses-{JON}", battery_percent=None),),
)
_STEPS = {MAYA: 6900, JON: 8200, AMARA: 5200, OLGA: 6100, FARID: 7400, STRANGER: 5000}


class Clock:
    """Goes on from the study's now."""

    def __init__(self, now_us=NOW_US):
        self._ahead_us = now_us - time.monotonic_ns() // 1000

    def __call__(self):
        return self._ahead_us + time.monotonic_ns() // 1000

    @contextlib.contextmanager
    def later(self, by_us):
        """Let it be later while the block lasts."""
        self._ahead_us += by_us
        try:
            yield
        finally:
            self._ahead_us -= by_us


class Hub:
    """Stands where the hub's line is: frames that a test publishes, from any thread."""

    def __init__(self):
        self._listeners = set()
        self.is_away = False
        self.heard = threading.Event()

    @contextlib.asynccontextmanager
    async def listen(self):
        if self.is_away:
            raise ConnectionError("the hub is away")
        queue, loop = asyncio.Queue(), asyncio.get_running_loop()
        listener = (queue, loop)
        self._listeners.add(listener)
        self.heard.set()
        try:
            yield self._frames(queue)
        finally:
            self._listeners.discard(listener)

    async def _frames(self, queue):
        while (frame := await queue.get()) is not None:
            yield frame
        raise ConnectionError("the hub went away")

    def publish(self, participant, topic, **said):
        self._put(LiveFrame(participant, topic, msgspec.json.encode(said)))

    def leave(self):
        self.is_away = True
        self._put(None)

    def _put(self, frame):
        for queue, loop in tuple(self._listeners):
            loop.call_soon_threadsafe(queue.put_nowait, frame)


class Taking:
    """Stands where the hub's ingest is: settles each batch by the same books at once."""

    def __init__(self, folder):
        self.books = Books(folder)
        letters = DeadLetters(folder / "taken-letters.db")
        self._settling = Settling(
            self.books.log, self.books.accounts, letters, threading.Event()
        )

    def bring(self, gateway, batch):
        topic, settled = wire.batch_topic(gateway, batch.device), Future()
        message = Message(-1, 0, topic, wire.encode(batch), NOW_US, settled)
        (found,) = self._settling.settle([message]).awaited
        upto = self.books.accounts.mark(found.lane).sequence
        settled.set_result(Settled(found.stored, found.duplicates, upto))
        return settled


@dataclass
class Face:
    """A study with its face."""

    store: SqliteStore
    ingest: Path
    engine: Engine
    accounts: Accounts
    protocol: object
    orders: Orders
    commands: Commands
    gateways: Gateways
    sent: list  # topics of commands
    taking: Taking
    trail: Trail
    clock: object = field(default_factory=Clock)
    hub: Hub = field(default_factory=Hub)
    server: Server | None = None
    provider: Provider | None = None
    push_key: str | None = None
    errands: dict = field(default_factory=dict)  # what was started from the study's page
    let_in: list = field(default_factory=list)  # whom the broker was told of last

    @property
    def study(self):
        """Give how a study's file is read; nothing was started."""
        return StudyDesk(study.read, self.errands.get, can_change=True, can_back_up=True)

    @property
    def packages(self):
        log = AccessLog(self.ingest.parent / "exports.jsonl")
        return Desk(self.store, None, b"key of the tests", log)

    def app(self):
        return create_app(
            store=self.store,
            ingest=self.ingest,
            act=self.act,
            carry_out=self.carry_out,
            serve=self.serve,
            admit=self.admit,
            broker=BROKER,
            study=self.study,
            site=lambda: SITE,
            packages=self.packages,
            live=self.hub.listen,
            accounts=self.accounts,
            trail=self.trail,
            now_us=self.clock,
            protocol=self.protocol,
            provider=self.provider,
            push_key=self.push_key,
            own_devices=True,
        )

    async def act(self, actor, what):
        """Do what the hub does: let it take effect, and tell open pages."""
        outcome = await run_in_threadpool(self.perform, actor, what)
        for who in {what.participant, getattr(what, "to", None) or what.participant}:
            self.hub.publish(who, Topic.PROMPTS, changed=True)
        return outcome

    async def admit(self):
        """Note whom a broker would let in from now on."""
        self.let_in = [each.user for each in self.accounts.gateways.logins()]

    async def serve(self, actor, request):
        programs = Programs(self.store, self.taking.bring, KEY, HOSTS)
        return await programs.answer(actor, request, self.clock())

    async def carry_out(self, actor, order):
        return await run_in_threadpool(self.orders.carry_out, actor, order, self.clock())

    def perform(self, actor, what):
        return self.store.write(lambda db: self.engine.act(db, actor, what, self.clock()))

    def consent(self, participant, topic, granted, viewer=ViewerKind.COACH):
        now_us = self.clock()
        self.store.write(
            lambda db: registry.consent(db, participant, topic, viewer, granted, now_us)
        )

    def link(self, person, role):
        return self.accounts.one_time_link(person, role, self.clock())

    def crowd(self, coach, count):
        """Let a coach have so many people, each with a week of days; give who they are."""
        people = [f"m-{n:03}" for n in range(count)]
        self.store.write(lambda db: _crowd(db, self.engine, coach, people))
        return people

    def session(self, person, role):
        return self.accounts.redeem(self.link(person, role), self.clock())


def make(folder: Path, more_people=0) -> Face:
    """Let a study run for three weeks."""
    protocol = study.load(None)
    store = SqliteStore(folder / "study.db", METADATAS)
    engine = Engine(protocol, site_seed=7)
    names = NAMES | {f"q-{n:03}": f"Person {n:03}" for n in range(more_people)}
    store.write(lambda db: _enrol(db, engine, names))
    store.write(lambda db: _live(db, engine, [n for n in names if n[0] in "pq"]))
    ingest = _receive(folder / "hub")
    commands, gateways, sent = _radio(ingest)
    letters = DeadLetters(ingest / "dead-letters.db")
    letters.keep([DeadLetter(NOW_US, "kindstep/v1/hall/x/batch", "malformed: no map", b"?")])
    room = StudyRoom(Settings(data=folder), None, store, engine)
    orders = Orders(store, engine, commands, letters, room, own_devices=True)
    accounts = Accounts(folder / "sign-in.db")
    taking, trail = Taking(ingest), Trail(folder / "trail.db")
    return Face(
        store,
        ingest,
        engine,
        accounts,
        protocol,
        orders,
        commands,
        gateways,
        sent,
        taking,
        trail,
    )


def _radio(ingest: Path) -> tuple[Commands, Gateways, list[str]]:
    """Let one gateway be here and another gone; give what is sent to them."""
    sent: list[str] = []
    commands = Commands(ingest / "commands.db", lambda topic, _payload: sent.append(topic))
    gateways = Gateways(ingest / "gateways.db")
    for status in (HALL, ATTIC, msgspec.structs.replace(ATTIC, online=False, devices=())):
        gateways.spoke(status, NOW_US)
        commands.seen(status, NOW_US)
    for who, percent in ((AMARA, 15), (MAYA, 82)):
        said_us = NOW_US - 40 * 60_000_000
        said = beats([said_us], [percent], 0, device=f"glasses-{who}", stream="battery")
        gateways.brought([Entry(1, said_us, "hall", 0, said)])
    return commands, gateways, sent


def _receive(folder: Path) -> Path:
    """Let Amara's glasses bring half a minute, lose a second and bring ten more.

    Of her pulse they say little, and were not heard for a while.
    """
    books = Books(folder)
    device = f"glasses-{AMARA}"
    for sequence, (first, end) in enumerate([(0, 1500), (1550, 2050)]):
        batch = walk(first, end, sequence, device=device)
        books.receive(msgspec.structs.replace(batch, start_us=NOON_US + first * PERIOD_US))
    for boot, seconds in ((5, (0, 1)), (6, (6, 7, 8))):
        times_us = [NOON_US + second * 1_000_000 for second in seconds]
        books.receive(beats(times_us, [70] * len(seconds), 0, boot=boot, device=device))
    lane = (device, 7, "accel")
    refused = books.accounts.set_aside(NOON_US, "hall", lane, 2, "set_aside: too large")
    books.log.append([], refused)
    books.accounts.committed()
    books.accounts.keep()
    books.close()
    return folder


@contextlib.contextmanager
def serving(face: Face, authority: LocalCa | None = None) -> Iterator[str]:
    """Serve a study's face on a free port, by HTTPS if somebody vouches; give its address."""
    shown = (authority.host_certificate, authority.host_key) if authority else ()
    server = face.server = Server(face.app(), "127.0.0.1", 0, *shown)
    # TCP by name, as where a server listens by itself: asyncio sends at once only then.
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            assert face.hub.heard.wait(30)
            scheme = "https" if authority else "http"
            yield f"{scheme}://localhost:{listener.getsockname()[1]}"
        finally:
            server.handle_exit(15, None)
            thread.join()


def _enrol(db, engine, names):
    start_us = NOW_US - DAYS * DAY_US
    for who, name in sorted(names.items()):
        role = {"c": Role.COACH, "o": Role.OPERATOR}.get(who[0], Role.PARTICIPANT)
        registry.add_person(db, Person(who, role), start_us)
        registry.set_name(db, who, name)
        if role is Role.PARTICIPANT:
            _take_in(db, engine, who, start_us, OTHER_COACH if who == STRANGER else COACH)
    for friend in (JON, AMARA):
        registry.relate(db, Relation(RelationKind.FRIEND, MAYA, friend), start_us)
        registry.relate(db, Relation(RelationKind.FRIEND, friend, MAYA), start_us)
    behind = {"participant": AMARA, "device": f"glasses-{AMARA}", "stream": "accel"}
    heard = {
        "counted": True,
        "heard_until_us": NOW_US - 3 * 3600_000_000,
        "received_us": NOW_US,
    }
    db.execute(upsert(db, lanes), behind | heard)
    gifts.fund(db, "seniors", 3, "pledge", start_us)


def _crowd(db, engine, coach, people):
    registry.add_person(db, Person(coach, Role.COACH), NOW_US)
    walked = {back: _fact(db, JON, DAY - timedelta(days=back), back) for back in range(7)}
    for who in people:
        registry.add_person(db, Person(who, Role.PARTICIPANT), NOW_US)
        _take_in(db, engine, who, NOW_US - 7 * DAY_US, coach)
    facts = [replace(fact, participant=who) for who in people for fact in walked.values()]
    db.execute(upsert(db, day_facts), [days.as_row(fact) for fact in facts])


def _take_in(db, engine, who, start_us, coach=COACH):
    registry.set_zone(db, who, ZONE, 0)
    registry.set_profile(db, who, Profile(age_years=54, resting_bpm=61.0))
    viewers = (ViewerKind.COACH, ViewerKind.CIRCLE)
    registry.consent_at_enrolment(db, who, dict.fromkeys(Topic, viewers), start_us)
    registry.relate(db, Relation(RelationKind.COACH, who, coach), start_us)
    registry.assign(db, f"glasses-{who}", who, start_us)
    engine.enrol(db, who, start_us, "prompted", "seniors" if who == MAYA else None)


def _live(db, engine, people):
    """Let each day pass: its prompts, its facts by evening, and its verdict the day after."""
    week = {who: [] for who in people}
    known = []
    for back in range(DAYS, -1, -1):
        engine.observe(db, known, NOON_US - back * DAY_US - 3600_000_000)
        facts = [_fact(db, who, DAY - timedelta(days=back), back) for who in people]
        known = [fact for fact in facts if fact is not None]
        if known:
            db.execute(upsert(db, day_facts), [days.as_row(fact) for fact in known])
        for fact in known:
            week[fact.participant].append(fact)
            _score(db, fact, week[fact.participant][-7:])
        engine.tick(db, NOON_US - back * DAY_US + 61 * 60_000_000)
        if back > 0:
            _answer(db, engine, JON, NOON_US - back * DAY_US + 70 * 60_000_000)
            engine.tick(db, NOON_US - back * DAY_US + 10 * 3600_000_000)
        engine.observe(db, known, min(NOW_US, NOON_US - back * DAY_US + 10 * 3600_000_000))


def _answer(db, engine, who, now_us):
    for item in engine.inbox(db, who, now_us):
        act = AnswerPrompt(participant=who, message_id=item.id, answer=item.options[0])
        engine.act(db, Actor(who, Role.PARTICIPANT), act, now_us)


def _score(db, fact, week):
    score = scores.compute(fact.participant, fact.day, week, scores.Body(54))
    row = {name: getattr(score, name) for name in type(score).__slots__}
    db.execute(upsert(db, score_table), row | {"missing": " ".join(score.missing)})


def _fact(db, who, day, back) -> DayFact | None:
    if who == OLGA and back < 3:
        return None
    if who == AMARA and back == 4:
        return None
    start_us, end_us = registry.day_bounds_us(db, who, day)
    span = Span(who, day, ZONE, start_us, end_us, end_us, complete=back > 0)
    minutes = _minutes(who, back)
    if back == 0:
        minutes = minutes[: (NOW_US - start_us) // 60_000_000]
    if back < 4:
        _keep(db, who, start_us, minutes)
    return days.compute(span, minutes, days.Body(54, 75 if who == FARID and back < 2 else 61))


def _minutes(who, back):
    """Give a day: worn from half past six, three walks, still evenings."""
    minutes = epochs.blank(1440)
    if who == JON and back == 2:
        minutes["state"][400:1300] = epochs.State.NOT_WORN
        return minutes
    seed = sum(who.encode()) * 37 + back * 101
    share = 0.7 + (seed * 7919 % 61) / 100
    if who == FARID and back < 4:
        share *= 0.45
    minutes["state"][390:1380] = epochs.State.WORN_STILL
    minutes["hr_n"][390:1380] = 60
    minutes["hr_sum_bpm"][390:1380] = 60 * 68
    cadence = round(_STEPS.get(who, 4000 + seed % 5000) * share / 54)
    for first in (450, 480, 620, 1050):
        minutes["state"][first : first + 18] = epochs.State.WORN_MOVING
        minutes["device_steps"][first : first + 18] = cadence
    minutes["state"][765] = epochs.State.WORN_MOVING  # up, but not walking
    minutes["device_steps"][(minutes["state"] != 0) & (minutes["device_steps"] < 0)] = 0
    return minutes


def _keep(db, who, start_us, minutes):
    known = np.flatnonzero(minutes["state"])
    news = np.zeros(known.size, epochs.EPOCH)
    news["minute_us"] = start_us + known * epochs.MINUTE_US
    news["parts"] = epochs.Part.ALL
    news["minute"] = minutes[known]
    epochs.keep(db, [(who, f"glasses-{who}")], news)


assert datetime.fromtimestamp(NOON_US / 1e6, UTC).hour == 11
