import asyncio
import collections
import contextlib

import pytest

from gateway import wire
from gateway.commands import Commands


class Radio:
    """Carries out what it is asked to once `open` is set."""

    def __init__(self):
        self.open = asyncio.Event()
        self.begun = []

    async def perform(self, command):
        self.begun.append(command.id)
        await self.open.wait()
        return wire.Answer(id=command.id, done=True, at_us=now_us())


def now_us():
    return 1_000_000


def command(name, *, left_us=60_000_000):
    return wire.Command(id=name, device="x", kind="alert", expires_us=now_us() + left_us)


@pytest.fixture
async def radio():
    return Radio()


@pytest.fixture
async def commands(radio):
    commands = Commands(radio.perform, now_us, collections.Counter())
    running = asyncio.create_task(commands.run())
    yield commands
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


async def answered(commands, *names):
    async with asyncio.timeout(5):
        while not set(names) <= set(commands.answers):
            commands.news.clear()
            await commands.news.wait()


async def test_answers_until_the_broker_has_it(radio, commands):
    radio.open.set()
    commands.ask(command("c1"))
    await answered(commands, "c1")
    assert commands.answers["c1"].done

    commands.taken("c1")
    assert commands.answers == {}


async def test_a_repeated_command_is_carried_out_once(radio, commands):
    commands.ask(command("c1"))
    commands.ask(command("c1"))
    radio.open.set()
    await answered(commands, "c1")
    commands.taken("c1")
    commands.ask(command("c1"))
    commands.ask(command("c2"))
    await answered(commands, "c2")

    assert radio.begun == ["c1", "c2"]
    assert list(commands.answers) == ["c2"]


async def test_one_that_takes_long_does_not_hold_up_the_others(radio, commands):
    commands.ask(command("c1"))
    commands.ask(command("c2", left_us=10_000))
    await answered(commands, "c2")

    assert radio.begun == ["c1", "c2"]
    assert commands.answers["c2"].reason == "expired"


async def test_what_came_too_late_does_not_even_begin(radio, commands):
    commands.ask(command("c1", left_us=0))
    await answered(commands, "c1")

    assert commands.answers["c1"].reason == "expired"
    assert radio.begun == []


async def test_one_too_many_is_counted_and_may_come_again(radio):
    counts = collections.Counter()
    commands = Commands(radio.perform, now_us, counts)
    for n in range(17):
        commands.ask(command(f"c{n}"))
    assert counts["commands_dropped"] == 1

    running = asyncio.create_task(commands.run())
    radio.open.set()
    await answered(commands, *(f"c{n}" for n in range(16)))
    commands.ask(command("c16"))
    await answered(commands, "c16")
    running.cancel()
