"""Pictures of every page, phone and desk, light and dark: `make screens`.

They show the small study of the tests, so they are the same people each time, and too few for
what research and effects show; look at them before they are kept.
"""

import base64
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from coaching.acts.challenges import StartChallenge
from people import registry
from people.authorize import Actor, Role, Topic
from people.registry import Person, ViewerKind
from tests import web_study
from tests.browsing import DESK, FLAGS, PHONE
from tests.conftest import find_server
from tests.web_study import COACH, FARID, JON, MAYA, OPERATOR

FOLDER = Path(__file__).parents[1] / "docs" / "screens"
QUALITY = 82
TALLEST_PX = 3000
SPONSOR = "s-lux"
RESEARCHER = "r-lin"

#: Who looks at what; the first page of each is their own. A coach comes first: that is seen.
PAGES = {
    (COACH, "coach"): {
        "triage": "/coach",
        "person": f"/coach/{FARID}",
        "week-sheet": f"/coach/{FARID}/summary",
        "decision": f"/decisions/{FARID}/1",
        "in-touch": "/coach/panel/contact",
        "standing": "/coaching",
    },
    (MAYA, "participant"): {
        "today": "/",
        "trends-day": "/trends?span=day",
        "trends-week": "/trends?span=week",
        "trends-month": "/trends?span=month",
        "me": "/me",
        "seen": "/me/seen",
        "measure": "/measure",
        "coaches": "/directory",
        "progress": "/alike",
        "questions": "/questions",
        "signing-in": "/account",
    },
    (OPERATOR, "operator"): {
        "operation": "/operator",
        "study": "/operator/study",
        "gifts": "/operator/gifts",
        "trail": "/operator/trail",
    },
    (RESEARCHER, "researcher"): {
        "research": "/research",
        "in-touch": "/research/contact",
        "stored": "/research/stored",
        "packages": "/research/trail",
    },
    (SPONSOR, "sponsor"): {"sponsor": "/sponsor"},
    (None, "visitor"): {"sign-in": "/sign-in"},
}


def main():
    FOLDER.mkdir(exist_ok=True)
    size = 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        face = web_study.make(Path(folder))
        face.store.write(lambda db: know_staff(db, face.clock()))
        play(face)
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


def play(face):
    """Let a challenge run, and another wait for an answer."""
    today = datetime.fromtimestamp(face.clock() / 1e6, UTC).date()
    for who, offer, friend in ((MAYA, "streak", None), (JON, "duel", MAYA)):
        act = StartChallenge(participant=who, offer=offer, first_day=today, to=friend)
        face.perform(Actor(who, Role.PARTICIPANT), act)


def know_staff(db, now_us):
    registry.add_person(db, Person(SPONSOR, Role.SPONSOR), now_us)
    registry.set_name(db, SPONSOR, "Lux Vision")
    registry.add_person(db, Person(RESEARCHER, Role.RESEARCHER), now_us)
    registry.set_name(db, RESEARCHER, "Lin Wei")
    for who in registry.persons_of(db, Role.PARTICIPANT):
        for topic in Topic:
            registry.consent(db, who, topic, ViewerKind.RESEARCH, True, now_us)


def take(page, face, address, visitor, suffix):
    """Picture one person's pages; return how many bytes they take."""
    who, role = visitor
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
