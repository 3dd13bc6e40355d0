"""The operator's journey, from an empty folder to a closed study, in one browser.

The steps bear the numbers of the journey: one command, a protocol, its rules, its words, money,
a dry run, the lock, people, a broker's death, and the end.
"""

import asyncio
import contextlib
import re
import signal

import psutil
import pytest
import segno
from playwright.async_api import expect

from gateway.spool_file import waiting
from ingest.accounts import Accounts
from ingest.archive import Archive
from ingest.journal import Journal
from ingest.log.sqlite import SqliteLog
from kindstep import settings
from kindstep.folder import Folder
from tests import from_nothing
from tests.browsing import PHONE
from tests.from_nothing import NUMBER, faults, strap

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

HEARD_AFTERWARDS = 3


async def test_a_study_from_an_empty_folder_to_its_end(tmp_path, server):
    backup = f'\n[backup]\nfolder = "{tmp_path / "backups"}"\n'
    # 1: one command
    async with from_nothing.hub(tmp_path, server, [strap(tmp_path)], more=backup) as hub:
        await loaded(hub.desk, hub.settings.with_name("study.toml").read_text())
        await tried_and_locked(hub)
        phone, device = await enrolled(hub)
        sent = await outlived_its_broker(hub)
        await closed(hub.desk, phone)
    assert stored(hub.settings, device) == sent


async def loaded(desk, text):
    """Load a protocol that is wrong, then one that is right."""
    await desk.get_by_role("link", name="Study", exact=True).click()
    # 2: refused by line when wrong
    wrong = text.replace("most_days = 9 ", 'most_days = "nine" ')
    line = 1 + wrong[: wrong.index('"nine"')].count("\n")
    await chosen(desk, wrong)
    await expect(desk.get_by_role("alert")).to_contain_text(f"study.toml:{line}: ")
    right = text.replace('policy = "fixed_schedule"', 'policy = "micro_randomised"\nodds = 0.4')
    right = right.replace("pushes_a_day = 5", "pushes_a_day = 4")
    await chosen(desk, right)
    await expect(desk.get_by_role("region", name="1 · Load")).to_contain_text(
        "attention.pushes_a_day"
    )
    assert await faults(desk) == []
    await desk.get_by_role("button", name="Use this protocol").click()
    await expect(desk.locator(".said")).to_contain_text("The hub begins anew")
    # 3: arms, bounds, caps, thresholds
    says = desk.get_by_role("region", name="2 · What it says")
    await expect(says).to_contain_text("left to chance at fixed odds")
    await expect(says.get_by_role("row", name="Messages a day, at most")).to_contain_text("4")
    for caption in ("Arms", "Bounds of chance", "Caps", "No message when"):
        await expect(says.get_by_role("table", name=caption)).to_be_visible()
    # 4: messages linted
    words = desk.get_by_role("region", name="3 · Messages")
    await expect(words).to_contain_text(re.compile(r"en: \d+ wordings, nothing to refuse"))


async def chosen(desk, text):
    await desk.get_by_label("A study.toml").set_input_files(
        {"name": "study.toml", "mimeType": "application/toml", "buffer": text.encode()}
    )
    await desk.get_by_role("button", name="Check it").click()


async def tried_and_locked(hub):
    """Let people who are not there live it, while a sponsor pays for it; then lock it."""
    desk = hub.desk
    await desk.get_by_role("spinbutton", name="People").fill("24")
    await desk.get_by_role("spinbutton", name="Weeks").fill("1")
    await desk.get_by_role("button", name="Let them live it").click()
    await expect(desk.locator("#errands")).to_contain_text("Dry run: under way")
    # 5: fund the cause
    await desk.get_by_role("link", name="Operation", exact=True).click()
    await hub.take_in("Lux Vision", "sponsor")
    await desk.get_by_label("Vouchers").fill("20")
    await desk.get_by_label("Reference").fill("contract 7")
    await desk.get_by_role("button", name="Book").click()
    await expect(desk.locator("#people .said")).to_contain_text("20")
    # 6: the dry run finds what was put in
    await desk.get_by_role("link", name="Study", exact=True).click()
    found = desk.locator("#errands")
    await expect(found).to_contain_text("Dry run: done")
    await expect(found).to_contain_text(
        re.compile(r"a message, in the half hour after it: put in 0\.2, .*limits hold it 100%")
    )
    # 7: locked, its hash on record
    digest = await desk.locator(".headline code").inner_text()
    await desk.get_by_label("For what").fill("ethics vote 12/26")
    await desk.get_by_role("button", name="Lock this protocol").click()
    await desk.get_by_text("Every lock").click()
    record = desk.get_by_role("region", name="6 · Lock the protocol").locator("details")
    await expect(record).to_contain_text(digest)
    await expect(record).to_contain_text("ethics vote 12/26")
    assert await faults(desk) == []


async def enrolled(hub):
    """Take somebody in by the picture that a phone's camera reads."""
    desk = hub.desk
    # 8: enrol by QR
    await desk.get_by_role("link", name="Operation", exact=True).click()
    address = await hub.take_in("Ana")
    drawn = segno.make(address, micro=False).svg_inline(scale=4, border=2, omitsize=True)
    same = "([svg, drawn]) => svg === new DOMParser().parseFromString(drawn, 'text/html')"
    picture = await desk.locator(".way-in svg").evaluate("svg => svg.outerHTML")
    assert await desk.evaluate(f"{same}.body.firstChild.outerHTML", [picture, drawn])
    phone = await hub.page(address, **PHONE)
    row = desk.locator("#state tr", has_text="strap-").first
    device = await row.locator("th").inner_text()
    await desk.get_by_role("button", name="Give").click()
    await expect(desk.locator(".said")).to_contain_text("wears strap-")
    await expect(phone.locator("[data-show=bpm] b").first).to_have_text(NUMBER)
    return phone, device


async def outlived_its_broker(hub):
    """Kill the broker, hear on, let what was spooled through; return how many there were."""
    # 9: kill the broker, nothing lost
    spool, sims = hub.settings.with_name("kindstep-spool.db"), hub.sims
    children = psutil.Process(hub.up.pid).children(recursive=True)
    broker = next(each for each in children if "nats-server" in each.name())
    broker.send_signal(signal.SIGKILL)
    before = await counted(sims)
    async with asyncio.timeout(180):
        while await counted(sims) < before + HEARD_AFTERWARDS:  # noqa: ASYNC110 - others give no event
            await asyncio.sleep(0.1)
        await sims.ask("freeze")
        while waiting(spool):  # noqa: ASYNC110 - the same
            await asyncio.sleep(0.1)
    return await counted(sims)


async def counted(sims):
    return (await sims.counters())["S1"]["sent"]


async def closed(desk, phone):
    """Let the taper begin, see that people are told, and archive all of it."""
    # 10: taper, notify, archive
    await desk.get_by_role("link", name="Study", exact=True).click()
    await desk.get_by_role("button", name="Close it").click()
    await desk.get_by_label("To be sure").fill("close the study")
    await desk.get_by_role("button", name="Close it").click()
    await expect(desk.locator(".said")).to_contain_text("1 were told")
    await expect(phone.locator("main")).to_contain_text("The study comes to its end")
    await expect(desk.get_by_role("region", name="7 · Close")).to_contain_text("days")
    await desk.get_by_role("button", name="Back up all of it now").click()
    done = desk.locator("#errands")
    await expect(done).to_contain_text("restored aside and right")
    assert await faults(desk) == []


def stored(path, device):
    """Give how many heart rates ingest's accounts say are stored; the hub has ended."""
    folder = Folder(settings.load(path).data)
    with contextlib.closing(SqliteLog(folder.log, read_only=True)) as log:
        journal = Journal(log, Archive(folder.archive))
        with contextlib.closing(Accounts(folder.ledger, journal)) as accounts:
            (told,) = (r for r in accounts.report(device) if r.stream == "heart_rate")
            return told.stored
