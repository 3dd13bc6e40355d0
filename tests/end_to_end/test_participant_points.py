"""What makes a participant's page one of the best, point by point, in a real browser."""

import contextlib
import datetime as dt
import re
from datetime import UTC, datetime

import pytest
import sqlalchemy
from playwright.sync_api import expect

from coaching.acts.choices import SetQuietHours
from coaching.acts.prompts import AnswerPrompt, CoachMessage
from coaching.coaches import reputation
from coaching.post import inbox
from people import registry
from people.authorize import Actor, Role, Topic
from people.registry import ViewerKind
from tests.browsing import DESK, PHONE, faults, fits, programs, unfold, waited_s
from tests.cable import Cable
from tests.web_study import AMARA, COACH, FARID, JON, MAYA, OLGA, OTHER_COACH, STRANGER

pytestmark = pytest.mark.browser

SEEN_S = 2.0  # by a coach, what somebody just did
COLD_BYTES = 100_000
FIRST_PAINT_MS = 1000
WITHIN_US = 2_000_000  # a withdrawn consent, on pages that are open
DAY_US = 86_400_000_000


def beat(face, participant, bpm):
    face.hub.publish(participant, Topic.HEART_RATE, bpm=bpm, at_us=face.clock())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_point_01_what_matters_is_on_the_first_screen(visit, face, scheme):
    page = visit(MAYA, "participant", color_scheme=scheme, **PHONE)
    tabs_top = page.locator(".tabs").bounding_box()["y"]

    for what in ("[data-show=score]", "[data-show=goal]", "[data-show=bpm]", ".answers"):
        bottom = page.locator(what).first.evaluate("it => it.getBoundingClientRect().bottom")
        assert bottom <= tabs_top, what
    beat(face, MAYA, 71)
    expect(page.locator("[data-show=bpm] b")).to_have_text("71")
    beat(face, MAYA, 74)
    expect(page.locator("[data-show=bpm] b")).to_have_text("74")
    assert page.locator("[data-show=line] path").get_attribute("d").startswith("M")
    assert fits(page, 390)
    assert faults(page) == []


def test_point_02_a_cold_page_is_light_and_soon_there(visit):
    page = visit(
        MAYA, "participant", "/me", service_workers="block", forgiven=["blocked"], **PHONE
    )
    devtools = page.context.new_cdp_session(page)
    sizes = []
    devtools.send("Network.enable")
    devtools.on("Network.loadingFinished", lambda done: sizes.append(done["encodedDataLength"]))
    paints_ms = []
    for _ in range(3):
        sizes.clear()
        devtools.send("Network.clearBrowserCache")
        devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
        page.goto(page.url.replace("/me", "/"))
        expect(page.locator("#link")).to_have_text("Live")
        paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
        paints_ms.append(page.evaluate(paint))

    assert 10_000 < sum(sizes) <= COLD_BYTES
    assert min(paints_ms) < FIRST_PAINT_MS


@pytest.mark.parametrize("path", ["", "/me"])
def test_point_03_a_small_screen_and_double_zoom_are_enough(visit, path):
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


def test_point_04_one_tap_answers_and_undo_undoes(visit):
    coach = visit(COACH, "coach", **DESK)
    phone = visit(JON, "participant", **PHONE)
    answer = coach.locator(f"tr[data-of={JON}] .answer")
    expect(answer).to_contain_text("waiting")

    phone.get_by_role("button", name="On my way").tap()
    answered_s = waited_s(lambda: expect(answer).to_contain_text("On my way"))
    expect(phone.locator("#prompt")).to_contain_text("You answered On my way")

    phone.get_by_role("button", name="Undo").tap()
    undone_s = waited_s(lambda: expect(answer).to_contain_text("waiting"))
    assert min(answered_s, undone_s) < SEEN_S
    expect(phone.get_by_role("button", name="On my way")).to_be_visible()
    phone.reload()
    expect(phone.get_by_role("button", name="On my way")).to_be_visible()


def test_point_05_snooze_survives_a_reload_and_quiet_hours_the_turn_of_the_clock(visit, face):
    phone = visit(AMARA, "participant", **PHONE)
    phone.get_by_role("button", name="Snooze").tap()
    expect(phone.get_by_text(re.compile(r"It will be back at 1[34]:\d\d"))).to_be_visible()
    phone.reload()
    expect(phone.get_by_text("No message right now")).to_be_visible()

    quiet = SetQuietHours(participant=STRANGER, start_minute=21 * 60, end_minute=8 * 60)
    face.perform(Actor(STRANGER, Role.PARTICIPANT), quiet)
    night = datetime(2026, 3, 28, 22, tzinfo=UTC)  # 23 h; at 2 h it will be 3 h
    with face.clock.later(round(night.timestamp() * 1e6) - face.clock()):
        desk = visit(OTHER_COACH, "coach", **DESK)
        desk.get_by_role("button", name="Message Kei T.").click()
        dialog = desk.get_by_role("dialog")
        dialog.get_by_role("radio").first.check()
        dialog.get_by_role("button", name="Send").click()
        expect(dialog.get_by_role("status")).to_have_text("Held until Sunday 08:00.")
    before_us, after_us = (at_us(29, 5, 59), at_us(29, 6, 0))  # UTC, summer time by then
    with rehearsing(face) as db:
        face.engine.tick(db, before_us)
        assert occasions(db, STRANGER, before_us) == []
        face.engine.tick(db, after_us)
        assert occasions(db, STRANGER, after_us) == ["coach"]


def at_us(day, hour, minute):
    return round(datetime(2026, 3, day, hour, minute, tzinfo=UTC).timestamp() * 1e6)


def occasions(db, who, now_us):
    return [
        each.occasion for each in inbox.open_to(db, who, now_us) if each.occasion == "coach"
    ]


@contextlib.contextmanager
def rehearsing(face):
    """Let things happen in the study that never did."""
    engine = sqlalchemy.create_engine(f"sqlite:///{face.ingest.parent / 'study.db'}")
    with engine.connect() as db:
        yield db
        db.rollback()
    engine.dispose()


def test_point_06_why_this_names_data_rule_and_odds(visit):
    phone = visit(FARID, "participant", **PHONE)

    phone.get_by_text("Why this?").first.tap()

    why = phone.locator(".why").first
    expect(why).to_contain_text("13:00")
    expect(why).to_contain_text("always sent")


@pytest.fixture
def cable(study):
    """Give a way to the study's pages that can be cut."""
    cable = Cable(int(study[1].rpartition(":")[2]))
    yield cable
    cable.close()


AWAY = ("ERR_", "Failed to fetch")  # what a browser says when nobody answers


def test_point_07_old_values_are_dimmed_with_their_time_and_come_back(visit, face, cable):
    page = visit(MAYA, "participant", address=cable.address, forgiven=AWAY, **PHONE)
    page.clock.install()
    page.reload()
    expect(page.locator("#link")).to_have_text("Live")
    beat(face, MAYA, 69)
    expect(page.locator("[data-show=bpm] b")).to_have_text("69")
    steps, as_of = page.locator("[data-show=steps]"), page.locator("[data-show=as-of]")
    page.evaluate("window.isSamePage = true")

    cable.pull()
    page.clock.fast_forward(15_000)
    expect(page.locator("#link")).to_have_text("Slow")
    expect(as_of).to_contain_text("Numbers as of")
    page.clock.fast_forward(25_000)
    expect(page.locator("#link")).to_contain_text("Offline since")
    assert float(steps.evaluate("e => getComputedStyle(e).opacity")) < 1
    page.clock.fast_forward(30_000)
    expect(page.locator("[data-show=bpm] b")).to_have_text("\N{EN DASH}")
    expect(page.locator("[data-show=heard]")).to_contain_text("last at 13:")
    assert faults(page) == []

    cable.put_in()
    page.clock.fast_forward(5_000)
    expect(page.locator("#link")).to_have_text("Live")
    expect(as_of).to_be_hidden()
    expect(steps).to_have_css("opacity", "1")  # of the card that has come anew
    assert page.evaluate("window.isSamePage")


def test_point_08_a_reply_written_offline_is_sent_exactly_once(visit, face, cable):
    page = visit(FARID, "participant", address=cable.address, forgiven=AWAY, **PHONE)
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    page.reload()  # from now on the page is kept
    expect(page.locator("#link")).to_have_text("Live")

    cable.pull()
    say(page, "Tomorrow, promised")
    expect(page.locator("#toast")).to_contain_text("kept here")
    page.reload()
    expect(page.locator("#link")).to_contain_text("Offline since Tue 10")
    expect(page.locator(".kept-here")).to_contain_text("Tomorrow, promised")
    assert replies(face) == []

    cable.put_in()
    expect(page.locator("#prompt")).to_contain_text("You wrote: Tomorrow, promised")
    page.evaluate(  # its card may come before its own answer
        """new Promise(done => {
          const isSent = () => localStorage.getItem('kindstep-outbox') === '[]';
          const look = () => isSent() ? done() : setTimeout(look, 20);
          look();
        })"""
    )
    page.route("**/reply", lambda route: route.abort() if route.fetch() else None)
    say(page, "And this one arrives, but its answer does not")
    expect(page.locator(".kept-here")).to_contain_text("arrives")
    page.unroute("**/reply")
    page.reload()
    expect(page.get_by_text("That had reached us already.")).to_be_visible()
    assert replies(face) == [
        "Tomorrow, promised",
        "And this one arrives, but its answer does not",
    ]


def say(page, words):
    article = page.locator("#prompt article").first
    article.get_by_text("Answer in your own words").click()
    article.get_by_label("Your words").fill(words)
    article.get_by_role("button", name="Send").click()


def replies(face):
    with face.store.reading() as db:
        items = face.engine.inbox(db, FARID, face.clock())
    return [words for item in items for words in item.wrote]


def test_point_09_no_data_is_a_dash_and_never_a_zero(visit):
    page = visit(OLGA, "participant", **PHONE)

    expect(page.locator("[data-show=steps]")).to_have_text("\N{EN DASH}")
    expect(page.locator("[data-show=bpm] b")).to_have_text("\N{EN DASH}")
    expect(page.locator("#week .figure").last).to_have_text("\N{EN DASH}")
    expect(page.locator("#week .no-data")).to_have_count(4)  # three days and their key
    shown = page.locator("main b, main .figure").all_inner_texts()
    assert "0" not in shown
    page.goto(page.url + "trends?span=week")
    assert page.locator(".plot .gap").count() == 3


def test_point_10_giving_says_what_the_ledger_says_and_a_crossing_once(visit, face):
    page = visit(JON, "participant", **PHONE)
    card = page.locator("#giving")
    with face.store.reading() as db:
        before = face.engine.giving(db, JON)
    assert before.points >= before.threshold
    expect(card).to_contain_text(f"{before.points} of {before.threshold} points")

    page.get_by_role("button", name="Veterans").tap()

    expect(card).to_contain_text("You have given 1 so far")
    with face.store.reading() as db:
        after = face.engine.giving(db, JON)
    assert (after.points, after.vouchers) == (before.points - before.threshold, 1)
    expect(card).to_contain_text(f"{after.points} of {after.threshold} points, for veterans")
    told = page.locator("#feed article", has_text="You gave")
    expect(told).to_have_count(1)
    page.reload()
    expect(told).to_have_count(1)
    page.get_by_text("Give to someone else").tap()
    page.get_by_role("button", name="Seniors").tap()
    expect(card).to_contain_text("You have given 1 so far")


def heard(page, path):
    """Let a page note all that a stream says, and when."""
    page.evaluate(
        """path => {
          window.heard = [];
          const source = new EventSource(path), waiting = [];
          const done = kind => !kind || heard.some(([one]) => one === kind);
          window.until = kind => new Promise(told => waiting.push([kind, told]));
          const look = ([kind, told]) => heard.length && done(kind) && told();
          setInterval(() => waiting.forEach(look), 20);
          for (const kind of ['heart_rate', 'hidden', 'activity'])
            source.addEventListener(kind, event => heard.push([kind, JSON.parse(event.data)]));
          return new Promise(opened => source.addEventListener('open', opened));
        }""",
        path,
    )


def test_point_11_what_is_hidden_is_on_no_page_no_api_and_no_frame(visit, face):
    page = visit(COACH, "coach", **DESK)
    row, api = page.locator(f"tr[data-of={FARID}]"), f"/api/v1/people/{FARID}/accounts"
    home, headers = page.url.replace("/coach", ""), programs(face, COACH, "coach")
    assert page.request.get(home + api, headers=headers).status == 200
    expect(row.locator("[data-show=steps]")).to_have_count(1)

    face.consent(FARID, Topic.ACTIVITY, granted=False)
    try:
        expect(row.locator("[data-show=steps]")).to_have_count(0)
        heard(page, f"/live/{FARID}")
        face.hub.publish(FARID, Topic.ACTIVITY, steps=1, score=None, goal=None)
        beat(face, FARID, 80)  # shared still, and behind it in the stream
        page.evaluate("until()")
        kinds = page.evaluate("heard.map(([kind]) => kind)")
        refused = page.request.get(home + api, headers=headers).status
        page.goto(f"{page.url}/{FARID}")
        shown = page.locator("[data-show=steps], .history").count()
    finally:
        face.consent(FARID, Topic.ACTIVITY, granted=True)

    assert kinds == ["heart_rate"]
    assert refused == 404
    assert shown == 0


def test_point_12_withdrawing_consent_ends_what_a_coach_hears(visit, face):
    coach = visit(COACH, "coach", **DESK)
    phone = visit(FARID, "participant", "/me", **PHONE)
    heard(coach, "/live")
    beat(face, FARID, 77)
    coach.evaluate("until()")
    sees = unfold(phone, "Who sees what")
    switch = sees.get_by_role("switch", name="Heart rate: your coach")
    switch.tap()
    while not coach.evaluate("heard.some(([kind]) => kind === 'hidden')"):
        beat(face, FARID, 78)
    withdrawn_us = withdrawal_us(face, FARID, Topic.HEART_RATE)
    face.hub.publish(FARID, Topic.ACTIVITY, steps=1, score=None, goal=None)
    beat(face, FARID, 61)
    coach.evaluate("until('activity')")
    kinds = coach.evaluate("heard.map(([kind]) => kind)")
    frames = coach.evaluate("heard.filter(([kind]) => kind === 'heart_rate')")

    assert "heart_rate" not in kinds[kinds.index("hidden") :]
    assert max(said["is"]["at_us"] for _, said in frames) - withdrawn_us < WITHIN_US
    row = coach.locator(f"tr[data-of={FARID}]")
    expect(row.locator("[data-show=bpm]")).to_have_count(0)
    expect(row).to_contain_text("not shared")
    expect(switch).to_have_attribute("aria-checked", "false")
    switch.tap()
    expect(row.locator("[data-show=bpm]")).to_have_count(1)


def withdrawal_us(face, who, topic):
    """Give when somebody last said that their coach is not to see something any more."""
    with face.store.reading() as db:
        said = registry.consents_of(db, who)
    return max(
        each.at_us
        for each in said
        if (each.topic, each.viewer, each.granted) == (topic, ViewerKind.COACH, False)
    )


def test_point_13_a_break_keeps_the_row_and_mutes_prompts(visit, face):
    with face.store.reading() as db:
        row = face.engine.streak(db, STRANGER, face.clock())
    page = visit(STRANGER, "participant", "/me", **PHONE)
    until = datetime.fromtimestamp(face.clock() / 1e6, UTC).date() + dt.timedelta(days=3)

    unfold(page, "Take a break").get_by_label("until").fill(until.isoformat())
    page.get_by_role("button", name="Start break").tap()

    expect(page.get_by_text("You have a break until")).to_be_visible()
    tomorrow_us = face.clock() + DAY_US
    with rehearsing(face) as db:
        face.engine.tick(db, tomorrow_us)
        theirs = face.engine.decisions(db, STRANGER)[0]
        streak = face.engine.streak(db, STRANGER, tomorrow_us)
        others = [face.engine.decisions(db, who)[0].against for who in (MAYA, JON, FARID)]
    assert row == streak == 1
    assert theirs.decision.probability == 0
    assert "paused" in map(str, theirs.against)
    assert [against for against in others if "paused" in against] == []
    page.get_by_role("button", name="End my break now").tap()
    expect(page.get_by_role("button", name="End my break now")).to_have_count(0)


def test_point_14_a_coach_is_rated_in_two_taps_or_not_at_all(visit, face):
    template = face.engine.templates()[0]
    for who in (MAYA, AMARA):
        letter = CoachMessage(participant=who, coach=COACH, template_id=template.id)
        face.perform(Actor(COACH, Role.COACH), letter)
        with face.store.reading() as db:
            item = next(
                i for i in face.engine.inbox(db, who, face.clock()) if i.sender == COACH
            )
        answer = AnswerPrompt(participant=who, message_id=item.id, answer=item.options[0])
        face.perform(Actor(who, Role.PARTICIPANT), answer)
    page = visit(MAYA, "participant", **PHONE)

    page.get_by_label("4 of 5 stars").tap()
    page.locator("#rate").get_by_role("button", name="Rate").tap()

    expect(page.locator("#rate")).to_contain_text("Thank you.")
    with face.store.reading() as db:
        assert reputation.of_coach(db, COACH).responses == 1
    page.reload()
    expect(page.locator("#rate")).to_be_hidden()
    other = visit(AMARA, "participant", **PHONE)
    assert faults(other) == []
    other.get_by_role("button", name="Skip").tap()
    expect(other.locator("#rate")).to_contain_text("Skipped.")
    other.reload()
    expect(other.locator("#rate")).to_be_hidden()
    with face.store.reading() as db:
        assert reputation.of_coach(db, COACH).responses == 1
