"""Pairing from a command line: who types, who waits, and what is said when it fails."""

import asyncio
import threading

import pytest

from gateway import hatch
from kindstep.gateway_pairing import Console, pair


class Device:
    """A gateway whose one device shows a passkey, and waits until it is typed."""

    def __init__(self, shows):
        self._shows, self._typed = shows, asyncio.get_running_loop().create_future()

    async def __call__(self, order):
        if order.kind == "passkey":
            self._typed.set_result(order.passkey)
        elif await self._typed != self._shows:
            raise hatch.Refused("CONFIRM_VALUE_FAILED")
        yield None


@pytest.fixture
def here(tmp_path):
    return tmp_path / "spool.db.sock"


def typing(passkey):
    return Console(print, lambda: passkey)


async def test_a_passkey_that_is_typed_reaches_the_device(here):
    async with hatch.opened(here, Device(shows=271_828)):
        await pair(here, "strap-1", "entry", typing(271_828))


async def test_a_wrong_one_is_refused(here):
    async with hatch.opened(here, Device(shows=271_828)):
        with pytest.raises(hatch.Refused, match="CONFIRM"):
            await pair(here, "strap-1", "entry", typing(1))


async def test_nobody_waits_for_a_passkey_that_nobody_types(here):
    def nothing():
        raise hatch.Refused("no passkey was typed")

    async with hatch.opened(here, Device(shows=271_828)):
        with pytest.raises(hatch.Refused, match="no passkey was typed"):
            await pair(here, "strap-1", "entry", Console(print, nothing))


async def test_nobody_has_to_type_once_it_has_failed(here):
    never = threading.Event()

    async def refuse(_):
        raise hatch.Refused("it is out of reach")
        yield

    def wait():
        never.wait()
        return 1

    try:
        async with hatch.opened(here, refuse):
            with pytest.raises(hatch.Refused, match="out of reach"):
                await pair(here, "strap-1", "entry", Console(print, wait))
    finally:
        never.set()
