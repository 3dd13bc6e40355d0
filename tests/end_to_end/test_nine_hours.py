"""Nine hours out of the house: nobody is judged by what the glasses still hold.

All parts are real and in one process, because they share a clock that can be wound on.
"""

import asyncio
import contextlib
import time
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from analytics import scores
from coaching import giving_tables, tables
from coaching.engine import Engine
from coaching.goals import Verdict
from firmware_sims.air import Air
from firmware_sims.glasses import Glasses
from firmware_sims.hci_port import HciPort
from firmware_sims.wearer import Activity, Wearer
from gateway import service
from gateway.settings import BrokerAddress, GatewaySettings
from ingest.store.sqlite import SqliteStore
from kindstep import study
from kindstep.folder import Folder
from kindstep.hub import Hub
from kindstep.settings import BrokerSettings, Settings
from kindstep.tables import METADATAS
from people import registry
from tests.brokers import free_port
from tests.system import PARTICIPANT, SITE, name_of
from web.accounts import Accounts
from web.app import create_app

DAY = date(2026, 6, 10)
RATE_HZ = 25.0
HOUR_US = 3_600_000_000
GLASSES = {"kind": "glasses", "serial": "G1"}
#: Enough for the goal in a day, and too little in what is known when they leave.
HABIT = ((Activity.WALKING, 15), (Activity.DESK, 45))


class Clock:
    """Time that passes as usual, and can be wound on."""

    def __init__(self, start_us):
        self._ahead_us = start_us - time.monotonic_ns() // 1000

    def __call__(self):
        return time.monotonic_ns() // 1000 + self._ahead_us

    def wind(self, hours):
        self._ahead_us += round(hours * HOUR_US)


@pytest.fixture
def clock():
    afternoon = datetime(DAY.year, DAY.month, DAY.day, 15, tzinfo=UTC)
    return Clock(round(afternoon.timestamp() * 1e6))


@pytest.fixture
def settings(tmp_path):
    return Settings(data=tmp_path / "data", broker=BrokerSettings(port=free_port()))


@pytest.fixture
async def air():
    return Air()


@pytest.fixture
async def glasses(air, clock):
    glasses = Glasses(
        air,
        address="F0:00:00:00:01:01",
        serial=GLASSES["serial"],
        source=Wearer(3, "UTC", program=HABIT),
        clock=clock,
        rate_hz=RATE_HZ,
    )
    glasses.remember(clock() - round(2.5 * HOUR_US), clock())
    await glasses.power_on()
    yield glasses
    await glasses.power_off()


@pytest.fixture
def enrolled(settings, clock):
    folder = Folder(settings.data)
    folder.make()
    store = SqliteStore(folder.store, METADATAS)
    engine = Engine(study.load(None), site_seed=folder.site_seed())
    early_us = clock() - 14 * HOUR_US

    def enrol(db):
        registry.add_person(db, registry.Person(PARTICIPANT, registry.Role.PARTICIPANT), 0)
        registry.set_name(db, PARTICIPANT, "Ana")
        registry.set_zone(db, PARTICIPANT, "UTC", 0)
        registry.consent_at_enrolment(db, PARTICIPANT, dict.fromkeys(registry.Topic, ()), 0)
        registry.assign(db, name_of(GLASSES), PARTICIPANT, early_us)
        engine.enrol(db, PARTICIPANT, early_us, "prompted", "seniors")

    store.write(enrol)
    store.close()


@contextlib.asynccontextmanager
async def running(settings, clock, air):
    """Run hub and gateway for as long as the block lasts."""
    port = HciPort(air, "home")
    await port.open()
    async with Hub(settings, study.load(None), clock).running() as hub:
        gateway = GatewaySettings(
            name="home",
            site=SITE,
            radio=port.transport,
            spool=settings.data / "spool.db",
            broker=BrokerAddress(
                port=settings.broker.port, password_file=Folder(settings.data).password("home")
            ),
        )
        task = asyncio.create_task(service.serve(gateway, clock))
        try:
            yield hub
        finally:
            task.cancel()
            await asyncio.wait([task])
            port.close()


async def until(true, within_s=30):
    async with asyncio.timeout(within_s):
        while not true():  # noqa: ASYNC110 - the hub's worker is a thread and tells nobody
            await asyncio.sleep(0.05)


@pytest.fixture
def page(settings, clock, enrolled):  # noqa: ARG001 - the store has to be there
    """Give what the participant's page says, signed in."""
    folder = Folder(settings.data)
    accounts = Accounts(folder.sign_in)
    app = create_app(
        store=SqliteStore(folder.store, read_only=True),
        act=None,
        live=None,
        accounts=accounts,
        now_us=clock,
        protocol=study.load(None),
    )
    client = TestClient(app)
    token = accounts.one_time_link(PARTICIPANT, "participant", clock())
    client.post(f"/in/{token}", headers={"Sec-Fetch-Site": "same-origin"})
    return lambda: client.get("/").text


class Day:
    """The participant's day as the hub has it."""

    def __init__(self, hub, clock):
        self._hub, self._clock = hub, clock

    @property
    def fact(self):
        with self._hub.store.reading() as db:
            days = scores.days(db, PARTICIPANT, 2, self._clock())
        return next(day for day in days if day.day == DAY)

    @property
    def verdict(self):
        with self._hub.store.reading() as db:
            return self._hub.engine.goal(db, PARTICIPANT, DAY).verdict

    @property
    def times_paid(self):
        paid = select(func.count()).where(giving_tables.points.c.day == DAY)
        with self._hub.store.reading() as db:
            return db.scalar(paid)

    @property
    def kinds_of_decisions(self):
        with self._hub.store.reading() as db:
            return set(db.scalars(select(tables.decisions.c.kind)))


def handed_over(glasses):
    return glasses.confirmed_samples >= 0.99 * glasses.measured_samples


@pytest.mark.usefixtures("enrolled")
async def test_a_day_is_judged_when_it_is_known(settings, clock, air, glasses, page):
    async with running(settings, clock, air) as hub:
        day = Day(hub, clock)
        await until(lambda: handed_over(glasses) and day.fact.steps > 3000)
        await until(lambda: "catching up" not in page())
        at_home = day.fact.steps

        air.set_in_range(glasses, False)
        await until(lambda: not glasses.connected)
        clock.wind(9.2)  # past midnight
        glasses.catch_up()
        await until(lambda: "catching up" in page())
        await until(lambda: "scheduled" in day.kinds_of_decisions)  # the coach made its rounds
        assert day.fact.steps == at_home
        assert not day.fact.complete
        assert not day.fact.valid
        assert day.verdict == Verdict.PENDING

        air.set_in_range(glasses, True)
        await until(lambda: handed_over(glasses) and day.fact.complete, 60)
        assert day.fact.valid
        assert day.fact.data_minutes == 11 * 60 + 30
        assert day.fact.steps > at_home
        assert day.verdict == Verdict.REACHED
        assert day.times_paid == 1
        assert "after_missed" not in day.kinds_of_decisions
