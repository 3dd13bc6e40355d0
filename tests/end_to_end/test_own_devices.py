"""Somebody alone puts on what they have: from an empty folder to a number that is alive."""

import asyncio

import pytest
from playwright.async_api import expect

from kindstep import settings
from kindstep.folder import Folder
from people.trail import Trail
from tests import from_nothing
from tests.browsing import PHONE
from tests.from_nothing import NUMBER, faults, strap

pytestmark = pytest.mark.browser

PASSKEY = 271_828
GLASSES = {
    "kind": "glasses",
    "serial": "G1",
    "wearer": {"seed": 4, "program": [["desk", 1440]]},
}


async def test_one_who_is_alone_finds_pairs_and_puts_on_what_they_have(tmp_path, server):
    shy = strap(tmp_path) | {"pairing": "shows_passkey", "passkey": PASSKEY}
    async with from_nothing.hub(tmp_path, server, [shy, GLASSES], begun="solo") as hub:
        phone = await hub.page(hub.own, **PHONE)
        home = phone.url
        await put_on_glasses(hub, phone, home)
        await put_on_strap(phone, home)
        await phone.goto(home)
        bpm = phone.locator("[data-show=bpm] b").first
        await expect(bpm).to_have_text(NUMBER)
        check_trail(hub)


async def put_on_glasses(hub, phone, home):
    """Tell them by their ringing, and wear them."""
    await phone.goto(f"{home}me")
    await phone.get_by_role("link", name="Add a tracker").tap()
    glasses = phone.locator("#near li", has_text="Glasses")
    await glasses.get_by_role("button", name="Let it ring").tap()
    await expect(glasses).to_contain_text("It was told to ring.")
    async with asyncio.timeout(60):
        while (await hub.sims.counters())["G1"]["alerts"] != [2]:  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.05)
    await glasses.get_by_role("button", name="It is mine").tap()
    worn = phone.locator("#devices .trackers > li")
    await expect(worn).to_have_count(1)
    await expect(worn).to_contain_text("Glasses")


async def put_on_strap(phone, home):
    """Mistake its number once, pair it, and wear it."""
    await phone.goto(f"{home}me/devices/new")
    shy = phone.locator("#near li", has_text="Strap")
    await expect(shy).to_contain_text("It asks to be paired.")
    for passkey in (PASSKEY + 1, PASSKEY):
        await shy.get_by_role("link", name="Enter its number").tap()
        await phone.get_by_label("The six digits").fill(f"{passkey:06}")
        assert await faults(phone) == []
        await phone.get_by_role("button", name="Pair it").tap()
        if passkey != PASSKEY:
            await expect(shy).to_contain_text("It was not paired.")
    await shy.get_by_role("button", name="It is mine").tap()
    await expect(phone.locator("#devices .trackers > li")).to_have_count(2)


def check_trail(hub):
    trail = Trail(Folder(settings.load(hub.settings).data).trail)
    noted = trail.read(what=["FindDevice", "PairDevice", "PutOn"])
    assert sorted(each.what for each in noted) == [
        "FindDevice",
        "PairDevice",
        "PairDevice",
        "PutOn",
        "PutOn",
    ]
    assert len({each.who for each in noted} | {each.whom for each in noted}) == 1
    assert str(PASSKEY) not in "".join(each.detail for each in noted)
