"""The line to the hub: what is said when nobody is there, or a message does not fit."""

import asyncio
import re

import pytest

from kindstep import line
from kindstep.pages import ToHub
from people.authorize import Actor, Role, Topic
from web.live import LiveFrame
from web.programs import Bring, Brought

ADA = Actor("ada", Role.PARTICIPANT)


def bring(size):
    return Bring(source="import", batches=(bytes(size),))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "line"


@pytest.fixture(autouse=True)
async def hub(path):
    async def help_(_actor, _request):
        return Brought(batches=())

    async def nothing(*_asked):
        raise AssertionError

    server = line.LineServer(path, nothing, nothing, help_, nothing)
    async with server.open():
        yield server


async def test_what_fits_is_answered(path):
    assert await line.serve(path, ADA, bring(1 << 19)) == Brought(batches=())


async def test_what_does_not_fit_is_said_with_its_size(path):
    with pytest.raises(line.TooLarge, match=re.escape("at most 1,048,576 fit")):
        await line.serve(path, ADA, bring(1 << 20))

    answer = await ToHub(path).serve(ADA, bring(1 << 20))
    assert (answer.why, answer.where) == ("unusable", "batches")
    assert await line.serve(path, ADA, bring(1)) == Brought(batches=())  # and the hub goes on


async def test_news_of_many_at_once_reaches_whoever_listens(hub, path):
    sent = [LiveFrame(f"p-{n:03}", Topic.ACTIVITY, b"%d" % n) for n in range(1000)]
    async with line.listen(path) as frames, asyncio.timeout(10):
        while not hub._listeners:  # noqa: ASYNC110 - it gives no event
            await asyncio.sleep(0.005)
        for frame in sent:
            hub.publish(frame)

        assert [await anext(frames) for _ in sent] == sent


async def test_a_hub_that_is_not_there_is_away(tmp_path):
    with pytest.raises(line.HubAway):
        await line.serve(tmp_path / "nobody", ADA, bring(1))
