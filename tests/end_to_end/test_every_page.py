"""Every page there is: axe finds nothing, nothing is cut off, the console has no complaint."""

import pytest
from playwright.sync_api import expect

from people import registry
from people.registry import Profile
from tests import pages
from tests.browsing import faults, fits
from tests.pages import PAGES
from tests.web_study import MAYA

pytestmark = pytest.mark.browser

REFUSED = ("status of 401", "status of 404")  # pages that say so are pages too
LOST = "/nowhere"
TO_TAP = """button, select, summary, .button, .back, .setting, .tabs a,
    input:not([type=checkbox], [type=radio])"""
TOO_SMALL = """all => all.filter(each => each.checkVisibility() && each.offsetHeight
    && each.offsetHeight < 44).map(each => each.outerHTML)"""
WIDE, PHONE, SMALL = 1440, 390, 320  # px


@pytest.fixture(scope="module")
def home(study):
    pages.prepare(study[0])
    return study[1]


def resized(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    return page


@pytest.mark.parametrize("visitor", PAGES, ids=lambda visitor: visitor[1])
def test_axe_finds_nothing_and_nothing_is_cut_off(visit, home, visitor):
    page = visit(*visitor, is_live=False, forgiven=REFUSED, is_mobile=True)
    for at in PAGES[visitor].values():
        arrived(page, home + at)
        assert fits(resized(page, SMALL), SMALL), at
        for width in (PHONE, WIDE):
            assert fits(resized(page, width), width), (at, width)
            assert faults(page) == [], (at, width)
        if visitor[1] == "participant" and at != LOST:
            check_leads_on(page, at)
        page.emulate_media(color_scheme="dark")  # in which nothing but colours is another
        for width in (WIDE, PHONE):
            assert faults(resized(page, width), "color-contrast") == [], (at, width, "dark")
        page.emulate_media(color_scheme="light")


def check_leads_on(page, at):
    """See that a participant's page has the tabs, and where no tab leads a way back."""
    tabs = page.locator("nav.tabs a").evaluate_all("all => all.map(tab => tab.pathname)")
    assert tabs == ["/", "/trends", "/me"], at
    is_led_to = at.partition("?")[0] not in tabs
    expect(page.locator(".top .back")).to_have_count(int(is_led_to))
    expect(page.locator("nav.tabs [aria-current]")).to_have_count(1)
    assert page.locator(TO_TAP).evaluate_all(TOO_SMALL) == [], at


@pytest.mark.parametrize("visitor", PAGES, ids=lambda visitor: visitor[1])
def test_nothing_is_cut_off_from_right_to_left(visit, home, study, visitor):
    face = study[0]
    hebrew = Profile(age_years=54, resting_bpm=61.0, language="he")
    face.store.write(lambda db: registry.set_profile(db, MAYA, hebrew))
    page = visit(*visitor, is_live=False, forgiven=REFUSED, is_mobile=True, locale="he-IL")
    for at in PAGES[visitor].values():
        arrived(page, home + at)
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        for width in (SMALL, PHONE, WIDE):
            assert fits(resized(page, width), width), (at, width)


def arrived(page, address):
    page.goto(address)
    if page.locator("body[data-live]").count():
        expect(page.locator("#link")).to_have_attribute("data-state", "live")
