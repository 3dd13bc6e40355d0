"""A hub from an empty folder with simulated wearables, and how people come in by browsers."""

import asyncio
import contextlib
import re
import subprocess
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from click.testing import CliRunner
from playwright.async_api import Browser, Page, async_playwright, expect

from kindstep import process
from kindstep.cli import main
from kindstep.simulated import Wearables, wearables
from tests import recordings
from tests.brokers import free_port
from tests.browsing import AXE, DESK, FLAGS, PATIENCE_MS
from tests.system import compile_kernels

NUMBER = re.compile(r"^\d+$")


@dataclass
class Hub:
    """What runs, and whoever runs it at their page."""

    settings: Path
    web_port: int
    zone: str  # everybody's
    own: str  # the way in of who began it: for themselves in a study of one, else to run it
    browser: Browser
    desk: Page
    up: subprocess.Popen  # the one command, with all its children
    sims: Wearables

    @property
    def address(self):
        return f"http://127.0.0.1:{self.web_port}"

    async def page(self, way_in, **how):
        """Give the page of somebody who has just signed in."""
        return await entered(self.browser, way_in, **how)

    async def take_in(self, name, role="participant", coach="none"):
        """Take somebody in; give the address that signs them in."""
        newcomer = self.desk.locator("form", has_text="Time zone")
        await newcomer.get_by_label("Name").fill(name)
        await newcomer.locator("[name=role]").select_option(role)
        await newcomer.get_by_label("Time zone").fill(self.zone)
        await newcomer.locator("[name=coach]").select_option(label=coach)
        await newcomer.get_by_role("button", name="Take in").click()
        await expect(self.desk.locator(".said")).to_contain_text(name)
        return await self.desk.locator(".way-in code").inner_text()

    async def give(self, kind, name):
        """Let somebody wear a device that a gateway came upon, with what it remembers."""
        held = self.desk.locator("#state tr", has_text=kind)
        await expect(held).to_contain_text("streaming")
        morning = datetime.now(ZoneInfo(self.zone)) - timedelta(hours=3)
        await self.desk.reload()
        row = self.desk.locator(".unclaimed li", has_text=kind)
        await row.locator("[name=person]").select_option(await self.who(name))
        await row.get_by_label("Since").fill(f"{morning:%Y-%m-%dT%H:%M}")
        await row.get_by_role("button", name="Give").click()
        await expect(self.desk.locator(".said")).to_contain_text(f"wears {kind}")

    async def who(self, name):
        """Give the pseudonym of a participant."""
        known = self.desk.locator("[name=person] option", has_text=f"{name} (").first
        return await known.get_attribute("value")

    async def bring(self, name, export):
        """Import what somebody's older tracker exported; give what was said of it."""
        where = (str(export), "--settings", str(self.settings), "--for", await self.who(name))
        running = await asyncio.create_subprocess_exec(
            *process.kindstep("import", *where), stdout=asyncio.subprocess.PIPE
        )
        said, _ = await running.communicate()
        return said.decode()


@contextlib.asynccontextmanager
async def hub(folder, server, devices, amend=str, more="", begun="usc") -> AsyncIterator[Hub]:
    """Run one with its gateway.

    `amend` changes its study's text before it starts; `more` is more of its settings,
    `begun` the study that it begins with.
    """
    web_port, zone = free_port(), zone_in_daylight()
    compile_kernels()
    with wearables(devices, ["home"]) as sims:
        settings, ways_in = _founded(folder / "hub", sims.radios["home"], web_port, begun)
        with settings.open("a") as file:
            file.write(more)
        study = settings.parent / "study.toml"
        study.write_text(amend(study.read_text()))
        command = process.kindstep("up", "--gateway", "--settings", str(settings))
        with process.child(command) as up:
            await _served(web_port)
            async with chromium(server) as browser:
                desk = await entered(browser, ways_in[-1], **DESK)
                yield Hub(settings, web_port, zone, ways_in[0], browser, desk, up, sims)


@contextlib.asynccontextmanager
async def chromium(server):
    path = server("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


def _founded(where: Path, radio: str, web_port: int, begun: str) -> tuple[Path, list[str]]:
    """Begin a hub as its operator does; give its settings and the links, the operator last."""
    answers = f"Inès\n{begun}\nEurope/Paris\nhome\n{web_port}\n"
    said = CliRunner().invoke(main, ["init", str(where)], input=answers).output
    path = where / "kindstep.toml"
    broker = f"port = {free_port()}"
    text = path.read_text().replace("broker]", f"broker]\n{broker}")
    path.write_text(text.replace("[gateway]", f'[gateway]\nradio = "{radio}"'))
    return path, re.findall(r"http://\S+/in/\S+", said)


async def _served(port):
    async with asyncio.timeout(60):
        while not process.is_taken(port):  # noqa: ASYNC110 - another process gives no event
            await asyncio.sleep(0.1)


def zone_in_daylight():
    """Give a zone in which it is about noon: nothing is pushed in quiet hours."""
    behind = time.gmtime().tm_hour - 12
    return f"Etc/GMT{behind:+d}" if behind else "Etc/GMT"


def strap(folder):
    """Give a strap that replays a real heart."""
    path = folder / "beats.npy"
    np.save(path, recordings.beats_ms())
    return {"kind": "strap", "serial": "S1", "recording": {"path": str(path)}}


def amended(text, **changed):
    """Give a study's text with other values for these keys."""
    for key, value in changed.items():
        text, count = re.subn(rf"(?m)^{key} = .*$", f"{key} = {value}", text)
        assert count == 1, key
    return text


async def entered(browser, address, **how):
    """Give the page of somebody who has just signed in."""
    page = await (await browser.new_context(**how)).new_page()
    page.set_default_timeout(PATIENCE_MS)
    await page.goto(address)
    await page.get_by_role("button", name="Continue").click()
    return page


async def unfold(page, title):
    """Open a part of somebody's own page, unless it is open; give it."""
    part = page.get_by_role("region", name=title)
    if not await part.locator("details[open]").count():
        await part.locator("summary").tap()
    return part


async def share(page, what, viewer):
    """Let a kind of people see something, on the page of one's choices."""
    sees = await unfold(page, "Who sees what")
    switch = sees.get_by_role("switch", name=f"{what}: {viewer}")
    await expect(switch).to_have_attribute("aria-checked", "false")
    await switch.tap()
    await expect(switch).to_have_attribute("aria-checked", "true")


async def faults(page):
    """Give what axe finds."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("axe.run()")
    return [each["id"] for each in found["violations"]]


_TIME = "%Y-%m-%d %H:%M:%S %z"
_STEPS = '<Record type="HKQuantityTypeIdentifierStepCount" sourceName="{}" {} value="{}"/>'


def walked(folder, walks):
    """Give an export of Apple Health: who counted, from when, how long, how much a minute."""
    told = [
        _STEPS.format(source, f'startDate="{first:{_TIME}}" endDate="{last:{_TIME}}"', a_minute)
        for source, begun, minutes, a_minute in walks
        for n in range(minutes + 1)  # an import waits for more to come to the last one
        for first in [begun.replace(second=0) + timedelta(minutes=n)]
        for last in [first + timedelta(seconds=59)]
    ]
    path = folder / "export.xml"
    path.write_text(f"<HealthData>{''.join(told)}</HealthData>")
    return path
