"""Pictures of every page, phone and desk, light and dark: `make screens`.

They show the small study of the tests, so they are the same people each time, and too few for
what research and effects show; look at them before they are kept.
"""

import base64
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from people.authorize import Topic
from tests import pages, web_study
from tests.browsing import DESK, FLAGS, PHONE
from tests.conftest import find_server
from tests.pages import PAGES
from tests.web_study import FARID, JON, MAYA

FOLDER = Path(__file__).parents[1] / "docs" / "screens"
QUALITY = 82
TALLEST_PX = 3000


def main():
    FOLDER.mkdir(exist_ok=True)
    size = 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        face = web_study.make(Path(folder))
        pages.prepare(face)
        browser = playwright.chromium.launch(
            executable_path=find_server("chromium"), args=FLAGS
        )
        with web_study.serving(face) as address:
            for screen, how in (("phone", PHONE), ("desk", DESK)):
                for scheme in ("light", "dark"):
                    shown = browser.new_context(
                        color_scheme=scheme, reduced_motion="reduce", **how
                    )
                    size += sum(
                        take(shown.new_page(), face, address, who, f"{screen}-{scheme}")
                        for who in PAGES
                    )
                    shown.close()
        browser.close()
        face.store.close()
    print(f"{len(list(FOLDER.iterdir()))} pictures, {size / 1e6:.1f} MB")


def take(page, face, address, visitor, suffix):
    """Picture one person's pages; return how many bytes they take."""
    who, role = visitor
    pages.speak(face)
    page.context.clear_cookies()
    if who:
        page.goto(f"{address}/in/{face.link(who, role)}")
        page.get_by_role("button", name="Continue").click()
    size = 0
    for name, path in PAGES[visitor].items():
        page.goto(address + path)
        if page.locator("#link").count():
            expect(page.locator("#link")).to_have_text("Live")
            for person, bpm in ((MAYA, 71), (JON, 84), (FARID, 77)):
                face.hub.publish(person, Topic.HEART_RATE, bpm=bpm, at_us=face.clock())
            page.wait_for_timeout(400)  # until they are drawn
        picture = shoot(page)
        (FOLDER / f"{role}-{name}-{suffix}.webp").write_bytes(picture)
        size += len(picture)
    return size


def shoot(page):
    devtools = page.context.new_cdp_session(page)
    screen = page.viewport_size
    tall = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size(screen | {"height": max(screen["height"], min(tall, TALLEST_PX))})
    how = {"format": "webp", "quality": QUALITY}
    picture = base64.b64decode(devtools.send("Page.captureScreenshot", how)["data"])
    page.set_viewport_size(screen)
    return picture


if __name__ == "__main__":
    sys.exit(main())
