"""Pairing from the command line of the machine that a gateway runs on."""

import asyncio
import json
import re
import subprocess

import pytest

from gateway.discovery import STRAP, pseudonym
from kindstep import process
from tests.system import SITE, System, name_of

SHOWS = {
    "kind": "strap",
    "serial": "S1",
    "wearer": {"seed": 1, "program": [["desk", 60]]},
    "pairing": "shows_passkey",
}
ASKS = {
    "kind": "strap",
    "serial": "S2",
    "wearer": {"seed": 2, "program": [["desk", 60]]},
    "pairing": "asks_for_passkey",
}


@pytest.fixture
def system(tmp_path):
    with System(tmp_path, [SHOWS | {"passkey": 271_828}, ASKS]) as system:
        yield system


async def verb(system, *words, typed=""):
    command = process.kindstep(
        "gateway", words[0], "--settings", str(system.root / "home.toml"), *words[1:]
    )
    return await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, timeout=60, input=typed
    )


async def state_of(system, device):
    """Give a device's state; empty while no gateway answers, or it is not known."""
    told = await verb(system, "status", "--json")
    seen = json.loads(told.stdout)["devices"] if told.returncode == 0 else ()
    return next((it["state"] for it in seen if it["device"] == device), "")


async def test_a_passkey_is_typed_by_whoever_shows_it_not(system):
    addresses = {
        serial: counted["address"].partition("/")[0]
        for serial, counted in (await system.sims.counters()).items()
    }
    system.start("home")
    for address in addresses.values():  # the name of one that has not said who it is
        await system.until(
            lambda at=address: is_in(system, pseudonym(STRAP, SITE, at), "paused")
        )

    wrong = await verb(system, "pair", addresses["S1"], "--entry", typed="1\n")
    right = await verb(system, "pair", addresses["S1"], "--entry", typed="271828\n")
    shown = await verb(system, "pair", addresses["S2"], "--display")

    assert (wrong.returncode, right.returncode) == (1, 0)
    assert "CONFIRM" in wrong.stderr
    assert re.search(r"type \d{6} into the device", shown.stdout)
    assert shown.returncode == 1  # nobody did: it has another one
    await system.until(lambda: is_in(system, name_of(SHOWS), "streaming"))


async def is_in(system, device, state):
    return await state_of(system, device) == state
