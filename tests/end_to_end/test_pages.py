"""What people do on their pages in a real browser, besides the points of a good page."""

import re

import pytest
from playwright.sync_api import expect

from analytics import readings
from analytics.readings import Reading
from people.authorize import Topic
from tests.browsing import DESK, PHONE, faults, fits, painted, unfold
from tests.web_study import AMARA, COACH, FARID, JON, MAYA, OLGA, OPERATOR, STRANGER

pytestmark = pytest.mark.browser


def test_a_tap_that_reaches_nobody_says_so(visit):
    phone = visit(STRANGER, "participant", forgiven=["status of 502"], **PHONE)
    phone.route("**/answer", lambda route: route.fulfill(status=502))

    phone.get_by_role("button", name="Not for me").tap()

    expect(phone.get_by_text("That did not reach us.")).to_be_visible()
    expect(phone.get_by_role("button", name="Not for me")).to_be_visible()


def test_from_a_message_two_taps_lead_to_goal_challenge_cheer_and_coach(visit):
    phone = visit(MAYA, "participant", **PHONE)
    expect(phone.locator("#prompt article").first).to_be_visible()
    home, tab = phone.url, phone.locator(".tabs").get_by_role("link", name="Me")

    tab.tap()
    expect(phone.get_by_role("region", name="Your goal")).to_be_visible()
    phone.get_by_role("link", name="Coaches, and how they are rated").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Coaches")
    phone.goto(home)
    phone.get_by_text("Start a challenge").tap()
    expect(phone.get_by_role("button", name="Start", exact=True)).to_be_visible()
    expect(phone.get_by_role("button", name="Cheer Amara D.")).to_be_visible()


def test_what_was_opened_stays_open_when_its_card_comes_anew(visit, face):
    phone = visit(MAYA, "participant", **PHONE)
    challenges, offer = phone.locator("#challenges"), phone.get_by_text("Start a challenge")
    offer.press("Enter")
    challenges.evaluate("card => { card.dataset.isOld = 1; }")

    face.hub.publish(MAYA, Topic.PROMPTS, changed=True)

    expect(challenges).not_to_have_attribute("data-is-old", "1")
    expect(phone.get_by_role("button", name="Start", exact=True)).to_be_visible()
    expect(offer).to_be_focused()


def test_a_cheer_reaches_a_friend(visit):
    maya = visit(MAYA, "participant", **PHONE)
    jon = visit(JON, "participant", **PHONE)

    maya.get_by_role("button", name="Cheer Jon K.").tap()

    expect(maya.get_by_text("Your cheer is on its way.")).to_be_visible()
    expect(jon.locator("#circle")).to_contain_text("Maya L. cheered you today")


def test_quiet_hours_are_kept(visit):
    page = visit(FARID, "participant", "/me", **PHONE)

    quiet = unfold(page, "Quiet hours")
    quiet.get_by_label("From").fill("22:15")
    quiet.get_by_role("button", name="Save").tap()

    expect(page.get_by_text("Quiet from 22:15 to 08:00.")).to_be_visible()
    page.reload()
    unfold(page, "Quiet hours")
    expect(page.get_by_text("Nothing is sent from 22:15 to 08:00.")).to_be_visible()


def test_in_the_systems_own_colours_on_is_told_from_off_and_worn_from_not(visit):
    how = {"forced_colors": "active"}
    phone = visit(AMARA, "participant", "/me", **how, **PHONE)
    switch = unfold(phone, "Who sees what").get_by_role("switch", name="Prompts: your coach")
    colours = {}
    for state in ("true", "false"):
        expect(switch).to_have_attribute("aria-checked", state)
        colours[state] = painted(switch.locator("i"))
        switch.tap()
    expect(switch).to_have_attribute("aria-checked", "true")
    assert colours["true"] != colours["false"]

    days = visit(COACH, "coach", **how, **DESK).locator(f"tr[data-of={OLGA}] .worn i")
    assert painted(days.nth(0)) != painted(days.nth(6))


def test_an_operator_takes_somebody_in_who_then_signs_in(visit, face):
    page = visit(OPERATOR, "operator", is_live=False, **DESK)

    page.get_by_label("Name", exact=True).fill("Zoë Brandt")
    page.get_by_label("Time zone").fill("Mars/North")
    page.get_by_role("button", name="Take in").click()
    expect(page.locator(".said.not")).to_contain_text("Mars/North")
    page.get_by_label("Name", exact=True).fill("Zoë Brandt")
    page.get_by_label("Time zone").fill("Europe/Paris")
    page.get_by_role("button", name="Take in").click()
    expect(page.locator(".said")).to_have_text(
        "Zoë Brandt takes part now, and shares nothing yet."
    )
    assert page.locator(".qr svg").bounding_box()["width"] > 100
    assert faults(page) == []
    address = page.locator(".way-in code").inner_text()
    page.get_by_role("button", name=f"Find glasses-{AMARA}").click()
    expect(page.locator(".said")).to_have_text(f"Asked glasses-{AMARA} to ring.")
    assert face.sent == ["kindstep/v1/hall/command"]
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto(address)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Me").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zoë Brandt")


def test_a_measurement_at_home_is_walked_through(visit, face):
    def tell(stream, value, second=None, quality=0):
        at_us = face.clock()
        known = Reading(MAYA, stream, at_us, "device-1", value, second, quality, at_us)
        face.store.write(lambda db: readings.keep(db, [known]))
        face.hub.publish(MAYA, Topic.VITAL_SIGNS, changed=True)

    page = visit(MAYA, "participant", "/me", **PHONE)
    page.get_by_role("link", name="Measure at home").click()
    page.get_by_role("link", name="Begin").click()
    expect(page.locator("#link")).to_have_text("Live")
    step = page.locator("[aria-current=step]")
    expect(step).to_contain_text("Weight")
    tell("weight", 70.4)
    expect(step).to_contain_text("Blood pressure")
    tell("blood_pressure", 150, 95, quality=16)
    expect(step).to_contain_text("Once more, please: there was movement")
    assert faults(page) == []
    tell("blood_pressure", 128, 82)
    tell("temperature", 36.6)
    tell("spo2", 97)
    expect(page.get_by_role("status").last).to_have_text("That is all, thank you.")
    assert fits(page, 390)

    coach = visit(COACH, "coach", f"/coach/{MAYA}", **DESK)
    expect(coach.get_by_role("list", name="Measured at home")).to_contain_text("128/82")
    coach.get_by_role("link", name="Every reading of four weeks").click()
    assert fits(coach, 1440)
    expect(coach.get_by_text("in doubt: there was movement")).to_be_visible()
    assert faults(coach) == []


def test_a_coach_notes_looks_again_and_prints_a_week_on_one_sheet(visit):
    page = visit(COACH, "coach", f"/coach/{FARID}", **DESK)

    page.get_by_label("A note for all their coaches").fill("Walks with the dog at five")
    with page.expect_response("**/looked"):
        page.get_by_role("button", name="Keep").click()
        expect(page.locator("#notes")).to_contain_text("Dana Okafor, 13:")
    assert faults(page) == []
    page.reload()
    expect(page.locator(".news")).to_contain_text(
        re.compile(r"Since you last looked, (just now|\d min ago)")
    )
    page.get_by_role("link", name="A week on one sheet").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("The week of Farid N.")
    expect(page.locator("main")).to_contain_text("Walks with the dog at five")
    assert faults(page) == []
    sheets = page.pdf(prefer_css_page_size=True)
    assert sheets.count(b"/Type /Page\n") == 1
