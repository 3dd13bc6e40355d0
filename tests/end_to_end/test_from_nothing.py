"""The participant's way in, from an empty folder: one command, an invitation, a live number.

The steps bear the numbers of the participant's journey.
"""

import asyncio
import re
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.async_api import expect

from kindstep import process
from kindstep.cli import main
from kindstep.simulated import wearables
from tests.brokers import free_port
from tests.browsing import DESK, PHONE
from tests.end_to_end.test_live_page import NUMBER, chromium, strap

pytestmark = pytest.mark.browser

LIVE_S = 30  # from an invitation to a number that is alive


def founded(where: Path, radio: str, web_port: int) -> tuple[Path, str]:
    """Begin a hub as its operator does; give its settings and the operator's link."""
    answers = f"Inès\nusc\nEurope/Paris\nhome\n{web_port}\n"
    said = CliRunner().invoke(main, ["init", str(where)], input=answers).output
    path = where / "kindstep.toml"
    broker = f"port = {free_port()}"
    text = path.read_text().replace("broker]", f"broker]\n{broker}")
    path.write_text(text.replace("[gateway]", f'[gateway]\nradio = "{radio}"'))
    return path, re.search(r"http://\S+/in/\S+", said)[0]


async def test_from_an_empty_folder_to_a_live_number(tmp_path, server):
    web_port = free_port()
    with wearables([strap(tmp_path)], ["home"]) as sims:
        path, way_in = founded(tmp_path / "hub", sims.radios["home"], web_port)
        up = process.kindstep("up", "--gateway", "--settings", str(path))
        with process.child(up):
            await served(web_port)
            async with chromium(server) as browser:
                desk = await (await browser.new_context(**DESK)).new_page()
                await sign_in(desk, way_in)
                await desk.get_by_label("Name").fill("Ana")
                await desk.get_by_label("Time zone").fill("Europe/Paris")
                await desk.get_by_role("button", name="Take in").click()
                invitation = await desk.locator(".way-in code").inner_text()

                # 1: scan an invite
                invited_s = time.monotonic()
                phone = await (await browser.new_context(**PHONE)).new_page()
                await sign_in(phone, invitation)
                await expect(phone.locator("#link")).to_have_text("Live", timeout=10_000)

                # 2: pair a tracker, live number within 30 s
                row = desk.locator("#state tr", has_text="strap-")
                await expect(row).to_contain_text("streaming", timeout=20_000)
                await desk.get_by_role("button", name="Give").click()
                await expect(desk.locator(".said")).to_contain_text("wears strap-")
                bpm = phone.locator("[data-show=bpm] b").first
                await expect(bpm).to_have_text(NUMBER, timeout=15_000)
                assert time.monotonic() - invited_s < LIVE_S
                await chosen(phone)
                await left(phone, desk)


async def chosen(phone):
    """Choose who sees what, when messages come, the goal and the cause."""
    home = phone.url
    # 1: consent per data type
    await phone.goto(home + "me")
    switch = phone.get_by_role("switch", name="Activity: your coach")
    await expect(switch).to_have_attribute("aria-checked", "false")
    await switch.tap()
    await expect(switch).to_have_attribute("aria-checked", "true")
    # 3: quiet hours and frequency
    quiet = phone.get_by_role("region", name="Quiet hours")
    await quiet.get_by_label("From").fill("22:15")
    await quiet.get_by_role("button", name="Save").tap()
    await expect(phone.get_by_text("Nothing is sent from 22:15")).to_be_visible()
    often = phone.get_by_role("region", name="How often")
    await often.get_by_label("Messages a day, at most").select_option("2")
    await saved(phone, often)
    await expect(often.get_by_label("Messages a day, at most")).to_have_value("2")
    # 4: a goal from a band
    goal = phone.get_by_role("region", name="Your goal")
    await goal.get_by_label("At most").fill("9000")
    await saved(phone, goal)
    await expect(goal.get_by_label("At most")).to_have_value("9000")
    # 5: a cause
    await phone.goto(home)
    await phone.get_by_role("button", name="Veterans").tap()
    await expect(phone.locator("#giving")).to_contain_text("for veterans")


async def saved(phone, region):
    """Save a choice, and look at the page anew."""
    async with phone.expect_response(lambda answer: answer.request.method == "POST"):
        await region.get_by_role("button", name="Save").tap()
    await phone.reload()


async def left(phone, desk):
    """Take all of it home, and leave for good."""
    home = phone.url
    # 10: take one's data home, and leave
    await phone.goto(home + "me/leave")
    async with phone.expect_download() as taken:
        await phone.get_by_role("link", name="First download all my data").tap()
    assert (await (await taken.value).path()).stat().st_size > 1000
    await phone.get_by_role("button", name="I understand").tap()
    await phone.get_by_label("To be sure").fill("erase everything")
    await phone.get_by_role("button", name="Erase all of Ana now").tap()
    await expect(phone.get_by_role("heading", level=1)).to_have_text("You have left")
    await phone.goto(home)
    await expect(phone.get_by_role("heading", level=1)).not_to_have_text("Today")
    await desk.reload()
    await expect(desk.locator("main")).not_to_contain_text("Ana")


async def served(port):
    async with asyncio.timeout(20):
        while not process.is_taken(port):  # noqa: ASYNC110 - another process gives no event
            await asyncio.sleep(0.1)


async def sign_in(page, address):
    await page.goto(address)
    await page.get_by_role("button", name="Continue").click()
