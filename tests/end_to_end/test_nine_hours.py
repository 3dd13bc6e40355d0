"""Nine hours out of the house: nobody is judged by what the glasses still hold.

All parts are real and in one process, because they share a clock that can be wound on.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from analytics import epochs, scores
from coaching import tables
from coaching.days.goals import Verdict
from coaching.engine import Engine
from coaching.giving.tables import points
from firmware_sims.air import Air
from firmware_sims.glasses import Glasses
from firmware_sims.hci_port import HciPort
from firmware_sims.wearer import Activity, Wearer
from gateway import service
from gateway.settings import BrokerAddress, GatewaySettings
from ingest.store.sqlite import SqliteStore
from kindstep import account, hub, stores, study
from kindstep.folder import Folder
from kindstep.settings import BrokerSettings, Settings
from people import registry
from people.trail import Trail
from tests.brokers import free_port
from tests.offline import minutes_of, samples_in, stored_minutes
from tests.system import PARTICIPANT, SITE, name_of
from web.accounts import Accounts
from web.app import create_app

DAY = date(2026, 6, 10)
NEXT_DAY = DAY + timedelta(days=1)
ZONE = "America/Los_Angeles"  # its midnight is far from that of UTC
RATE_HZ = 25.0
MINUTE_US = 60_000_000
GLASSES = {"kind": "glasses", "serial": "G1"}
#: Two short walks, and in the evening the one that makes the goal.
PLAN = (
    (Activity.DESK, 8 * 60),
    (Activity.WALKING, 15),
    (Activity.DESK, 4 * 60 + 15),
    (Activity.WALKING, 15),
    (Activity.DESK, 5 * 60 - 15),
    (Activity.WALKING, 60),
    (Activity.DESK, 5 * 60 + 30),
)
SLACK = 0.02  # of a minute's samples: its edges are known as well as the glasses' clock is
#: Every verdict there ever was, however short it stood.
WITNESS = (
    "CREATE TABLE witness (day, verdict)",
    "CREATE TRIGGER set_goal AFTER INSERT ON goals"
    " BEGIN INSERT INTO witness VALUES (NEW.day, NEW.verdict); END",
    "CREATE TRIGGER judged AFTER UPDATE OF verdict ON goals"
    " WHEN NEW.verdict IS NOT OLD.verdict"
    " BEGIN INSERT INTO witness VALUES (NEW.day, NEW.verdict); END",
)


def at(clock, day=DAY):
    """Give the instant at which the participant's clock shows "13:00"."""
    local = datetime.combine(day, time_of_day.fromisoformat(clock), ZoneInfo(ZONE))
    return round(local.timestamp() * 1e6)


@dataclass
class Outing:
    """Since when the glasses were worn, and the nine hours away."""

    worn_us: int
    leaves_us: int
    looks_us: tuple[int, ...]  # when somebody looks at the page meanwhile
    returns_us: int
    is_valid_before: bool  # by what is known when they leave


#: The day counts only by what the glasses bring home before it ends.
EVENING = Outing(at("11:45"), at("14:00"), (at("14:20"), at("19:00")), at("23:00"), False)
#: The day ends meanwhile. By what is known it counts, and its goal was missed.
MIDNIGHT = Outing(
    at("06:15"), at("17:00"), (at("17:20"), at("00:10", NEXT_DAY)), at("02:00", NEXT_DAY), True
)


class Clock:
    """Time that passes as usual, and can be wound on."""

    def __init__(self, start_us):
        self._ahead_us = start_us - time.monotonic_ns() // 1000

    def __call__(self):
        return time.monotonic_ns() // 1000 + self._ahead_us

    def wind(self, until_us):
        assert until_us > self()
        self._ahead_us += until_us - self()


@pytest.fixture(params=[EVENING, MIDNIGHT], ids=["evening", "midnight"])
def outing(request):
    return request.param


@pytest.fixture
def clock(outing):
    return Clock(outing.leaves_us)


@pytest.fixture
def protocol():
    """Give a study that writes to whoever missed a goal."""
    published = study.load(None)
    prompts = msgspec.structs.replace(published.prompts, after_missed_at=time_of_day(9))
    return msgspec.structs.replace(published, prompts=prompts)


@pytest.fixture
def settings(tmp_path, protocol, outing):
    """Give the settings of a hub whose study has one participant."""
    settings = Settings(data=tmp_path / "data", broker=BrokerSettings(port=free_port()))
    folder = Folder(settings.data)
    folder.make()
    store = stores.in_file(folder.store)
    engine = Engine(protocol, site_seed=folder.site_seed())

    def enrol(db):
        for statement in WITNESS:
            db.exec_driver_sql(statement)
        registry.add_person(db, registry.Person(PARTICIPANT, registry.Role.PARTICIPANT), 0)
        registry.set_name(db, PARTICIPANT, "Ana")
        registry.set_zone(db, PARTICIPANT, ZONE, 0)
        registry.consent_at_enrolment(db, PARTICIPANT, dict.fromkeys(registry.Topic, ()), 0)
        registry.assign(db, name_of(GLASSES), PARTICIPANT, outing.worn_us)
        engine.enrol(db, PARTICIPANT, outing.worn_us, "prompted", "seniors")

    store.write(enrol)
    store.close()
    return settings


@pytest.fixture
async def air():
    return Air()


@pytest.fixture
async def glasses(air, clock, outing):
    glasses = Glasses(
        air,
        address="F0:00:00:00:01:01",
        serial=GLASSES["serial"],
        source=Wearer(3, ZONE, program=PLAN),
        clock=clock,
        rate_hz=RATE_HZ,
    )
    # A period later: by an estimate that is off by less, none is from before they were worn.
    glasses.remember(outing.worn_us + round(1e6 / RATE_HZ), clock())
    await glasses.power_on()
    yield glasses
    await glasses.power_off()


@pytest.fixture
def page(settings, clock, protocol):
    """`page()` is what the participant's page says, signed in."""
    folder = Folder(settings.data)
    accounts, store = Accounts(folder.sign_in), SqliteStore(folder.store, read_only=True)
    app = create_app(
        store=store,
        ingest=folder.ingest,
        act=None,
        carry_out=None,
        serve=None,
        admit=None,
        broker=None,
        study=None,
        site=None,
        packages=None,
        live=None,
        accounts=accounts,
        trail=Trail(folder.root / "trail.db"),
        now_us=clock,
        protocol=protocol,
    )
    client = TestClient(app)
    token = accounts.one_time_link(PARTICIPANT, "participant", clock())
    client.post(f"/in/{token}", headers={"Sec-Fetch-Site": "same-origin"})

    def page():
        answer = client.get("/")
        assert answer.status_code == 200
        return answer.text

    yield page
    store.close()


@contextlib.asynccontextmanager
async def running(settings, protocol, clock, air):
    """Run hub and gateway for as long as the block lasts."""
    port = HciPort(air, "home")
    await port.open()
    password_file = Folder(settings.data).password("home")
    gateway = GatewaySettings(
        name="home",
        site=SITE,
        radio=port.transport,
        spool=settings.data / "spool.db",
        broker=BrokerAddress(port=settings.broker.port, password_file=password_file),
    )
    with contextlib.closing(port):
        async with hub.running(settings, protocol, clock) as begun:
            stop = asyncio.Event()
            edge = asyncio.create_task(service.serve(gateway, clock, stop))
            try:
                yield Known(begun, clock)
            finally:
                stop.set()
                await edge


async def until(true, within_s=60):
    async with asyncio.timeout(within_s):
        while not true():  # noqa: ASYNC110 - the hub's worker is a thread and tells nobody
            await asyncio.sleep(0.05)


class Known:
    """The participant's day as the hub has it."""

    def __init__(self, hub, clock):
        self._hub, self._clock = hub, clock

    def fact(self):
        with self._hub.store.reading() as db:
            days = scores.days(db, PARTICIPANT, 2, self._clock())
        return next(day for day in days if day.day == DAY)

    def goal(self, day=DAY):
        with self._hub.store.reading() as db:
            return self._hub.engine.goal(db, PARTICIPANT, day)

    def verdicts(self):
        """Give every verdict that the day's goal ever had, in order."""
        with self._hub.store.reading() as db:
            held = db.exec_driver_sql("SELECT verdict FROM witness WHERE day = ?", (f"{DAY}",))
            return list(held.scalars())

    def payments(self):
        """Give what was paid for the day."""
        paid = select(points.c.points).where(points.c.day == DAY)
        with self._hub.store.reading() as db:
            return list(db.scalars(paid))

    def occasions(self, since_us=0):
        """Give on which occasions the coach considered writing."""
        due = select(tables.decisions.c.occasion).where(tables.decisions.c.due_us >= since_us)
        with self._hub.store.reading() as db:
            return set(db.scalars(due))

    def minutes(self):
        with self._hub.store.reading() as db:
            return stored_minutes(db, PARTICIPANT)

    def minutes_offline(self):
        """Give the minutes that the kernels make of all that is stored, in one go."""
        entries = self._hub.archive.everything(self._hub.log)
        with self._hub.store.reading() as db:
            return minutes_of(db, list(entries))


@dataclass
class Scene:
    """The wearer and what they wear, what the hub knows of them, and what it shows them."""

    known: Known
    clock: Clock
    air: Air
    glasses: Glasses
    page: Callable[[], str]

    def wind(self, until_us):
        self.clock.wind(until_us)
        self.glasses.catch_up()

    async def leave(self):
        """Go out of reach, and wait until the link is lost."""
        self.air.set_in_range(self.glasses, False)
        await until(lambda: not self.glasses.connected)

    def come_home(self):
        self.air.set_in_range(self.glasses, True)

    def is_catching_up(self):
        return "Still catching up" in self.page()

    def is_handed_over(self):
        """Tell whether less than a minute is left in the glasses."""
        left = self.glasses.measured_samples - self.glasses.confirmed_samples
        return left < RATE_HZ * 60

    @property
    def today(self):
        return DAY if self.clock() < at("00:00", NEXT_DAY) else NEXT_DAY


@pytest.fixture
async def scene(settings, protocol, clock, air, glasses, page):
    async with running(settings, protocol, clock, air) as known:
        yield Scene(known, clock, air, glasses, page)


async def test_a_day_is_judged_when_it_is_known(scene, outing, protocol, settings):
    known = scene.known
    await before_they_leave(scene, outing)

    await scene.leave()
    for look_us in outing.looks_us:
        scene.wind(look_us)
        await nothing_is_said(scene)

    scene.wind(outing.returns_us)
    scene.come_home()
    await until(lambda: scene.is_handed_over() and not scene.is_catching_up())
    await until(lambda: known.fact().valid and known.payments())
    scene.wind(at("02:15", NEXT_DAY))
    scene.glasses.freeze()
    await until(lambda: known.fact().complete)
    check_day(known, outing, protocol)

    scene.wind(at("09:35", NEXT_DAY))
    await until(lambda: "morning" in known.occasions(at("09:00", NEXT_DAY)))
    assert "after_missed" not in known.occasions()
    assert "missed" not in scene.page()
    check_day(known, outing, protocol)
    await until(lambda: samples_in(known.minutes()) == scene.glasses.measured_samples)
    check_epochs(known, outing.worn_us, at("00:00", NEXT_DAY))
    stored = account.stored(Folder(settings.data), name_of(GLASSES), "accel")
    assert (stored.samples, stored.duplicated) == (scene.glasses.measured_samples, 0)


async def before_they_leave(scene, outing):
    """All is handed over, and it would not do for the goal."""
    worn_min = (outing.leaves_us - outing.worn_us) // MINUTE_US
    await until(lambda: scene.known.fact().data_minutes >= worn_min)
    await until(lambda: scene.is_handed_over() and not scene.is_catching_up())
    fact = scene.known.fact()
    assert fact.valid == outing.is_valid_before
    assert 0 < fact.steps < scene.known.goal().steps


async def nothing_is_said(scene):
    """The page says that more will come; the coach makes the rounds and judges nobody."""
    known = scene.known
    await until(lambda: known.goal(scene.today))
    assert scene.is_catching_up()
    assert "missed" not in scene.page()
    assert not known.fact().complete
    assert known.goal().verdict is Verdict.PENDING
    assert known.payments() == []


def check_day(known, outing, protocol):
    """The day is whole, its goal reached and paid once, and nothing else was ever said."""
    fact = known.fact()
    worn_min = (at("00:00", NEXT_DAY) - outing.worn_us) // MINUTE_US
    assert fact.complete
    assert fact.valid
    assert fact.wear_minutes == fact.data_minutes == worn_min
    assert fact.steps >= known.goal().steps
    assert known.verdicts() == [Verdict.PENDING, Verdict.REACHED]
    assert known.payments() == [protocol.points["daily_goal"].points]


def check_epochs(known, from_us, until_us):
    """Every minute has all its samples, as if nobody had been anywhere."""
    minutes = known.minutes()
    assert minutes == known.minutes_offline()
    (by_minute,) = minutes.values()
    wanted = range(from_us, until_us, MINUTE_US)
    found = np.frombuffer(b"".join(by_minute[at_us] for at_us in wanted), epochs.MINUTE)
    full = RATE_HZ * 60
    assert (abs(found["n_accel"].astype(int) - full) <= SLACK * full).all()
