import re

import pytest
from starlette.testclient import TestClient

from people.authorize import Actor, Role
from tests import web_study
from tests.web_study import COACH, JON, MAYA, OLGA, OPERATOR
from web import accounts
from web.accounts import Accounts, BadChoice
from web.accounts.attempts import MOST, Attempts
from web.accounts.sessions import browser_of

NOW_US = 1_000_000_000
DAY_US = 86_400_000_000
OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def doors(tmp_path):
    return Accounts(tmp_path / "sign-in.db")


@pytest.fixture(scope="module")
def face(tmp_path_factory):
    face = web_study.make(tmp_path_factory.mktemp("study"))
    yield face
    face.store.close()


@pytest.fixture
def browser(face):
    with TestClient(face.app(), base_url="http://localhost", follow_redirects=False) as browser:
        yield browser


def test_a_link_signs_in_once(doors):
    token = doors.one_time_link(MAYA, "participant", NOW_US)

    session_id = doors.redeem(token, NOW_US + 1)

    assert doors.session(session_id, NOW_US + 2).person == MAYA
    assert doors.redeem(token, NOW_US + 3) is None


def test_a_link_is_good_for_a_day(doors):
    token = doors.one_time_link(MAYA, "participant", NOW_US)

    assert doors.is_good(token, NOW_US + DAY_US - 1)
    assert not doors.is_good(token, NOW_US + DAY_US)
    assert doors.redeem(token, NOW_US + DAY_US) is None


def test_a_session_ends_by_itself_and_by_signing_out(doors):
    link = doors.one_time_link(COACH, "coach", NOW_US)
    session_id = doors.redeem(link, NOW_US)
    until_us = NOW_US + accounts.SESSION_S * 1_000_000

    assert doors.session(session_id, until_us - 1)
    assert doors.session(session_id, until_us) is None
    doors.sign_out(session_id)
    assert doors.session(session_id, NOW_US) is None


def test_the_file_holds_nothing_to_sign_in_with(doors, tmp_path):
    token = doors.one_time_link(MAYA, "participant", NOW_US)
    session_id = doors.redeem(doors.one_time_link(MAYA, "participant", NOW_US), NOW_US)

    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert token.encode() not in kept
    assert session_id.encode() not in kept
    assert (tmp_path / "sign-in.db").stat().st_mode & 0o077 == 0


def test_each_wrong_try_past_the_first_twenty_doubles_the_wait_of_its_address():
    attempts, now_us, waits_s = Attempts(), NOW_US, []
    for _ in range(MOST + 12):
        waits_s.append(attempts.wait_s("10.0.0.1", now_us))
        now_us += waits_s[-1] * 1_000_000
        assert attempts.wait_s("10.0.0.1", now_us) == 0
        attempts.note_failure("10.0.0.1", now_us)

    assert waits_s == [0] * MOST + [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]
    assert attempts.wait_s("10.0.0.2", now_us) == 0


def test_an_hour_without_a_wrong_try_begins_anew():
    attempts = Attempts()
    for _ in range(MOST + 5):
        attempts.note_failure("10.0.0.1", NOW_US)
    attempts.note_failure("10.0.0.1", NOW_US + 3_600_000_000)

    assert attempts.wait_s("10.0.0.1", NOW_US + 3_600_000_000) == 0


def test_a_preview_does_not_use_a_link_up(face, browser):
    address = f"/in/{face.link(MAYA, 'participant')}"

    assert "Continue" in browser.get(address).text
    assert "Continue" in browser.get(address).text
    assert browser.post(address, headers=OURS).headers["location"] == "/"
    assert browser.get("/").status_code == 200
    assert browser.post(address, headers=OURS).status_code == 404


def test_a_link_leads_to_the_page_of_its_role(face, browser):
    address = f"/in/{face.link(COACH, 'coach')}"

    assert browser.post(address, headers=OURS).headers["location"] == "/coach"
    assert browser.get("/").headers["location"] == "/coach"


def test_signing_in_again_ends_the_session_before(face, browser):
    browser.post(f"/in/{face.link(MAYA, 'participant')}", headers=OURS)
    before = browser.cookies["kindstep"]

    browser.post(f"/in/{face.link(MAYA, 'participant')}", headers=OURS)

    assert browser.cookies["kindstep"] != before
    assert face.accounts.session(before, face.clock()) is None


def test_session_fixation_an_id_of_somebody_elses_choosing_is_never_signed_in(face, browser):
    """Neither one that was made up nor an attacker's own, planted in a victim's browser."""
    for planted in ("A" * 32, face.session(JON, "participant")):
        browser.cookies.clear()
        browser.cookies.set("kindstep", planted)
        browser.post(f"/in/{face.link(MAYA, 'participant')}", headers=OURS)

        assert browser.cookies.get("kindstep", domain="localhost.local") != planted
        assert face.accounts.session(planted, face.clock()) is None


def test_an_operator_ends_anothers_sessions_tokens_and_links(face, browser):
    token = face.accounts.tokens.make(Actor(JON, Role.PARTICIPANT), "app", (), 0, 2**62)
    session_id, link = face.session(JON, "participant"), face.link(JON, "participant")
    own = face.session(OPERATOR, "operator")
    browser.cookies.set("kindstep", own)
    page = browser.get("/operator").text
    assert "1 browser, 1 token" in page

    said = browser.post("/operator/people/shut-out", data={"person": JON}, headers=OURS).text

    assert f"{JON} is signed out everywhere" in said
    now_us = face.clock()
    assert face.accounts.session(session_id, now_us) is None
    assert face.accounts.tokens.use(token, now_us) is None
    assert not face.accounts.is_good(link, now_us)
    assert face.accounts.session(own, now_us).person == OPERATOR
    (noted,) = face.trail.read(what=["ended all sessions and tokens"])
    assert (noted.who, noted.whom) == (OPERATOR, JON)


def test_the_cookie_is_out_of_reach(face, browser):
    cookie = _set_cookie(browser, face)

    assert cookie.startswith("kindstep=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_over_tls_the_cookie_is_bound_to_it(face):
    with TestClient(face.app(), base_url="https://study.test") as browser:
        browser.follow_redirects = False
        cookie = _set_cookie(browser, face)

    assert cookie.startswith("__Host-kindstep=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_signing_out_takes_cookie_and_session(face, browser):
    browser.post(f"/in/{face.link(MAYA, 'participant')}", headers=OURS)
    session_id = browser.cookies["kindstep"]

    assert browser.post("/out", headers=OURS).status_code == 200

    assert face.accounts.session(session_id, face.clock()) is None
    assert "How to get a link" in browser.get("/").text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"origin": "https://elsewhere.test"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://localhost"}, 303),
        ({"sec-fetch-site": "same-origin"}, 303),
    ],
)
def test_only_our_own_pages_change_anything(face, browser, headers, status):
    address = f"/in/{face.link(MAYA, 'participant')}"

    assert browser.post(address, headers=headers).status_code == status


def test_every_answer_is_shielded(browser):
    for path in ("/", "/static/app.css", "/nowhere", "/in/nothing"):
        headers = browser.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert "unsafe-inline" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def _set_cookie(browser, face):
    answer = browser.post(f"/in/{face.link(MAYA, 'participant')}", headers=OURS)
    return answer.headers["set-cookie"]


MAYA_HERE = Actor(MAYA, Role.PARTICIPANT)
GOOD = "wicker lamp on tuesday"


def test_a_password_signs_in_under_any_spelling_of_the_name(doors):
    doors.passwords.choose(MAYA_HERE, " Maya.L ", GOOD)

    assert doors.passwords.verify("maya.l", GOOD) == MAYA_HERE
    assert doors.passwords.verify("maya.l", GOOD + "s") is None
    assert doors.passwords.verify("nobody", GOOD) is None
    assert doors.passwords.user_of(MAYA) == "maya.l"


def test_a_recovery_code_works_once_and_only_for_its_owner(doors):
    codes = doors.passwords.choose(MAYA_HERE, "maya", GOOD)
    doors.passwords.choose(Actor(COACH, Role.COACH), "dana", GOOD)

    assert len({*codes}) == 8
    assert doors.passwords.recover("dana", codes[0]) is None
    assert doors.passwords.recover("maya", codes[0].upper()) == MAYA_HERE
    assert doors.passwords.recover("maya", codes[0]) is None
    doors.passwords.choose(MAYA_HERE, "maya", GOOD)
    assert doors.passwords.recover("maya", codes[1]) is None


@pytest.mark.parametrize(
    ("user", "password", "says"),
    [
        ("dana", GOOD, "Somebody else is called dana here"),
        ("ma", GOOD, "3 to 64"),
        ("maya", "too short", "12 to 128"),
        ("maya", "x" * 129, "12 to 128"),
        ("maya", "maya-2026-maya", "easy to guess"),
        ("maya", "abababababab", "easy to guess"),
    ],
)
def test_a_poor_choice_is_refused_and_changes_nothing(doors, user, password, says):
    doors.passwords.choose(Actor(COACH, Role.COACH), "dana", GOOD)

    with pytest.raises(BadChoice, match=says):
        doors.passwords.choose(MAYA_HERE, user, password)
    assert doors.passwords.user_of(MAYA) is None
    assert doors.passwords.verify("dana", GOOD) == Actor(COACH, Role.COACH)


def test_from_a_link_to_a_password_and_back_by_a_code(face, browser):
    browser.post(f"/in/{face.link(MAYA, 'participant')}", headers=OURS)
    elsewhere = face.session(MAYA, "participant")
    chosen = {"user": "maya", "password": GOOD}
    said = browser.post("/account/password", data=chosen, headers=OURS).text
    codes = re.findall(r"<code>([\w-]+)</code>", said)
    assert face.accounts.session(elsewhere, face.clock()) is None
    browser.cookies.clear()

    wrong = browser.post("/sign-in", data=chosen | {"password": "x"}, headers=OURS)
    assert (wrong.status_code, "do not belong together" in wrong.text) == (403, True)
    right = browser.post("/sign-in", data=chosen, headers=OURS)
    assert (right.status_code, right.headers["location"]) == (303, "/")
    browser.cookies.clear()
    by_code = {"user": "maya", "code": codes[3]}
    assert browser.post("/sign-in/recover", data=by_code, headers=OURS).status_code == 303
    assert "Change your password" in browser.get("/account").text
    browser.cookies.clear()
    assert browser.post("/sign-in/recover", data=by_code, headers=OURS).status_code == 403


def test_who_is_not_let_in_is_told_in_a_language_of_theirs(browser):
    hebrew = OURS | {"accept-language": "he"}
    name = browser.post("/sign-in", data={"user": "dana", "password": "x"}, headers=hebrew)
    passkey = browser.post("/sign-in/passkey", json={}, headers=hebrew)

    assert (name.status_code, passkey.status_code) == (403, 403)
    assert "שם המשתמש והסיסמה" in name.text
    assert passkey.json()["says"].startswith("מפתח")


def test_guessing_a_password_is_stopped_for_its_owner_alone(face):
    face.accounts.passwords.choose(Actor(COACH, Role.COACH), "dana", GOOD)
    face.accounts.passwords.choose(Actor(JON, Role.PARTICIPANT), "jon", GOOD)
    app = face.app()
    with TestClient(app, client=("10.0.0.1", 5), follow_redirects=False) as guesser:
        for n in range(MOST):
            guess = {"user": "dana", "code": f"guess-{n}"}
            assert guesser.post("/sign-in/recover", data=guess, headers=OURS).status_code == 403
    with TestClient(app, client=("10.0.0.2", 5), follow_redirects=False) as owner:
        asked = {"user": "dana", "password": GOOD}
        assert owner.post("/sign-in", data=asked, headers=OURS).status_code == 429
        other = {"user": "jon", "password": GOOD}
        assert owner.post("/sign-in", data=other, headers=OURS).status_code == 303


def test_a_session_elsewhere_can_be_ended(face, browser):
    browser.post(f"/in/{face.link(OLGA, 'participant')}", headers=OURS)
    elsewhere = face.session(OLGA, "participant")
    strangers = face.session(MAYA, "participant")
    handles = {row.handle: row for row in face.accounts.sessions(OLGA, face.clock())}
    (other,) = [handle for handle, row in handles.items() if row.is_of(elsewhere)]
    (mayas,) = [
        row.handle for row in face.accounts.sessions(MAYA, face.clock()) if row.is_of(strangers)
    ]

    for handle in (other, mayas):
        browser.post("/account/sessions/end", data={"handle": handle}, headers=OURS)

    assert face.accounts.session(elsewhere, face.clock()) is None
    assert face.accounts.session(strangers, face.clock()).person == MAYA
    assert browser.get("/account").status_code == 200


def test_a_browser_is_named_as_its_owner_would():
    phone = (
        "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36"
    )

    assert browser_of(phone) == "Chrome on Android"
    assert browser_of("curl/8") == "A browser"
