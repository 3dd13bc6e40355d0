"""The pages in a real browser, phone and desk, light and dark."""

import json
import time

import pytest
from playwright.sync_api import expect, sync_playwright

from analytics import readings
from analytics.readings import Reading
from people.authorize import Topic
from tests import web_study
from tests.web_study import AMARA, COACH, FARID, HALL, JON, MAYA, OLGA, OPERATOR, STRANGER
from web.vendoring.__main__ import TESTED

pytestmark = pytest.mark.browser

QUIET = "--disable-{gpu,quic,background-networking,component-update,sync,dev-shm-usage}"
FLAGS = ["--headless", "--no-sandbox", "--no-first-run"] + [
    f"--disable-{what}" for what in QUIET[len("--disable-{") : -1].split(",")
]
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1440, "height": 900}}
AXE = next(TESTED.glob("axe-core-*/axe.min.js"))


@pytest.fixture(scope="module")
def chromium(server):
    path = server("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    face = web_study.make(tmp_path_factory.mktemp("study"))
    with web_study.serving(face) as address:
        yield face, address
    face.store.close()


@pytest.fixture
def face(study):
    return study[0]


@pytest.fixture
def visit(chromium, study):
    """Sign someone in and give their page; whatever a browser complains of fails the test."""
    face, address = study
    contexts, complaints = [], []

    def arrive(person, role, at="", *, is_live=True, forgiven="nothing", **options):
        context = chromium.new_context(reduced_motion="reduce", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8000)
        page.on("console", lambda said: _note(complaints, said.type, said.text, forgiven))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda asked: _stay_home(complaints, asked.url, address))
        page.goto(f"{address}/in/{face.link(person, role)}")
        page.get_by_role("button", name="Continue").click()
        if at:
            page.goto(address + at)
        if is_live:
            expect(page.locator("#link")).to_have_text("Live")
        return page

    yield arrive
    for context in contexts:
        context.close()
    assert complaints == []


def _note(complaints, kind, text, forgiven):
    if kind in ("error", "warning") and forgiven not in text:
        complaints.append(text)


def _stay_home(complaints, url, address):
    if not url.startswith((address, "data:", "about:")):
        complaints.append(f"went to {url}")


def faults(page):
    """Give what axe finds; it runs outside the page's own policy."""
    devtools = page.context.new_cdp_session(page)

    def run(expression):
        asked = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        return devtools.send("Runtime.evaluate", asked)["result"].get("value")

    run(f"{AXE.read_text()};undefined")
    found = json.loads(run("axe.run().then(found => JSON.stringify(found.violations))"))
    return [(each["id"], each["nodes"][0]["html"]) for each in found]


def fits(page, width):
    wide = "document.documentElement.scrollWidth"
    return page.evaluate(f"[innerWidth, {wide}]") == [width, width]


def beat(face, participant, bpm):
    face.hub.publish(participant, Topic.HEART_RATE, bpm=bpm, at_us=face.clock())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_what_matters_at_once(visit, face, scheme):
    page = visit(MAYA, "participant", color_scheme=scheme, **PHONE)
    tabs_top = page.locator(".tabs").bounding_box()["y"]

    for what in ("[data-show=score]", "[data-show=goal]", "[data-show=bpm]", ".answers"):
        shown = page.locator(what).first
        shown.wait_for()  # a card may just be exchanged for a newer one
        box = shown.bounding_box()
        assert box["y"] + box["height"] <= tabs_top, what
    beat(face, MAYA, 71)
    expect(page.locator("[data-show=bpm] b")).to_have_text("71")
    beat(face, MAYA, 74)
    expect(page.locator("[data-show=bpm] b")).to_have_text("74")
    assert page.locator("[data-show=line] path").get_attribute("d").startswith("M")
    assert fits(page, 390)
    assert faults(page) == []
    home = page.url
    trends = [f"trends?span={span}" for span in ("day", "week", "month")]
    for path in (*trends, "me", "account", "sign-in"):
        page.goto(home + path)
        assert fits(page, 390)
        assert faults(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_desk_shows_who_needs_the_coach(visit, face, scheme):
    page = visit(COACH, "coach", color_scheme=scheme, **DESK)

    expect(page.get_by_role("heading", level=1)).to_have_text("2 people need you now")
    levels = page.locator("#rows tr").evaluate_all("all => all.map(row => row.dataset.level)")
    assert levels == sorted(levels, key=["alert", "watch", "ok"].index)
    beat(face, FARID, 83)
    expect(page.locator(f"tr[data-of={FARID}] [data-show=bpm] b")).to_have_text("83")
    expect(page.locator(f"tr[data-of={OLGA}] [data-show=heard]")).to_have_text("none lately")
    assert faults(page) == []
    page.get_by_role("link", name="Jon K.").click()
    expect(page.get_by_role("heading", name="Prompts and answers")).to_be_visible()
    page.get_by_text("Why it was sent").first.click()
    assert faults(page) == []


@pytest.mark.parametrize("path", ["", "/me"])
def test_a_small_screen_and_double_zoom_are_enough(visit, path):
    page = visit(AMARA, "participant", path, viewport={"width": 320, "height": 560})

    assert fits(page, 320)
    small = page.locator("button, select, summary, input, .tabs a").evaluate_all(
        "all => all.filter(e => e.checkVisibility() && e.offsetHeight && e.offsetHeight < 44)"
        ".map(e => e.outerHTML)"
    )
    assert small == []
    tiny = page.locator("main :is(p, small, span, b)").evaluate_all(
        "all => all.filter(e => e.checkVisibility() && e.textContent.trim()"
        " && parseFloat(getComputedStyle(e).fontSize) < 13).map(e => e.outerHTML)"
    )
    assert tiny == []


def test_one_tap_answers_and_the_coach_sees_it_and_undo_undoes(visit):
    coach = visit(COACH, "coach", **DESK)
    phone = visit(JON, "participant", **PHONE)
    answer = coach.locator(f"tr[data-of={JON}] .answer")
    expect(answer).to_contain_text("waiting")

    phone.get_by_role("button", name="On my way").tap()
    expect(answer).to_contain_text("On my way", timeout=2000)
    expect(phone.locator("#prompt")).to_contain_text("You answered On my way")

    phone.get_by_role("button", name="Undo").tap()
    expect(answer).to_contain_text("waiting", timeout=2000)
    expect(phone.get_by_role("button", name="On my way")).to_be_visible()
    phone.reload()
    expect(phone.get_by_role("button", name="On my way")).to_be_visible()


def test_why_this_names_data_rule_and_odds_and_snooze_survives_a_reload(visit):
    phone = visit(AMARA, "participant", **PHONE)

    phone.get_by_text("Why this?").tap()
    why = phone.locator(".why")
    expect(why).to_contain_text("13:00")
    expect(why).to_contain_text("always sent")
    phone.get_by_role("button", name="Snooze").tap()
    expect(phone.get_by_text("It will be back at 13:5")).to_be_visible()
    phone.reload()
    expect(phone.get_by_text("No message right now")).to_be_visible()
    expect(phone.get_by_text("Still catching up.")).to_be_visible()


def test_a_tap_that_reaches_nobody_says_so(visit):
    phone = visit(STRANGER, "participant", forgiven="status of 502", **PHONE)
    phone.route("**/answer", lambda route: route.fulfill(status=502))

    phone.get_by_role("button", name="Not for me").tap()

    expect(phone.get_by_text("That did not reach us.")).to_be_visible()
    expect(phone.get_by_role("button", name="Not for me")).to_be_visible()


def test_a_cheer_reaches_a_friend(visit):
    maya = visit(MAYA, "participant", **PHONE)
    jon = visit(JON, "participant", **PHONE)

    maya.get_by_role("button", name="Cheer Jon K.").tap()

    expect(maya.get_by_text("Your cheer is on its way.")).to_be_visible()
    expect(jon.locator("#circle")).to_contain_text("Maya L. cheered you today")


def test_giving_says_what_the_ledger_says(visit, face):
    page = visit(OLGA, "participant", **PHONE)
    with face.store.reading() as db:
        giving = face.engine.giving(db, OLGA)

    expect(page.locator("#giving")).to_contain_text(
        f"{giving.points} of {giving.threshold} points"
    )
    page.get_by_role("button", name="Veterans").tap()
    expect(page.locator("#giving")).to_contain_text("for veterans")
    expect(page.locator("#week .no-data")).to_have_count(4)  # three days and their key


def test_a_withdrawn_consent_blanks_the_coachs_open_page(visit, face):
    coach = visit(COACH, "coach", **DESK)
    phone = visit(FARID, "participant", "/me", **PHONE)
    row = coach.locator(f"tr[data-of={FARID}]")
    beat(face, FARID, 77)
    expect(row.locator("[data-show=bpm] b")).to_have_text("77")

    switch = phone.get_by_role("switch", name="Heart rate: your coach")
    switch.tap()

    expect(row.locator("[data-show=bpm]")).to_have_count(0, timeout=3000)
    expect(row).to_contain_text("not shared")
    expect(switch).to_have_attribute("aria-checked", "false")
    switch.tap()
    expect(row.locator("[data-show=bpm]")).to_have_count(1, timeout=3000)


def test_quiet_hours_are_kept(visit):
    page = visit(FARID, "participant", "/me", **PHONE)

    quiet = page.get_by_role("region", name="Quiet hours")
    quiet.get_by_label("From").fill("22:15")
    quiet.get_by_role("button", name="Save").tap()

    expect(page.get_by_text("Quiet from 22:15 to 08:00.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Nothing is sent from 22:15 to 08:00.")).to_be_visible()


def test_a_coach_finds_and_messages_someone_by_keyboard(visit):
    page = visit(COACH, "coach", **DESK)

    page.get_by_role("searchbox").focus()
    page.keyboard.type("śliwa")
    expect(page.locator("#rows tr:visible")).to_have_count(1)
    page.get_by_role("button", name="Message Olga Śliwa").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio").first.press("Space")
    dialog.get_by_role("button", name="Send").press("Enter")
    expect(dialog.get_by_role("status")).to_have_text("Sent.")
    assert faults(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.get_by_role("searchbox").fill("")
    page.get_by_text("On track", exact=False).first.click()
    levels = page.locator("#rows tr:visible").evaluate_all(
        "all => all.map(r => r.dataset.level)"
    )
    assert set(levels) <= {"ok"}


def test_rows_stay_where_they_are_until_the_coach_updates(visit, face):
    page = visit(COACH, "coach", **DESK)
    people = "all => all.map(row => row.dataset.of)"
    before = page.locator("#rows tr").evaluate_all(people)
    level = page.locator(f"tr[data-of={FARID}]").get_attribute("data-level")

    face.consent(FARID, Topic.HEART_RATE, granted=False)
    face.consent(FARID, Topic.ACTIVITY, granted=False)
    try:
        button = page.locator("#changed")
        expect(button).to_have_text("1 changed \N{EN DASH} update")
        assert page.locator("#rows tr").evaluate_all(people) == before
        button.click()
        expect(button).to_be_hidden()
        assert page.locator("#rows tr").evaluate_all(people) != before
        assert page.locator(f"tr[data-of={FARID}]").get_attribute("data-level") != level
    finally:
        face.consent(FARID, Topic.HEART_RATE, granted=True)
        face.consent(FARID, Topic.ACTIVITY, granted=True)


def test_old_values_are_never_shown_as_live(visit, face):
    page = visit(MAYA, "participant", **PHONE)
    page.clock.install()
    page.reload()
    expect(page.locator("#link")).to_have_text("Live")
    beat(face, MAYA, 69)
    expect(page.locator("[data-show=bpm] b")).to_have_text("69")
    page.route("**/live/**", lambda route: route.abort())
    page.clock.pause_at(time.time() + 60)
    expect(page.locator("#link")).to_contain_text("Offline since")
    page.clock.run_for(30_000)
    expect(page.locator("[data-show=bpm] b")).to_have_text("\N{EN DASH}")
    expect(page.locator("[data-show=heard]")).to_contain_text("last at 13:")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_operator_sees_what_is_gone_and_whom_it_affects(visit, face, scheme):
    face.gateways.spoke(HALL, face.clock())
    page = visit(OPERATOR, "operator", is_live=False, color_scheme=scheme, **DESK)

    expect(page.get_by_role("heading", level=1)).to_have_text("1 gateway needs you")
    first = page.locator("#state table").first.locator("tbody tr").first
    expect(first).to_contain_text("attic")
    expect(first).to_contain_text("disconnected")
    expect(first).to_contain_text(JON)
    expect(page.locator("#state")).to_contain_text("low, 15 %")
    assert faults(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert fits(page, 390)


def test_an_operator_takes_somebody_in_who_then_signs_in(visit, face):
    page = visit(OPERATOR, "operator", is_live=False, **DESK)

    page.get_by_label("Name").fill("Zoë Brandt")
    page.get_by_label("Time zone").fill("Mars/North")
    page.get_by_role("button", name="Take in").click()
    expect(page.locator(".said.not")).to_contain_text("Mars/North")
    page.get_by_label("Name").fill("Zoë Brandt")
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
    page.get_by_role("button", name="Sign out").click()
    page.goto(address)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Me").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zoë Brandt")


def test_a_passkey_signs_in_and_one_that_is_forgotten_does_not(visit):
    page = visit(
        JON, "participant", "/account", is_live=False, forgiven="status of 403", **PHONE
    )
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    phone = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": phone})

    page.get_by_role("button", name="Make a passkey on this device").tap()
    expect(page.get_by_text("made just now")).to_be_visible()
    made = page.locator("input[name=handle]").first.input_value()
    for is_known in (True, False):
        page.context.clear_cookies()
        page.goto(page.url.replace("/account", "/sign-in"))
        with page.expect_request("**/sign-in/passkey") as signing:
            page.get_by_role("button", name="Use a passkey").tap()
        if is_known:
            signed = signing.value
            expect(page.locator("#link")).to_have_text("Live")
            page.goto(page.url + "account")
            assert page.locator("input[name=handle]").first.input_value() == made
            page.get_by_role("button", name="Forget").tap()
            expect(page.get_by_role("button", name="Forget")).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_text("That passkey is not known here.")
    headers = {"sec-fetch-site": "same-origin"}
    again = page.request.post(signed.url, data=signed.post_data_json, headers=headers)
    assert again.status == 403


def test_a_measurement_at_home_is_walked_through(visit, face):
    def tell(stream, value, second=None, quality=0):
        at_us = face.clock()
        known = Reading(MAYA, stream, at_us, "device-1", value, second, quality, at_us)
        face.store.write(lambda db: readings.keep(db, [known]))
        face.hub.publish(MAYA, Topic.ACTIVITY, steps=1, score=None, goal=None)

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
