"""What is wrong gets a clear word and a count, and nothing else is lost."""

import subprocess

import aiomqtt
import msgspec
import pytest

from gateway import wire
from ingest.deadletters import DeadLetters
from kindstep import process
from tests.offline import minutes_of, samples_in
from tests.system import PARTICIPANT, System, minutes_in_the_end, name_of

GLASSES = {
    "kind": "glasses",
    "serial": "G1",
    "wearer": {"seed": 5, "program": [["walking", 7], ["desk", 3]]},
    "remembered_s": 3600.0,
    "in_range": False,
}
STRAP = {"kind": "strap", "serial": "S1", "wearer": {"seed": 5}}
LEAST_SPOOL_BYTES = 1 << 20  # an hour of glasses takes more


def client(system, user):
    """Give a client with the password of a gateway, or of the hub."""
    password = system.folder.password(user).read_text()
    return aiomqtt.Client("127.0.0.1", system.port, username=user, password=password)


async def until_reported(system, gateway, counts):
    """Wait until a gateway says in its status that it counted these."""
    async with client(system, "hub") as observer:
        await observer.subscribe(wire.status_topic(gateway))
        async for message in observer.messages:
            status = wire.decode(message.payload, wire.GatewayStatus)
            if counts.items() <= status.counts.items():
                return


async def test_a_device_that_talks_nonsense_is_counted(tmp_path):
    async def hears(device):
        return (await system.counters(device))["notifications"] > 0

    with System(tmp_path, [GLASSES, STRAP]) as system:
        system.start("hub")
        system.start("home")
        await system.until(lambda: hears(STRAP))
        await system.carry(GLASSES, anyone=True)
        await system.until(lambda: hears(GLASSES))
        for device in (GLASSES, STRAP):
            await system.sims.ask("malform", device=device["serial"])
        await system.until(lambda: system.said("home").count("malformed:") == 2)
        await system.sims.ask("freeze")
        await system.until(system.drained)
        await system.carry(GLASSES, anyone=False)  # what is only counted can wait: this is news
        await until_reported(system, "home", {"malformed:2A37": 1, "malformed:6B730002": 1})
        glasses, strap = await system.counters(GLASSES), await system.counters(STRAP)
        system.stop("home")
        system.stop("hub")

    assert "malformed:2A37 of 1 bytes" in system.said("home")
    assert sorted(system.numbers(GLASSES)) == list(range(glasses["measured"]))
    assert system.account(STRAP, "heart_rate").stored == strap["sent"]
