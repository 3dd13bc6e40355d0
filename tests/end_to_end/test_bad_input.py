"""What is wrong gets a clear word and a count, and nothing else is lost."""

import asyncio
import contextlib
import sqlite3

import aiomqtt
import pytest
from click.testing import CliRunner

from gateway import wire
from kindstep.cli import main
from people import registry
from tests.system import PARTICIPANT, System, name_of

GLASSES = {
    "kind": "glasses",
    "serial": "G1",
    "wearer": {"seed": 5},
    "remembered_s": 600.0,
}


async def publish(system, topic, payload):
    """Publish as the gateway itself could."""
    password = system.folder.password("home").read_text()
    client = aiomqtt.Client("127.0.0.1", system.port, username="home", password=password)
    async with client:
        await client.publish(topic, payload, qos=1)


async def something_is_stored(system):
    return bool(system.entries())


def dead_letters(system):
    with contextlib.closing(sqlite3.connect(system.folder.ingest / "dead-letters.db")) as db:
        return db.execute("SELECT topic, reason FROM dead_letter").fetchall()


async def test_a_payload_that_is_no_batch_is_kept_aside(tmp_path):
    topic = wire.batch_topic("home", name_of(GLASSES))

    with System(tmp_path, [GLASSES]) as system:
        system.start("hub")
        system.start("home")
        await system.until(lambda: something_is_stored(system))
        await publish(system, topic, b"no batch at all")

        async def is_aside():
            return bool(dead_letters(system))

        await system.until(is_aside)
        await system.sims.ask("freeze")
        await system.until(system.drained)
        measured = (await system.counters(GLASSES))["measured"]

    ((where, reason),) = dead_letters(system)
    assert where == topic
    assert reason
    assert sorted(system.numbers(GLASSES)) == list(range(measured))


async def test_a_device_that_nobody_wears_is_stored_and_scored_for_nobody(tmp_path):
    stranger = GLASSES | {"serial": "G2"}

    with System(tmp_path, [GLASSES, stranger]) as system:
        with system.writing() as write:
            write(lambda db: registry.release(db, name_of(stranger), 1))
        system.start("hub")
        system.start("home")
        await system.sims.ask("freeze")
        await system.until(system.drained)
        measured = (await system.counters(stranger))["measured"]
        await asyncio.to_thread(system.stop, "hub")

    assert sorted(system.numbers(stranger)) == list(range(measured))
    with system.reading() as db:
        lanes = db.exec_driver_sql("SELECT DISTINCT participant, device FROM lanes").all()
    assert [tuple(lane) for lane in lanes] == [(PARTICIPANT, name_of(GLASSES))]


@pytest.mark.parametrize("command", ["up", "gateway", "web", "doctor"])
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[broker]\nprot = 1\n", "kindstep.toml:2: Object contains unknown field `prot`"),
        ("data = 'x'\n[web]\nport = 'high'\n", "kindstep.toml:3: Expected `int`, got `str`"),
        ("data = [\n", "kindstep.toml:"),
    ],
)
def test_a_wrong_setting_is_named_by_line(tmp_path, command, text, says):
    path = tmp_path / "kindstep.toml"
    path.write_text(text)

    result = CliRunner().invoke(main, [command, "--settings", str(path)])

    assert result.exit_code == (1 if command == "doctor" else 2)
    assert says in result.output


def test_a_study_that_is_not_there_is_named(tmp_path):
    path = tmp_path / "kindstep.toml"
    path.write_text(f'data = "{tmp_path}/data"\nstudy = "{tmp_path}/absent.toml"\n')

    result = CliRunner().invoke(main, ["up", "--settings", str(path)])

    assert result.exit_code == 2
    assert "absent.toml" in result.output
