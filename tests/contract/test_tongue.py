"""Pages in another language: whole catalogues, and not a word of English left."""

import re
from collections import Counter
from typing import get_args

import pytest
from babel.messages.pofile import read_po
from starlette.testclient import TestClient

from coaching.acts.challenges import StartChallenge
from coaching.acts.desk import Deal
from people import registry
from people.authorize import Actor, Role, Topic
from people.registry import Person, Profile, ViewerKind
from tests import web_study
from tests.web_study import AMARA, COACH, DAY, FARID, JON, MAYA, NAMES, OPERATOR, ZONE
from web import authority
from web.catalogues.__main__ import ELSEWHERE
from web.catalogues.gathering import PLACE, WEB, NotASentence, gathered, said
from web.deeds import DEEDS
from web.orders import CommandDevice, Order
from web.tongue import preferred, tongues

CATALOGUES = sorted((WEB / "catalogues").glob("*.po"))
HEBREW = {"accept-language": "he-IL, en;q=0.5"}
PAGES = (
    "/",
    "/me",
    "/me/seen",
    "/trends",
    "/trends?span=day",
    "/alike",
    "/directory",
    "/questions",
    "/account",
    "/measure",
    "/measure?since_us=0",
    f"/measured/{MAYA}",
)
#: Names, units and proper words that are the same in every language.
SAME = {"kindstep", "SpO", "RMSSD", "API", "HTTPS", "English", "webhook", *ZONE.split("/")}
SAME |= {"dBm", "UTC", "CSV", "JSON", "Safe", "Harbor", "lux", "glasses", "study", "toml"}
SAME |= {"challenges", "devices", "donations", "ties", "vital", "signs"}  # tables of a package
SAME |= {word for name in NAMES.values() for word in re.findall("[A-Za-z]{3,}", name)}


def read(path):
    with path.open("rb") as file:
        return read_po(file, locale=path.stem, abort_invalid=True)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_sentence_is_translated(path):
    known = {one.id: one for one in read(path) if one.id}
    for one in gathered():
        if one.id:
            assert one.id in known, "python -m web.catalogues adds what is new"
    for one in known.values():
        forms = one.string if isinstance(one.string, tuple) else (one.string,)
        assert all(forms), f"{one.id} waits for a translation"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_what_nothing_gathers_are_names_alone(path):
    by_hand = [str(one.id) for one in read(path) if ELSEWHERE in one.auto_comments]
    assert not [words for words in by_hand if PLACE.search(words)]


@pytest.mark.parametrize(
    "call",
    [
        'say("You had %(steps)s steps.")',
        'say("You had %(steps)s steps.", goal="8,000")',
        'say("Kept.", steps="3,000")',
        'say(f"You had {steps} steps.")',
        "say(words)",
        'say("Kept." if kept else "Gone.")',
        'say("You had %s steps.", steps)',
    ],
)
def test_what_no_catalogue_can_hold_is_found(call):
    with pytest.raises(NotASentence, match=r"act\.py:2"):
        list(said(f"from people.sentence import say\n{call}\n", "act.py"))


def test_only_what_says_sentences_is_gathered():
    source = 'from people.sentence import say\nsay("Kept.")\nshow("Gone.")\n'
    assert list(said(source)) == ["Kept."]
    assert not list(said('say("Kept.")'))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_translation_has_the_same_places_and_marks(path):
    for one in read(path):
        if not one.id:
            continue
        ids = one.id if isinstance(one.id, tuple) else (one.id,)
        strings = one.string if isinstance(one.string, tuple) else (one.string,)
        for string in strings:
            assert set(PLACE.findall(string)) <= set(PLACE.findall(ids[-1])), one.id
            assert marks(string) == marks(ids[-1]), one.id


def marks(sentence):
    return Counter(re.findall(r"<[^>]+>", sentence))


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    face = web_study.make(tmp_path_factory.mktemp("study"))
    hebrew = Profile(age_years=54, resting_bpm=61.0, language="he")
    face.store.write(lambda db: registry.set_profile(db, MAYA, hebrew))
    row = StartChallenge(participant=MAYA, offer="streak", first_day=DAY)
    assert face.perform(Actor(MAYA, Role.PARTICIPANT), row).ok
    with TestClient(face.app(), base_url="http://localhost") as client:
        link = f"/in/{face.link(MAYA, Role.PARTICIPANT)}"
        client.post(link, headers={"sec-fetch-site": "same-origin"})
        client.face = face
        yield client
    face.store.close()


@pytest.mark.parametrize("page", PAGES)
def test_no_english_is_left_on_a_page_in_hebrew(client, page):
    answer = client.get(page)
    assert answer.status_code == 200
    assert '<html lang="he" dir="rtl">' in answer.text
    left = words_of(answer.text) - SAME
    assert not left, sorted(left)


def words_of(page):
    """Return the Latin words that a page shows or speaks, but for what people wrote."""
    body = re.sub(r"<(script|style|code)\b.*?</\1>", "", page, flags=re.DOTALL)
    body = re.sub(r'<[^>]*\bdir="auto"[^>]*>[^<]*', "", body)
    spoken = " ".join(re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*)"', body))
    shown = re.sub(r"<[^>]+>", " ", body)
    return set(re.findall(r"[A-Za-z]{3,}", f"{spoken} {shown}"))


def test_a_sponsor_reads_what_their_browser_asks_for(client):
    face = client.face
    face.store.write(
        lambda db: registry.add_person(db, Person("s-lux", Role.SPONSOR), face.clock())
    )
    sponsor = TestClient(client.app, base_url="http://localhost", headers=HEBREW)
    sponsor.cookies.set("kindstep", face.session("s-lux", Role.SPONSOR))
    for page in ("/sponsor", "/account"):
        shown = sponsor.get(page).text
        assert '<html lang="he" dir="rtl">' in shown
        left = words_of(shown) - SAME
        assert not left, sorted(left)


def hebrew(client, person, role):
    """Give a browser of somebody who is signed in and asks for Hebrew."""
    asking = TestClient(client.app, base_url="http://localhost", headers=HEBREW)
    asking.cookies.set("kindstep", client.face.session(person, role))
    return asking


def check_whole(shown):
    left = words_of(shown) - SAME
    assert not left, sorted(left)


@pytest.mark.parametrize(
    "page",
    [
        "/coach",
        *(f"/coach/{who}" for who in (MAYA, JON, FARID)),
        *(f"/coach/{who}/summary" for who in (MAYA, JON, FARID)),
        "/coach/panel/contact",
        "/coach/panel/challenges",
        "/coaching",
    ],
)
def test_a_coach_reads_what_their_browser_asks_for(client, page):
    shown = hebrew(client, COACH, Role.COACH).get(page).text

    assert '<html lang="he" dir="rtl">' in shown
    check_whole(shown)


def test_a_coach_reads_of_decisions_and_effects_in_hebrew(client):
    coach, engine = hebrew(client, COACH, Role.COACH), client.face.engine
    check_whole(coach.get("/coach/panel/effect").text)
    with client.face.store.reading() as db:
        made = engine.decisions(db, AMARA, 50)
    assert made
    for each in made:
        shown = coach.get(f"/decisions/{AMARA}/{each.decision.state.counter}").text
        assert '<html lang="he" dir="rtl">' in shown
        check_whole(shown)


@pytest.mark.parametrize(
    "page", ["", "/state", "/unclaimed", "/study", "/study/errands", "/gifts", "/trail"]
)
def test_an_operator_reads_what_their_browser_asks_for(client, page):
    shown = hebrew(client, OPERATOR, Role.OPERATOR).get(f"/operator{page}")

    assert shown.status_code == 200
    check_whole(shown.text)


@pytest.mark.parametrize(
    ("act", "form"),
    [
        ("people", {"name": "Maya L.", "role": "coach"}),
        ("people", {"name": "Maya L.", "role": "participant", "zone": ZONE}),
        ("links", {"person": MAYA}),
        ("people/shut-out", {"person": JON}),
        ("devices/command", {"device": f"glasses-{AMARA}", "kind": "alert"}),
        ("devices/give", {"device": f"glasses-{AMARA}", "person": "p-99", "since": "noon"}),
        ("letters/retry", {}),
        ("gateways/invite", {"gateway": "hall"}),
        ("gateways/renew", {"gateway": "hall"}),
        ("gateways/revoke", {"gateway": "hall"}),
        ("study/close", {"sure": "no"}),
    ],
)
def test_an_operator_is_answered_in_hebrew(client, act, form):
    operator = hebrew(client, OPERATOR, Role.OPERATOR)
    shown = operator.post(
        f"/operator/{act}", data=form, headers={"sec-fetch-site": "same-origin"}
    ).text

    (said,) = re.findall(r'<p class="said[^"]*"[^>]*>([^<]*)</p>', shown)
    left = words_of(said) - SAME - {"hall", "noon"}
    assert not left, said


def test_the_trail_tells_acts_in_hebrew(client):
    operator = hebrew(client, OPERATOR, Role.OPERATOR)
    form = {"person": MAYA}
    operator.post("/operator/links", data=form, headers={"sec-fetch-site": "same-origin"})

    assert "הנפקת קישור כניסה" in operator.get("/operator/trail").text


def test_whatever_the_trail_keeps_of_staff_is_worded_and_translated(client):
    orders = {order.__name__ for order in get_args(Order)}
    assert orders <= DEEDS.keys()
    operator = hebrew(client, OPERATOR, Role.OPERATOR)
    for what in DEEDS:
        actor = Actor(OPERATOR, Role.OPERATOR)
        client.face.trail.note(actor, what, MAYA, now_us=client.face.clock())
    told = operator.get("/operator/trail").text
    assert not re.findall("<span dir=.auto.>[^<]*[A-Z][a-z]+[A-Z]", told)
    assert not {str(words) for words in DEEDS.values() if str(words) in told}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_what_a_line_of_the_trail_tells_besides_is_translated(path):
    values = [*Topic, *ViewerKind, *Role, *get_args(Deal.__annotations__["how"])]
    values += get_args(CommandDevice.__annotations__["kind"])
    words = {str(each).replace("_", " ") for each in values}
    assert words <= {one.id for one in read(path)}


def test_a_study_is_closed_by_the_words_that_the_page_asks_for(client):
    operator = hebrew(client, OPERATOR, Role.OPERATOR)
    asked = "לסגור את המחקר"
    assert asked in operator.get("/operator/study").text
    shown = operator.post(
        "/operator/study/close", data={"sure": asked}, headers={"sec-fetch-site": "same-origin"}
    ).text
    assert re.search(r'<p class="said" [^>]*>הודענו ל־\d+ אנשים', shown)


@pytest.fixture(scope="module")
def researcher(client):
    lin = Person("r-lin", Role.RESEARCHER)
    client.face.store.write(lambda db: registry.add_person(db, lin, client.face.clock()))
    for topic in Topic:
        client.face.consent(MAYA, topic, granted=True, viewer=ViewerKind.RESEARCH)
    return hebrew(client, "r-lin", Role.RESEARCHER)


def test_a_language_that_staff_chose_goes_with_them_wherever_they_sign_in(client):
    operator = hebrew(client, OPERATOR, Role.OPERATOR)
    ours = {"sec-fetch-site": "same-origin"}
    check_whole(operator.get("/account").text)
    operator.post("/account/language", data={"language": "en"}, headers=ours)
    assert '<html lang="en" dir="ltr">' in operator.get("/operator").text
    assert '<html lang="en" dir="ltr">' in operator.get("/account").text

    refused = operator.post("/account/language", data={"language": "xx"}, headers=ours)
    assert refused.status_code == 422
    operator.post("/account/language", data={"language": "he"}, headers=ours)
    elsewhere = hebrew(client, OPERATOR, Role.OPERATOR)
    elsewhere.headers["accept-language"] = "en"
    assert '<html lang="he" dir="rtl">' in elsewhere.get("/operator").text


def test_a_password_that_cannot_be_is_refused_in_hebrew(client):
    operator = hebrew(client, OPERATOR, Role.OPERATOR)
    for user, password in (("ab", "x" * 20), ("ines", "short")):
        form = {"user": user, "password": password}
        shown = operator.post(
            "/account/password", data=form, headers={"sec-fetch-site": "same-origin"}
        )
        assert shown.status_code == 422
        check_whole(shown.text)


@pytest.mark.parametrize("page", ["", "/wear", "/effect", "/contact", "/stored", "/trail"])
def test_a_researcher_reads_what_their_browser_asks_for(researcher, page):
    shown = researcher.get(f"/research{page}")

    assert shown.status_code == 200
    check_whole(shown.text)


def test_the_page_of_the_authority_speaks_hebrew_too(tmp_path):
    page = TestClient(authority.create_app("https://hub.local:8800", tmp_path, "AB:CD"))
    shown = page.get("/", headers=HEBREW).text

    assert '<html lang="he" dir="rtl">' in shown
    systems = {"Android", "iPhone", "iPad", "Windows", "Mac", "Firefox", "SHA"}
    left = words_of(shown) - SAME - systems
    assert not left, sorted(left)
    assert "Let this device trust the hub" in page.get("/").text


def test_whoever_is_not_known_yet_is_asked_by_their_browser(client):
    strange = TestClient(client.app, base_url="http://localhost")
    asked = strange.get("/sign-in", headers=HEBREW)
    assert 'lang="he" dir="rtl"' in asked.text
    assert 'lang="en" dir="ltr"' in strange.get("/sign-in").text


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("he-IL,he;q=0.9,en;q=0.8", "he"),
        ("fr, de", "en"),
        ("", "en"),
        ("*", "en"),
        ("en-GB", "en"),
    ],
)
def test_the_first_language_we_have_is_taken(accepted, language):
    assert preferred(accepted, list(tongues())) == language
