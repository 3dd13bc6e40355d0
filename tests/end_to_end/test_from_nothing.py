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


async def served(port):
    async with asyncio.timeout(20):
        while not process.is_taken(port):  # noqa: ASYNC110 - another process gives no event
            await asyncio.sleep(0.1)


async def sign_in(page, address):
    await page.goto(address)
    await page.get_by_role("button", name="Continue").click()
