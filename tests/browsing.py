"""People at their pages in a real browser: phones and desks, and what may not happen on any."""

import json
import time

from playwright import async_api, sync_api

from people.authorize import Actor, Role
from web.accounts import Scope
from web.vendoring.__main__ import TESTED

_QUIET = "gpu quic background-networking component-update sync dev-shm-usage"
FLAGS = [
    *("--headless", "--no-sandbox", "--no-first-run"),
    *(f"--disable-{what}" for what in _QUIET.split()),
    "--host-resolver-rules=MAP study.test 127.0.0.1",  # a name that browsers do not trust
]
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1440, "height": 900}}
#: How long is waited for what has to come: on a busy machine all of it comes late.
PATIENCE_MS = 60_000
for api in (async_api, sync_api):
    api.expect.set_options(timeout=PATIENCE_MS)

AXE = next(TESTED.glob("axe-core-*/axe.min.js"))


class Complaints(list):
    """What a browser says against a page, and requests that leave home."""

    def watch(self, page, home, *forgiven):
        page.on("console", lambda said: self._note(said.type, said.text, forgiven))
        page.on("pageerror", lambda error: self.append(str(error)))
        page.on("request", lambda asked: self._stay_home(asked.url, home))

    def _note(self, kind, text, forgiven):
        if kind in ("error", "warning") and not any(each in text for each in forgiven):
            self.append(text)

    def _stay_home(self, url, home):
        if not url.startswith((home, "data:", "about:")):
            self.append(f"went to {url}")


def programs(face, person, role):
    """Give the headers by which a program of somebody asks for all they may see."""
    now_us = face.clock()
    actor = Actor(person, Role(role))
    secret = face.accounts.tokens.make(actor, "all", Scope, now_us, 2 * now_us)
    return {"authorization": f"Bearer {secret}"}


def faults(page, *only):
    """Give what axe finds, by these rules or by all; it runs outside the page's own policy."""
    devtools = page.context.new_cdp_session(page)

    def run(expression):
        asked = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        return devtools.send("Runtime.evaluate", asked)["result"].get("value")

    if run("typeof axe") == "undefined":
        run(f"{AXE.read_text()};undefined")
    how = json.dumps({"resultTypes": ["violations"]} | ({"runOnly": only} if only else {}))
    found = json.loads(run(f"axe.run({how}).then(found => JSON.stringify(found.violations))"))
    return [(each["id"], each["nodes"][0]["html"]) for each in found]


def painted(target):
    """Give the colour in the middle of something, as a screen has it, and no style does."""
    target.evaluate("it => it.scrollIntoView({block: 'center'})")
    box = target.bounding_box()
    devtools = target.page.context.new_cdp_session(target.page)
    shot = devtools.send("Page.captureScreenshot")["data"]  # which puts no style into the page
    return target.page.evaluate(
        """async ([shot, x, y]) => {
          const bytes = Uint8Array.from(atob(shot), letter => letter.charCodeAt(0));
          const image = await createImageBitmap(new Blob([bytes]));
          const drawn = new OffscreenCanvas(image.width, image.height).getContext('2d');
          drawn.drawImage(image, 0, 0);
          return [...drawn.getImageData(x, y, 1, 1).data];
        }""",
        [shot, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2],
    )


def waited_s(hope):
    """Give how long it took until what is hoped for holds; a busy machine delays it too."""
    begun_s = time.monotonic()
    hope()
    return time.monotonic() - begun_s


def key_at(target, key="Enter"):
    """Press Tab until something has the focus, as who has no mouse does, and then a key."""
    for _ in range(80):
        if target.evaluate("it => it === document.activeElement"):
            return target.page.keyboard.press(key)
        target.page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {target}")


def unfold(page, title):
    """Open a part of somebody's own page; give it."""
    part = page.get_by_role("region", name=title)
    part.locator("summary").tap()
    return part


def fits(page, width):
    """Tell whether a page is as wide as its screen, and nothing to be used is out of reach."""
    wide = "document.documentElement.scrollWidth"
    cut_off = """[...document.querySelectorAll('a:not(.skip), button, input, select, summary')]
        .filter(each => !each.closest('.scroll'))
        .filter(each => each.checkVisibility() && each.getBoundingClientRect().width > 1)
        .filter(each => each.getBoundingClientRect().left < 0).map(each => each.outerHTML)"""
    return page.evaluate(f"[innerWidth, {wide}, {cut_off}]") == [width, width, []]


def check_fits(page, *places):
    """See that nothing is cut off on a desk and on phones, and that axe finds nothing."""
    home = page.evaluate("location.origin")
    for at in places:
        page.goto(home + at)
        for width in (1440, 390, 320):
            page.set_viewport_size({"width": width, "height": 900})
            assert fits(page, width), (at, width)
            if width > 320:
                assert faults(page) == [], (at, width)
