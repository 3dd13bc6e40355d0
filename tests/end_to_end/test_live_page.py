"""From a strap on the radio to a number on a phone, and from a tap to a coach's desk."""

import contextlib
import re
import time

import numpy as np
import pytest
from playwright.async_api import async_playwright, expect

from coaching.engine import Engine
from ingest.store.sqlite import SqliteStore
from kindstep import process, study
from people import registry
from tests import recordings
from tests.brokers import free_port
from tests.browsing import AXE, DESK, FLAGS, PHONE
from tests.system import PARTICIPANT, System
from web.accounts import Accounts

NUMBER = re.compile(r"^\d+$")
pytestmark = pytest.mark.browser

COACH = "c-dana"


def zone_in_daylight():
    """Give a zone in which it is about noon: nothing is pushed in quiet hours."""
    ahead = 12 - time.gmtime().tm_hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def enrol(system):
    engine = Engine(study.load(None), site_seed=system.folder.site_seed())
    everyone = dict.fromkeys(registry.Topic, (registry.ViewerKind.COACH,))
    now_us = time.time_ns() // 1000

    def change(db):
        registry.set_name(db, PARTICIPANT, "Ana")
        registry.set_zone(db, PARTICIPANT, zone_in_daylight(), 0)
        registry.add_person(db, registry.Person(COACH, registry.Role.COACH), 0)
        registry.set_name(db, COACH, "Dana")
        coached = registry.Relation(registry.RelationKind.COACH, PARTICIPANT, COACH)
        registry.relate(db, coached, 0)
        registry.consent_at_enrolment(db, PARTICIPANT, everyone, now_us)
        engine.enrol(db, PARTICIPANT, now_us, "prompted")

    store = SqliteStore(system.folder.store)
    store.write(change)
    store.close()


@contextlib.asynccontextmanager
async def chromium(server):
    path = server("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


async def visit(browser, system, person, role, **options):
    """Sign someone in by a link, as they would."""
    accounts = Accounts(system.folder.sign_in)
    token = accounts.one_time_link(person, role, time.time_ns() // 1000)
    page = await (await browser.new_context(**options)).new_page()
    await page.goto(f"http://127.0.0.1:{system.web_port}/in/{token}")
    await page.get_by_role("button", name="Continue").click()
    await expect(page.locator("#link")).to_have_text("Live", timeout=10_000)
    return page


async def faults(page):
    """Give what axe finds."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("axe.run()")
    return [each["id"] for each in found["violations"]]


def strap(folder):
    """Give a strap that replays a real heart."""
    path = folder / "beats.npy"
    np.save(path, recordings.beats_ms())
    return {"kind": "strap", "serial": "S1", "recording": {"path": str(path)}}


async def test_a_heart_beats_on_the_phone_and_a_tap_reaches_the_coach(tmp_path, server):
    with System(tmp_path, [strap(tmp_path)], web_port=free_port()) as system:
        enrol(system)
        system.start("hub")
        system.start("home")
        await system.until(lambda: process.is_taken(system.web_port))
        async with chromium(server) as browser:
            phone = await visit(browser, system, PARTICIPANT, "participant", **PHONE)
            desk = await visit(browser, system, COACH, "coach", **DESK)

            shown = phone.locator("[data-show=bpm] b").first
            await expect(shown).to_have_text(NUMBER, timeout=15_000)
            first = await shown.inner_text()
            await expect(shown).not_to_have_text(first, timeout=15_000)

            await desk.get_by_role("button", name="Message Ana").click()
            dialog = desk.get_by_role("dialog")
            await dialog.get_by_role("radio").first.check()
            await dialog.get_by_role("button", name="Send").click()
            await expect(dialog.get_by_role("status")).to_have_text("Sent.")
            await desk.keyboard.press("Escape")
            options = phone.locator("#prompt form button")
            await expect(options.first).to_be_visible()
            said = await options.first.inner_text()
            await options.first.tap()

            answer = desk.locator(f"tr[data-of={PARTICIPANT}] .answer")
            await expect(answer).to_contain_text(said)
            assert await faults(phone) == []
            assert await faults(desk) == []
