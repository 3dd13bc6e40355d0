"""Gateway, broker and hub are killed in the middle of a hand-over; nothing is lost for it."""

import pytest

from ingest.log import Arrival
from ingest.log.sqlite import SqliteLog
from kindstep import stores
from kindstep.folder import Folder
from tests.offline import minutes_of
from tests.system import System, minutes_in_the_end

pytestmark = pytest.mark.chaos

GLASSES = {
    "kind": "glasses",
    "serial": "G1",
    "wearer": {"seed": 5, "program": [["walking", 7], ["desk", 3]]},
    "remembered_s": 7200.0,
    "in_range": False,
}
STRAP = {"kind": "strap", "serial": "S1", "wearer": {"seed": 5, "program": [["desk", 60]]}}
STRAP_EVENTS = 10  # enough for the hub to learn its pace


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
        if victim == "home":
            await spoken(system, "measured", 3)  # to nobody
        if victim != "broker":  # the hub starts a broker again by itself
            system.start(victim)
    await spoken(system, "sent", STRAP_EVENTS)
    await system.sims.ask("freeze")
    await system.until(system.drained)
    system.stop("home")
    system.stop("hub")
    return strap["measured"] - strap["sent"]


async def spoken(system, counter, times):
    """Wait until the strap has spoken so many times more."""
    before = (await system.counters(STRAP))[counter]

    async def enough():
        return (await system.counters(STRAP))[counter] >= before + times

    await system.until(enough)


async def strap_is_stored(system):
    return any(entry.batch.stream == "heart_rate" for entry in system.entries(STRAP))


def calm_hub(root, entries, system):
    """Make the data folder of a hub that got the same batches in order, without a kill."""
    folder = Folder(root)
    store = stores.in_file(folder.store)
    store.write(system.enrol)
    store.close()
    log = SqliteLog(folder.log)
    log.append([Arrival(e.received_us, e.gateway, e.first, e.batch) for e in entries])
    log.close()
    return folder


async def test_kills_in_the_middle_of_a_hand_over(tmp_path):
    with System(tmp_path, [GLASSES, STRAP]) as system:
        before_anyone_listened = await disturbed(system)
        glasses, strap = await system.counters(GLASSES), await system.counters(STRAP)
    entries = system.entries()

    assert sorted(system.numbers(GLASSES)) == list(range(glasses["measured"]))
    said = strap["measured"] - before_anyone_listened
    account = system.account(STRAP, "heart_rate")
    assert account.gaps, "a gateway was dead for a while, and nobody says so"
    assert account.stored + account.missing == said

    now_us = entries[-1].received_us
    with system.reading() as db:
        offline = minutes_of(db, entries)
    calm = calm_hub(tmp_path / "calm", entries, system)
    assert minutes_in_the_end(system.folder, now_us) == offline
    assert minutes_in_the_end(calm, now_us) == offline
