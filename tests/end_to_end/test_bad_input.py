"""What is wrong gets a clear word and a count, and nothing else is lost."""

import asyncio
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
STRANGER = GLASSES | {"serial": "G2", "in_range": True}
STRAP = {"kind": "strap", "serial": "S1", "wearer": {"seed": 5, "program": [["desk", 60]]}}
TOPIC = wire.batch_topic("home", name_of(GLASSES))
NAMED = {"device": name_of(GLASSES), "boot": 1, "stream": "accel", "sequence": 0}
NONSENSE = {
    b"no batch at all": "batch: Expected `object`, got `int`",
    msgspec.msgpack.encode(NAMED): "batch: Object missing required field `start_us`",
}
SAMPLE_BYTES = 6
LEAST_SPOOL_BYTES = 1 << 20


def client(system, user):
    """Give a client with the password of a gateway, or of the hub."""
    password = system.folder.password(user).read_text()
    return aiomqtt.Client("127.0.0.1", system.port, username=user, password=password)


async def until_reported(system, gateway, counts):
    """Wait until a gateway says in its status that it counted so many, or more."""
    async with asyncio.timeout(60), client(system, "hub") as observer:
        await observer.subscribe(wire.status_topic(gateway))
        async for message in observer.messages:
            status = wire.decode(message.payload, wire.GatewayStatus)
            if all(status.counts.get(name, 0) >= counts[name] for name in counts):
                return


async def trouble(root):
    """Let a system go through all that can be said wrongly; give it when it has ended."""

    async def hears(device):
        return (await system.counters(device))["notifications"] > 0

    with System(root, [GLASSES, STRAP], strangers=[STRANGER]) as system:
        system.start("hub")
        system.start("home")
        await system.until(lambda: hears(STRAP))
        await system.carry(GLASSES, anyone=True)
        await system.until(lambda: hears(GLASSES))
        for device in (GLASSES, STRAP):
            await system.sims.ask("malform", device=device["serial"])
        await system.until(lambda: bool(system.entries(STRAP)))  # so the hub hears the broker
        async with client(system, "home") as intruder:
            for payload in NONSENSE:
                await intruder.publish(TOPIC, payload, qos=1)
        await system.until(lambda: system.said("home").count("malformed:") == 2)
        await system.until(lambda: "nobody can use it" in system.said("hub"))
        await system.sims.ask("freeze")
        await system.until(system.drained)
        await system.carry(GLASSES, anyone=False)  # what is only counted can wait: this is news
        await until_reported(system, "home", {"malformed:2a37": 1, "malformed:6b730002": 1})
        system.counted = await system.sims.counters()
        system.stop("home")
        system.stop("hub")
    return system


@pytest.fixture(scope="module")
def troubled(tmp_path_factory):
    return asyncio.run(trouble(tmp_path_factory.mktemp("troubled")))


def test_nothing_that_was_right_is_lost_or_doubled(troubled):
    for device in (GLASSES, STRANGER):
        measured = troubled.counted[device["serial"]]["measured"]
        assert sorted(troubled.numbers(device)) == list(range(measured))
    beats = troubled.account(STRAP, "heart_rate")
    assert beats.stored == troubled.counted[STRAP["serial"]]["sent"]


def test_a_device_that_talks_nonsense_is_named_by_its_characteristic(troubled):
    said = troubled.said("home")

    assert said.count("WARNING gateway.conversation: malformed:2a37 of 1 bytes") == 1
    assert said.count("WARNING gateway.conversation: malformed:6b730002 of 1 bytes") == 1


def test_payloads_that_nobody_can_use_are_kept_with_their_reason(troubled):
    letters = DeadLetters(troubled.folder.ingest / "dead-letters.db", 1 << 20)
    kept, counts = letters.latest().values(), letters.counts()
    letters.close()

    assert {letter.payload: letter.reason for letter in kept} == NONSENSE
    assert {letter.topic for letter in kept} == {TOPIC}
    assert counts == {"batch": len(NONSENSE)}
    complaint = f"nobody can use it: {TOPIC}: {next(iter(NONSENSE.values()))}"
    assert troubled.said("hub").count(complaint) == 1


def test_what_nobody_wears_is_scored_for_nobody(troubled):
    entries = troubled.entries()
    minutes = minutes_in_the_end(troubled.folder, entries[-1].received_us)

    with troubled.reading() as db:
        assert minutes == minutes_of(db, entries)
    assert set(minutes) == {(PARTICIPANT, name_of(device)) for device in (GLASSES, STRAP)}
    assert samples_in(minutes) == troubled.counted[GLASSES["serial"]]["measured"]
    complaint = f"nobody wears {name_of(STRANGER)}: it is stored, and scored for nobody yet"
    assert troubled.said("hub").count(complaint) == 1
    assert troubled.said("hub").count("nobody wears") == 1


async def test_a_full_spool_leaves_the_rest_with_the_glasses(tmp_path):
    limit = f"spool_limit_bytes = {LEAST_SPOOL_BYTES}"
    home = GLASSES | {"in_range": True, "remembered_s": 4500.0}

    with System(tmp_path, [home], gateway_settings=limit) as system:
        system.start("home")
        await system.until(lambda: "is not kept" in system.said("home"))
        full = await system.counters(home)
        system.start("hub")
        await system.sims.ask("freeze")
        await system.until(system.drained)
        await until_reported(system, "home", {"refused": 1})
        measured = (await system.counters(home))["measured"]
        system.stop("home")
        system.stop("hub")

    assert full["oldest"] == 0
    assert full["confirmed"] * SAMPLE_BYTES < LEAST_SPOOL_BYTES < measured * SAMPLE_BYTES
    complaint = f"{name_of(home)} says is not kept, nor confirmed to it: no room in {tmp_path}"
    assert system.said("home").count(complaint) == 1
    assert sorted(system.numbers(home)) == list(range(measured))


@pytest.mark.parametrize(
    ("command", "text", "says"),
    [
        (
            "up",
            "data = 'x'\n[broker]\nprot = 1\n",
            "kindstep.toml:3: Object contains unknown field `prot`",
        ),
        (
            "up",
            "data = 'x'\nstudy = 'absent.toml'\n",
            "kindstep.toml:2: cannot read absent.toml",
        ),
        ("gateway", "[gateway]\nname = 'hall'\nsite = 5\n", "kindstep.toml:3: Expected `str`"),
        ("gateway", "data = 'x'\n", "kindstep.toml: no [gateway] table"),
        ("web", "[web]\n\nport = 'high'\n", "kindstep.toml:3: Expected `int`"),
    ],
)
def test_wrong_settings_end_it_with_the_line_at_fault(tmp_path, command, text, says):
    path = tmp_path / "kindstep.toml"
    path.write_text(text)
    run = process.kindstep(command, "--settings", str(path))
    ended = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert ended.returncode == 2
    assert says in ended.stderr
    assert "Traceback" not in ended.stderr
