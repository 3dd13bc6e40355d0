"""Somebody leaves while the hub runs, and nobody stops it for that."""

import asyncio

from ingest.archive import Archive
from ingest.log.hour_file import HOUR_US
from kindstep import line, stores, study
from kindstep.folder import Folder
from kindstep.hub import running
from kindstep.settings import BrokerSettings, Settings
from people import registry
from people.authorize import Actor, Role
from people.registry import Person
from tests.books import START_US, Books, walk
from tests.brokers import free_port
from web.orders import Leave

ANA, BEN = "p-ana", "p-ben"


def enrol(db):
    for who in (ANA, BEN):
        registry.add_person(db, Person(who, Role.PARTICIPANT), 0)
        registry.set_zone(db, who, "UTC", 0)
        registry.assign(db, f"glasses-{who}", who, 0)


def sealed(folder):
    """Write down what both wore, in an hour that is sealed by now."""
    folder.make()
    folder.ingest.mkdir()
    books = Books(folder.root, ledger=folder.ledger)
    books.receive(*(walk(0, 500, 0, device=f"glasses-{who}") for who in (ANA, BEN)))
    books.archive.seal(books.log, START_US + 3 * HOUR_US, books.log.last)
    books.accounts.keep()
    books.close()
    store = stores.in_file(folder.store)
    store.write(enrol)
    store.close()


def archived(folder):
    return {entry.batch.device for entry in Archive(folder.archive).entries()}


async def test_who_leaves_is_gone_from_the_archive_of_a_hub_that_runs_on(tmp_path):
    settings = Settings(
        data=tmp_path / "data", broker=BrokerSettings(port=free_port(), gateways=())
    )
    folder, at_us = Folder(settings.data), [START_US + 4 * HOUR_US]
    sealed(folder)
    assert archived(folder) == {f"glasses-{ANA}", f"glasses-{BEN}"}

    async with running(settings, study.load(None), lambda: at_us[0]) as hub:
        leave = Leave(participant=ANA)
        assert (await line.operate(folder.line, Actor(ANA, Role.PARTICIPANT), leave)).ok
        at_us[0] += HOUR_US // 30  # it looks once a minute
        async with asyncio.timeout(60):
            while archived(folder) != {f"glasses-{BEN}"}:  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0.05)
        with hub.store.reading() as db:
            assert registry.name_of(db, ANA) == ANA
        assert list(Archive(folder.archive).spoilt()) == []
