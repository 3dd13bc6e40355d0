"""Every route and every live topic asks `authorize`; one that does not is found here."""

import json
import re
from dataclasses import replace

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from sqlalchemy import insert
from starlette.routing import Mount
from starlette.testclient import TestClient

from analytics import nights, scores
from analytics.tables import nights as nights_table
from coaching.agenda import Due, What
from coaching.giving import gifts, points
from coaching.grounds import Grounds
from coaching.messages import library
from coaching.questionnaires import questions
from kindstep import importing
from people import registry
from people.authorize import Actor, Role, Topic
from people.registry import Person, ViewerKind
from tests import web_study
from tests.routes import routes_of
from tests.web_study import (
    AMARA,
    COACH,
    DAY,
    FARID,
    JON,
    MAYA,
    OLGA,
    OPERATOR,
    OTHER_COACH,
    STRANGER,
)
from web.api.bearer import Bears
from web.app import STATIC
from web.guard import PUBLIC, IsSignedIn, Needs, NeedsRole, Operates
from web.sight import Scope, keys_of
from web.vendoring.__main__ import SERVED, SUMS, TESTED, sums

OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture(scope="module")
def face(tmp_path_factory):
    face = web_study.make(tmp_path_factory.mktemp("study"))
    yield face
    face.store.close()


@pytest.fixture(scope="module")
def app(face):
    return face.app()


@pytest.fixture
def browser(app):
    with TestClient(app, base_url="http://localhost", follow_redirects=False) as browser:
        yield browser


def guards(dependant: Dependant):
    own = (
        [dependant.call]
        if isinstance(dependant.call, Needs | NeedsRole | Operates | IsSignedIn | Bears)
        else []
    )
    return own + [guard for each in dependant.dependencies for guard in guards(each)]


def sign_in(face, browser, person, role):
    browser.cookies.clear()
    browser.post(f"/in/{face.link(person, role)}", headers=OURS)


def test_every_route_says_what_it_lets_people_do(app):
    routes = routes_of(app)
    assert len(routes) > 20

    unguarded = [
        path
        for path, route in routes
        if path not in PUBLIC and not (isinstance(route, APIRoute) and guards(route.dependant))
    ]

    assert unguarded == []


def test_what_is_public_is_there_and_has_a_reason(app):
    paths = {path for path, _ in routes_of(app)}

    assert set(PUBLIC) <= paths
    assert all(len(reason) > 20 for reason in PUBLIC.values())
    assert [path for path, route in routes_of(app) if isinstance(route, Mount)] == ["/static"]


def test_a_route_without_a_guard_is_found():
    unguarded = APIRoute("/leak", lambda: None)

    assert guards(unguarded.dependant) == []


def test_an_effect_is_told_over_those_who_let_it_be_seen(face, browser):
    researcher = Person("r-lin", Role.RESEARCHER)
    face.store.write(lambda db: registry.add_person(db, researcher, face.clock()))
    told = {}
    for person, role in ((COACH, "coach"), ("r-lin", "researcher"), (MAYA, "participant")):
        sign_in(face, browser, person, role)
        told[role] = [browser.get(path) for path in ("/coach/panel/effect", "/research/effect")]

    assert [[answer.status_code for answer in pair] for pair in told.values()] == [
        [200, 404],
        [404, 200],
        [404, 404],
    ]
    assert "people, of at least 11" in told["coach"][0].text
    assert "people, of at least 11" in told["researcher"][1].text


def test_a_researcher_reads_why_something_is_missing_of_who_shares_it(face, browser):
    ira = Person("r-ira", Role.RESEARCHER)
    face.store.write(lambda db: registry.add_person(db, ira, face.clock()))
    sign_in(face, browser, ira.id, "researcher")
    before = browser.get("/research/stored").text
    face.consent(AMARA, Topic.ACTIVITY, granted=True, viewer=ViewerKind.RESEARCH)
    page = browser.get("/research/stored").text
    beyond = browser.get("/research/stored", params={"after": AMARA}).text
    face.consent(AMARA, Topic.ACTIVITY, granted=False, viewer=ViewerKind.RESEARCH)

    assert f"<h2>{AMARA}</h2>" in page
    assert '1 batch given up: <span dir="auto">set_aside: too large' in page
    assert AMARA not in before + beyond


def test_a_stranger_and_one_not_assigned_look_alike(face, browser):
    sign_in(face, browser, OTHER_COACH, "coach")

    known, unknown = browser.get(f"/coach/{MAYA}"), browser.get("/coach/p-99")

    assert known.status_code == unknown.status_code == 404
    assert known.text == unknown.text


@pytest.mark.parametrize("topic", Topic)
def test_a_live_topic_needs_relation_and_consent(face, topic):
    def sees(person, role, subject=None):
        with face.store.reading() as db:
            keys = keys_of(db, Scope(Actor(person, Role(role)), subject), face.clock())
        return (AMARA, topic) in keys

    assert sees(AMARA, "participant", AMARA)
    assert sees(COACH, "coach")
    assert sees(COACH, "coach", AMARA)
    assert not sees(OTHER_COACH, "coach")
    assert not sees(OTHER_COACH, "coach", AMARA)
    assert not sees(FARID, "participant", AMARA)

    face.consent(AMARA, topic, granted=False)
    try:
        assert not sees(COACH, "coach")
        assert not sees(COACH, "coach", AMARA)
        assert sees(AMARA, "participant", AMARA)
    finally:
        face.consent(AMARA, topic, granted=True)


def test_a_friends_stream_holds_only_what_friends_are_shown(face):
    scope = Scope(Actor(MAYA, Role.PARTICIPANT), JON)

    with face.store.reading() as db:
        topics = {topic for _, topic in keys_of(db, scope, face.clock())}

    assert Topic.HEART_RATE not in topics
    assert Topic.PROMPTS not in topics


@pytest.mark.parametrize(
    ("topic", "hidden"),
    [
        (Topic.HEART_RATE, ["bpm"]),
        (Topic.ACTIVITY, ["steps", "catching up"]),
        (Topic.PROMPTS, ["waiting", "unanswered", "sent "]),
        (Topic.MESSAGES, ["Message Amara"]),
    ],
)
def test_what_is_not_shared_is_not_on_the_coachs_pages(face, browser, topic, hidden):
    sign_in(face, browser, COACH, "coach")
    face.consent(AMARA, topic, granted=False)
    try:
        row = browser.get(f"/coach/{AMARA}/row").text
        whole = browser.get(f"/coach/{AMARA}")
    finally:
        face.consent(AMARA, topic, granted=True)

    assert whole.status_code == 200
    assert [word for word in hidden if word in row] == []
    assert topic is Topic.MESSAGES or "not shared" in whole.text


def test_a_decision_is_laid_open_to_whom_prompts_are_shown(face, browser):
    with face.store.reading() as db:
        sent = [each for each in face.engine.decisions(db, AMARA, 50) if each.message]
    path = f"/decisions/{AMARA}/{sent[0].decision.state.counter}"
    sign_in(face, browser, COACH, "coach")
    whole = browser.get(path).text
    face.consent(AMARA, Topic.ACTIVITY, granted=False)
    try:
        less = browser.get(path).text
    finally:
        face.consent(AMARA, Topic.ACTIVITY, granted=True)
    face.consent(AMARA, Topic.PROMPTS, granted=False)
    try:
        assert browser.get(path).status_code == 404
    finally:
        face.consent(AMARA, Topic.PROMPTS, granted=True)

    assert path in browser.get(f"/coach/{AMARA}").text
    assert "the same, bit for bit" in whole
    assert str(sent[0].decision.draw) in whole
    assert "Steps today" in whole
    assert "Steps today" not in less
    assert browser.get(f"/decisions/{AMARA}/99999").status_code == 404
    sign_in(face, browser, OTHER_COACH, "coach")
    assert browser.get(path).status_code == 404
    sign_in(face, browser, AMARA, "participant")
    assert browser.get(path).status_code == 200


def test_an_operator_brings_each_gift_on_its_way(face, browser):
    def give(db):
        points.award(db, OLGA, "test", DAY, 250, face.clock())
        gifts.choose_cause(db, OLGA, "seniors", face.clock())
        gifts.settle(db, OLGA, "seniors", 250, face.clock())

    face.store.write(give)
    sign_in(face, browser, OPERATOR, "operator")
    code = re.search(r'name="code" value="([^"]+)"', browser.get("/operator/gifts").text)[1]
    swaps = {**OURS, "hx-request": "true"}
    for deed, said in (("redeem", "Glasses handed over"), ("deliver", "glasses handed over")):
        answer = browser.post(f"/operator/gifts/{deed}", data={"code": code}, headers=swaps)
        assert said in answer.text
    assert OLGA not in browser.get("/operator/gifts").text


def test_an_operators_form_that_went_without_script_is_answered_by_a_page(face, browser):
    sign_in(face, browser, OPERATOR, "operator")
    form = {
        "name": "Zoë Brandt",
        "role": "participant",
        "zone": "Mars/North",
        "arm": "prompted",
    }

    answer = browser.post(
        "/operator/people", data=form, headers={"sec-fetch-site": "same-origin"}
    )

    assert "Mars/North" in answer.text
    assert answer.text.startswith("<!doctype html>")


def test_what_is_done_with_somebody_leaves_the_list_where_it_was(face, browser):
    sign_in(face, browser, OPERATOR, "operator")
    page = browser.get("/operator?find=sliwa").text
    assert "Olga Śliwa" in page
    assert "Sign out Jon K." not in page
    assert "New link for Jon K." not in page
    assert 'action="/operator/links?find=sliwa&amp;page=1"' in page

    swaps = {**OURS, "hx-request": "true"}
    for headers in (OURS, swaps):
        link = {"person": OLGA}
        answer = browser.post("/operator/links?find=sliwa&page=1", data=link, headers=headers)
        assert "Their way in, shown once" in answer.text
        assert 'value="sliwa"' in answer.text
        assert "New link for Jon K." not in answer.text
    assert "Nobody matches." in browser.get("/operator?find=nobody").text
    assert "New link for Jon K." in browser.get("/operator").text


def test_how_often_people_were_in_touch_is_told_of_those_who_share_it(face, browser):
    sign_in(face, browser, COACH, "coach")
    mine = browser.get("/coach/panel/contact").text
    assert "a year, the middle of" in mine
    assert "50 to 100" in mine
    sign_in(face, browser, "r-lin", "researcher")
    assert "Too few people share this" in browser.get("/research/contact").text


def test_accounts_are_told_to_whom_they_may_be_told(face, browser):
    sign_in(face, browser, COACH, "coach")
    page = browser.get(f"/coach/{AMARA}").text
    face.consent(AMARA, Topic.ACTIVITY, granted=False)
    try:
        hidden = browser.get(f"/coach/{AMARA}").text
    finally:
        face.consent(AMARA, Topic.ACTIVITY, granted=True)

    assert '1 batch given up: <span dir="auto">set_aside: too large' in page
    assert "more than 0" in page
    assert "What is stored" not in hidden


def test_messaging_without_consent_finds_nothing(face, browser):
    sign_in(face, browser, COACH, "coach")
    face.consent(AMARA, Topic.MESSAGES, granted=False)
    try:
        assert browser.get(f"/coach/{AMARA}/message").status_code == 404
    finally:
        face.consent(AMARA, Topic.MESSAGES, granted=True)


def test_a_red_flag_stands_first_on_the_coachs_page_until_it_is_closed(face, browser):
    sign_in(face, browser, OTHER_COACH, "coach")
    browser.post(f"/coach/{STRANGER}/message", data={"template": "coach-rest"}, headers=OURS)
    sign_in(face, browser, STRANGER, "participant")
    with face.store.reading() as db:
        letter = face.engine.inbox(db, STRANGER, face.clock())[0]
    words = {"text": "I have chest pain"}
    browser.post(f"/prompts/{letter.id}/reply", data=words, headers=OURS)
    shown = browser.get("/cards/prompt").text
    sign_in(face, browser, COACH, "coach")
    elsewhere = browser.get("/coach").text
    sign_in(face, browser, OTHER_COACH, "coach")
    first = browser.get("/coach").text
    with face.store.reading() as db:
        (flag,) = face.engine.red_flags(db, [STRANGER])
    address = f"/coach/{STRANGER}/flags/{flag.id}"
    taken = browser.post(f"{address}/take", headers=OURS | {"hx-request": "true"}).text
    closed = browser.post(
        f"{address}/resolve", data={"note": "Called."}, headers=OURS | {"hx-request": "true"}
    ).text

    assert "call 911 now" in shown
    assert "chest pain" not in elsewhere
    assert first.index("Wrote of: chest pain") < first.index("in your panel")
    assert '<span dir="auto">Marek Novak</span> looks after it.' in taken
    assert "Wrote of" not in closed


def test_a_browser_subscribes_and_stops_on_the_page(app, face, browser):
    parts = app.state.parts
    app.state.parts = replace(parts, push_key="BKey")
    sign_in(face, browser, MAYA, "participant")
    keys = {"p256dh": "BMk", "auth": "c2VjcmV0"}
    sent = {"endpoint": "https://push.example.org/1", "keys": keys}
    swaps = OURS | {"hx-request": "true"}
    form = browser.get("/me").text
    subscribed = browser.post(
        "/me/push", data={"subscription": json.dumps(sent)}, headers=swaps
    ).text
    (address_id,) = re.findall(r'action="/me/reach/(\w+)/stop"', subscribed)
    stopped = browser.post(f"/me/reach/{address_id}/stop", headers=swaps).text
    app.state.parts = parts

    assert 'data-key="BKey"' in form
    assert "A browser of yours" in subscribed
    assert "A browser of yours" not in stopped


def test_what_an_export_brought_is_named_by_its_source(face, browser):
    device = importing.device_of("apple_health", JON, "Watch")
    face.store.write(lambda db: importing.give(db, JON, {device: (0, 1)}))
    sign_in(face, browser, JON, "participant")
    shown = re.sub(r"\s+", " ", browser.get("/me").text)

    assert f'<h3>Brought from Apple Health <small class="mute" dir="auto">{device}<' in shown
    assert shown.count("Brought from") == 1


def test_beside_consents_stands_who_watches_or_that_nobody_does(face, browser):
    sign_in(face, browser, MAYA, "participant")
    watched = browser.get("/me").text
    face.consent(MAYA, Topic.MESSAGES, granted=False)
    alone = browser.get("/me").text
    face.consent(MAYA, Topic.MESSAGES, granted=True)

    nobody, somebody = "Nobody is watching what you write", "a human is told"
    assert [each in watched for each in (nobody, somebody)] == [False, True]
    assert [each in alone for each in (nobody, somebody)] == [True, False]


def test_questions_wait_on_a_page_of_their_own(face, browser):
    grounds = Grounds(face.protocol, library.load(), 0)
    due = Due(MAYA, What.ASK, "weekly", face.clock())
    face.store.write(lambda db: questions.ask(db, due, grounds, due.due_us))
    sign_in(face, browser, MAYA, "participant")
    page = browser.get("/questions").text
    (asked,) = re.findall(r'action="/questions/(\d+)"', page)
    given = {"messages": "many", "which": "The one at noon"}
    browser.post(f"/questions/{asked}", data=given, headers=OURS)
    with face.store.reading() as db:
        kept = {each.item: each.value for each in questions.answers_of(db, MAYA)}

    assert "How were the messages this week?" in page
    assert kept == given
    assert "No questions right now." in browser.get("/questions").text


def test_friends_steps_are_shown_only_with_consent(face, browser):
    sign_in(face, browser, MAYA, "participant")
    shown = browser.get("/cards/circle").text
    face.consent(JON, Topic.ACTIVITY, granted=False, viewer=ViewerKind.CIRCLE)
    try:
        hidden = browser.get("/cards/circle").text
    finally:
        face.consent(JON, Topic.ACTIVITY, granted=True, viewer=ViewerKind.CIRCLE)

    assert "steps not shared" not in shown
    assert "steps not shared" in hidden


def test_last_night_is_on_ones_own_page(face, browser):
    sign_in(face, browser, MAYA, "participant")
    before = browser.get("/cards/night").text
    face.store.write(_sleep)

    told = browser.get("/cards/night").text
    assert "Not known yet" in before
    assert "431 min asleep" in told
    assert "52 beats a minute at rest" in told
    assert "RMSSD) 42 ms" in told
    assert "lowest 88 %, 4.5 drops an hour" in told


def _sleep(db):
    day, hour_us = registry.local_day(db, MAYA, web_study.NOW_US), 3_600_000_000
    noon_us = registry.day_bounds_us(db, MAYA, day)[0] + 12 * hour_us
    sleep = (noon_us - 13 * hour_us, noon_us - 5 * hour_us, 431)
    oxygen = (400, 95.2, 88.0, 4.5, 1.25)
    ends = (noon_us - 24 * hour_us, noon_us)
    night = scores.Night(MAYA, day, *ends, *sleep, 52, 9000, 41.6, 80.0, *oxygen)
    db.execute(insert(nights_table), nights.as_rows([night]))


@pytest.mark.parametrize("folder", [SERVED, TESTED])
def test_copies_of_others_files_are_what_they_were(folder):
    assert (folder / SUMS).read_text() == sums(folder)


def test_pages_name_only_files_that_are_there():
    pages = STATIC.parent / "templates"
    named = {
        word.split("?")[0]
        for page in pages.glob("*.html")
        for word in page.read_text().replace('"', " ").split()
        if word.startswith("/static/")
    }

    assert len(named) > 5
    assert [name for name in named if not (STATIC.parent / name.lstrip("/")).is_file()] == []


def test_no_page_has_script_or_style_of_its_own():
    for page in (STATIC.parent / "templates").glob("*.html"):
        text = page.read_text()
        assert " style=" not in text, page.name
        assert "<style" not in text, page.name
        assert "hx-on" not in text, page.name
        assert "http://" not in text, page.name
        assert "https://" not in text, page.name
