"""A gateway that lost its spool, a device that moves, one that two gateways hear at once."""

from collections import Counter

import numpy as np

from analytics import scores
from gateway.spool_file import waiting
from ingest import operating
from tests.offline import minutes_of, samples_in, steps_in
from tests.system import PARTICIPANT, System, minutes_in_the_end

GLASSES = {
    "kind": "glasses",
    "serial": "G1",
    "wearer": {"seed": 5, "program": [["walking", 7], ["desk", 3]]},
    "remembered_s": 7200.0,
    "in_range": False,
}
GATEWAYS = {"kitchen", "garden"}
PACE_IS_KNOWN = 10  # events of the strap, until the hub can tell how many a silence swallowed
HEARD_TWICE = 4


def strap(folder):
    """Give a strap whose beats all last differently, so that each is known again."""
    beats_ms = 700 + np.random.default_rng(5).permutation(300)
    path = folder / "beats.npy"
    np.save(path, beats_ms)
    return {"kind": "strap", "serial": "S1", "recording": {"path": str(path)}}


def beats(system, worn):
    """Give how often each beat is stored, by its length in the strap's own ticks."""
    return Counter(
        tick
        for entry in system.entries(worn)
        if entry.batch.stream == "rr"
        for tick in np.frombuffer(entry.batch.samples, "<i2").tolist()
    )


async def has_stored(system, device, stream, more_than=0):
    return stored(system, device, stream) > more_than


async def spool_is_empty(system):
    return waiting(system.spool("home")) == 0


def stored(system, device, stream):
    batches = (entry.batch for entry in system.entries(device))
    return sum(batch.size for batch in batches if batch.stream == stream)


async def is_silent(system):
    return not any(each["connected"] for each in (await system.sims.counters()).values())


def check_minutes(system, measured):
    """Everything counts once: in the minutes, and in the days' steps."""
    entries = system.entries()
    minutes = minutes_in_the_end(system.folder, entries[-1].received_us)
    with system.reading() as db:
        assert minutes == minutes_of(db, entries)
        days = scores.days(db, PARTICIPANT, 2, entries[-1].received_us)
    assert samples_in(minutes) == measured
    assert sum(day.steps for day in days) == steps_in(minutes) > 0


async def test_a_gateway_comes_back_without_its_spool(tmp_path):
    chest = strap(tmp_path)
    with System(tmp_path, [GLASSES, chest]) as system:
        system.start("hub")
        system.start("home")
        await system.until(lambda: has_stored(system, chest, "heart_rate"))
        await system.carry(GLASSES, anyone=True)
        await system.until(lambda: system.handed_over(0.3))

        # The glasses forget what was confirmed to them. While the spool alone has it, losing
        # the spool is losing data; so it is lost when the hub has stored all that was in it.
        await system.carry(GLASSES, anyone=False)
        await system.sims.ask("power", device=chest["serial"], on=False)
        await system.until(lambda: is_silent(system))
        await system.until(lambda: spool_is_empty(system))
        confirmed = (await system.counters(GLASSES))["confirmed"]
        system.kill("home")
        for path in tmp_path.glob("home.spool*"):
            path.unlink()

        system.start("home")
        await system.carry(GLASSES, anyone=True)
        await system.sims.ask("power", device=chest["serial"], on=True)
        before = stored(system, chest, "heart_rate")
        await system.until(lambda: has_stored(system, chest, "heart_rate", before))
        await system.sims.ask("freeze")
        await system.until(system.drained)
        glasses, worn = await system.counters(GLASSES), await system.counters(chest)
        system.stop("home")
        system.stop("hub")

    assert 0 < confirmed < glasses["measured"]
    assert sorted(system.numbers(GLASSES)) == list(range(glasses["measured"]))
    assert stored(system, chest, "heart_rate") == worn["sent"]
    (home,) = operating.gateways(system.folder.ingest)  # known to the operator's page
    assert (home.status.gateway, home.status.online) == ("home", False)
    check_minutes(system, glasses["measured"])


async def test_devices_are_carried_and_heard_by_two_gateways(tmp_path):
    chest = strap(tmp_path)
    glasses = GLASSES | {"in_range": True, "away_from": ["garden", "kitchen"]}
    chest |= {"away_from": ["garden"]}
    both = (glasses, chest)

    with System(tmp_path, both, gateways=("kitchen", "garden")) as system:
        for name in ("hub", "kitchen", "garden"):
            system.start(name)
        await system.until(lambda: has_stored(system, chest, "heart_rate"))
        before_anyone_listened = await unsaid(system, chest)
        await system.carry(glasses, kitchen=True)
        await system.until(lambda: system.handed_over(0.2))
        await system.carry(*both, kitchen=False, garden=True)
        await system.until(lambda: all(heard_by(system, each) == GATEWAYS for each in both))
        await system.carry(glasses, kitchen=True)
        await system.until(lambda: has_stored(system, chest, "heart_rate", PACE_IS_KNOWN))
        await system.carry(chest, kitchen=True)
        await system.until(lambda: connected(system, both, 2))
        heard = (await system.counters(chest))["sent"] + HEARD_TWICE
        await system.until(lambda: has_sent(system, chest, heard))
        await system.sims.ask("freeze")
        await system.until(system.drained)
        worn, seen = await system.counters(chest), await system.counters(glasses)
        system.stop("kitchen")
        system.stop("garden")
        system.stop("hub")

    assert sorted(system.numbers(glasses)) == list(range(seen["measured"]))
    account = system.account(chest, "heart_rate")
    assert account.echo >= HEARD_TWICE - 1
    assert account.stored + account.missing == worn["measured"] - before_anyone_listened
    assert set(beats(system, chest).values()) == {1}
    check_minutes(system, seen["measured"])


def heard_by(system, device):
    """Give the gateways from which something is stored that only this device measures."""
    return {e.gateway for e in system.entries(device) if e.batch.stream in {"accel", "rr"}}


async def unsaid(system, chest):
    counted = await system.counters(chest)
    return counted["measured"] - counted["sent"]


async def connected(system, devices, gateways):
    counters = await system.sims.counters()
    return all(counters[device["serial"]]["connected"] == gateways for device in devices)


async def has_sent(system, chest, events):
    return (await system.counters(chest))["sent"] >= events
