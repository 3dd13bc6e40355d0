"""The line to the hub: what is said when nobody is there, or a message does not fit."""

import re

import pytest

from kindstep import line
from kindstep.pages import ToHub
from people.authorize import Actor, Role
from web.programs import Bring, Brought

ADA = Actor("ada", Role.PARTICIPANT)


def bring(size):
    return Bring(source="import", batches=(bytes(size),))


@pytest.fixture
async def path(tmp_path):
    async def help_(_actor, _request):
        return Brought(batches=())

    async def nothing(*_asked):
        raise AssertionError

    async with line.LineServer(tmp_path / "line", nothing, nothing, help_, nothing).open():
        yield tmp_path / "line"


async def test_what_fits_is_answered(path):
    assert await line.serve(path, ADA, bring(1 << 19)) == Brought(batches=())


async def test_what_does_not_fit_is_said_with_its_size(path):
    with pytest.raises(line.TooLarge, match=re.escape("at most 1,048,576 fit")):
        await line.serve(path, ADA, bring(1 << 20))

    answer = await ToHub(path).serve(ADA, bring(1 << 20))
    assert (answer.why, answer.where) == ("unusable", "batches")
    assert await line.serve(path, ADA, bring(1)) == Brought(batches=())  # and the hub goes on


async def test_a_hub_that_is_not_there_is_away(tmp_path):
    with pytest.raises(line.HubAway):
        await line.serve(tmp_path / "line", ADA, bring(1))
