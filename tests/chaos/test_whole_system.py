"""Gateway, broker and hub are killed in the middle of a hand-over; nothing is lost for it."""

import pytest

from analytics.runner import Runner
from ingest.accounts import Accounts
from ingest.archive import Archive
from ingest.journal import Journal
from ingest.log import Arrival
from ingest.log.sqlite import SqliteLog
from ingest.store.sqlite import SqliteStore
from kindstep import tables
from kindstep.folder import Folder
from tests.offline import minutes_of, stored_minutes
from tests.system import PARTICIPANT, System, name_of

pytestmark = pytest.mark.chaos

GLASSES = {
    "kind": "glasses",
    "serial": "G1",
    "wearer": {"seed": 5, "program": [["walking", 7], ["desk", 3]]},
    "remembered_s": 7200.0,
    "in_range": False,
}
STRAP = {"kind": "strap", "serial": "S1", "wearer": {"seed": 5}}
WAITED_FOR_US = 120_000_000  # longer than anything waits for its place
STRAP_EVENTS = 14  # enough for the hub to learn its pace


async def disturbed(system):
    """Let the glasses hand over two hours while one part after the other is killed."""
    system.start("hub")
    system.start("home")
    await system.until(lambda: strap_is_stored(system))
    strap = await system.counters(STRAP)
    await system.sims.ask("set_range", device=GLASSES["serial"], in_range=True)
    for share, victim in ((0.15, "home"), (0.40, "broker"), (0.65, "hub")):
        await system.until(lambda share=share: system.handed_over(share))
        system.kill(victim)
        if victim != "broker":  # the hub starts a broker again by itself
            system.start(victim)

    async def enough():
        return (await system.counters(STRAP))["sent"] >= STRAP_EVENTS

    await system.until(enough)
    await system.sims.ask("freeze")
    await system.until(system.drained)
    system.stop("home")
    system.stop("hub")
    return strap["measured"] - strap["sent"]


async def strap_is_stored(system):
    return any(entry.batch.stream == "heart_rate" for entry in system.entries(STRAP))


def calm_hub(root, entries, system):
    """Make the data folder of a hub that got the same batches in order, without a kill."""
    folder = Folder(root)
    store = SqliteStore(folder.store, tables.METADATAS)
    store.write(system.enrol)
    store.close()
    log = SqliteLog(folder.log)
    log.append([Arrival(e.received_us, e.gateway, e.first, e.batch) for e in entries])
    log.close()
    return folder


def minutes_in_the_end(folder, now_us):
    """Give a hub's minutes once nothing is waited for any more."""
    store = SqliteStore(folder.store, tables.METADATAS)
    log = SqliteLog(folder.log)
    runner = Runner(store, log, Archive(folder.archive))
    while runner.step(now_us):
        pass
    runner.step(now_us + WAITED_FOR_US)
    with store.reading() as db:
        minutes = stored_minutes(db, PARTICIPANT)
    log.close()
    store.close()
    return minutes


async def test_kills_in_the_middle_of_a_hand_over(tmp_path):
    with System(tmp_path, [GLASSES, STRAP]) as system:
        before_anyone_listened = await disturbed(system)
        glasses, strap = await system.counters(GLASSES), await system.counters(STRAP)
    entries = system.entries()

    numbers = [
        number
        for entry in entries
        if entry.batch.stream == "accel"
        for first in [entry.batch.counted.sample]
        for number in range(first, first + entry.batch.size)
    ]
    assert sorted(numbers) == list(range(glasses["measured"]))
    said = strap["measured"] - before_anyone_listened
    account = strap_account(system)
    assert account.gaps, "a gateway was dead for a while, and nobody says so"
    assert account.stored + account.missing == said

    now_us = entries[-1].received_us
    with system.reading() as db:
        offline = minutes_of(db, entries)
    calm = calm_hub(tmp_path / "calm", entries, system)
    assert minutes_in_the_end(system.folder, now_us) == offline
    assert minutes_in_the_end(calm, now_us) == offline


def strap_account(system):
    log = SqliteLog(system.folder.log, read_only=True)
    journal = Journal(log, Archive(system.folder.archive))
    accounts = Accounts(system.folder.ingest / "accounts.db", journal)
    (report,) = (r for r in accounts.report(name_of(STRAP)) if r.stream == "heart_rate")
    accounts.close()
    log.close()
    return report
