"""Codes and tokens of gateways, and what is kept of them."""

import re

import bcrypt
import pytest
from starlette.testclient import TestClient

from gateway import tokens
from gateway.wire import BrokenContract
from people.authorize import Role
from tests import web_study
from tests.web_study import COACH, MAYA, OPERATOR
from web.accounts import Accounts
from web.accounts.attempts import MOST
from web.accounts.gateways import RENEW_US

NOW_US = 1_000_000_000
DAY_US = 86_400_000_000
OURS = {"sec-fetch-site": "same-origin"}
ENROL, TOKEN = "/api/v1/gateways/enrol", "/api/v1/gateways/token"


@pytest.fixture
def doors(tmp_path):
    return Accounts(tmp_path / "sign-in.db").gateways


def enrolled(doors, name="hall", now_us=NOW_US):
    return doors.enrol(doors.invite(name, now_us), now_us).token


def users(doors):
    return [each.user for each in doors.logins()]


def test_a_code_is_good_once(doors):
    code = doors.invite("hall", NOW_US)

    made = doors.enrol(code, NOW_US)

    assert made.gateway == "hall"
    assert users(doors) == [tokens.login(made.token)[0]]
    assert doors.enrol(code, NOW_US + 1) is None


def test_a_code_is_good_for_a_day_and_until_the_next(doors):
    first = doors.invite("hall", NOW_US)
    second = doors.invite("hall", NOW_US)

    assert doors.enrol(first, NOW_US) is None
    assert doors.enrol(second, NOW_US + DAY_US) is None
    assert users(doors) == []


def test_a_name_that_no_gateway_can_have_gets_no_code(doors):
    with pytest.raises(BrokenContract):
        doors.invite("ha~ll", NOW_US)


def test_enrolling_a_name_anew_ends_what_it_had(doors):
    old, other = enrolled(doors), enrolled(doors, "attic")

    enrolled(doors)

    assert doors.renew(old, NOW_US) is None
    assert doors.renew(other, NOW_US).gateway == "attic"


def test_a_token_is_renewed_on_schedule_and_the_old_one_ends_with_the_new_ones_use(doors):
    old = enrolled(doors)
    assert doors.renew(old, NOW_US + RENEW_US - 1).token is None

    new = doors.renew(old, NOW_US + RENEW_US).token
    assert len(users(doors)) == 2  # side by side

    shown = doors.renew(new, NOW_US + RENEW_US)
    assert (shown.token, shown.logins_changed) == (None, True)
    assert users(doors) == [tokens.login(new)[0]]
    assert doors.renew(old, NOW_US + RENEW_US) is None


def test_an_answer_that_was_lost_locks_nobody_out(doors):
    old = enrolled(doors)
    lost = doors.renew(old, NOW_US + RENEW_US).token

    again = doors.renew(old, NOW_US + RENEW_US).token

    assert doors.renew(lost, NOW_US + RENEW_US) is None
    assert doors.renew(again, NOW_US + RENEW_US).gateway == "hall"


def test_an_operator_has_a_token_renewed_before_its_time(doors):
    old = enrolled(doors)

    doors.ask_to_renew("hall")
    assert doors.admitted(NOW_US)[0].is_asked
    new = doors.renew(old, NOW_US).token

    assert doors.renew(new, NOW_US).token is None
    assert not doors.admitted(NOW_US)[0].is_asked


def test_who_is_shut_out_has_neither_token_nor_code(doors):
    token, code = enrolled(doors), doors.invite("hall", NOW_US)

    doors.revoke("hall")

    assert doors.renew(token, NOW_US) is None
    assert doors.enrol(code, NOW_US) is None
    assert (users(doors), doors.admitted(NOW_US)) == ([], [])


def test_a_token_that_nobody_renews_is_late(doors):
    enrolled(doors)

    assert not doors.admitted(NOW_US + 2 * RENEW_US)[0].is_late
    assert doors.admitted(NOW_US + 2 * RENEW_US + 1)[0].is_late


def test_only_hashes_are_kept(doors, tmp_path):
    code = doors.invite("attic", NOW_US)
    _, password = tokens.login(enrolled(doors))

    kept = b"".join(path.read_bytes() for path in tmp_path.glob("sign-in.db*"))

    assert len(password) >= 43  # 256 bits
    assert password.encode() not in kept
    assert code.encode() not in kept
    (login,) = doors.logins()
    assert bcrypt.checkpw(password.encode(), login.bcrypt.encode())


# Over HTTP.


@pytest.fixture(scope="module")
def face(tmp_path_factory):
    face = web_study.make(tmp_path_factory.mktemp("study"))
    yield face
    face.store.close()


@pytest.fixture
def browser(face):
    with TestClient(face.app(), base_url="http://localhost", follow_redirects=False) as browser:
        yield browser


def sign_in(face, browser, person=OPERATOR, role=Role.OPERATOR):
    browser.cookies.set("kindstep", face.session(person, role))


def shown_code(face, browser, name="hall"):
    """Give the code that the operator's page shows."""
    sign_in(face, browser)
    page = browser.post("/operator/gateways/invite", data={"gateway": name}, headers=OURS).text
    assert "<svg" in page
    return re.search(r"kindstep gateway enrol http://localhost/gateway#([\w-]+)<", page)[1]


def bearer(token):
    return {"authorization": f"Bearer {token}"}


def test_a_gateway_enrols_by_what_the_page_shows_and_is_shut_out_by_it(face, browser):
    code = shown_code(face, browser)

    answer = browser.post(ENROL, json={"code": code})
    made = answer.json()
    assert (made["gateway"], made["host"], made["port"]) == ("hall", "127.0.0.1", 1883)
    assert face.let_in == [tokens.login(made["token"])[0]]
    assert browser.post(ENROL, json={"code": code}).status_code == 403  # replayed

    assert browser.post(TOKEN, headers=bearer(made["token"])).json() == {"token": None}
    browser.post("/operator/gateways/renew", data={"gateway": "hall"}, headers=OURS)
    new = browser.post(TOKEN, headers=bearer(made["token"])).json()["token"]
    assert len(face.let_in) == 2
    browser.post(TOKEN, headers=bearer(new))
    assert face.let_in == [tokens.login(new)[0]]

    browser.post("/operator/gateways/revoke", data={"gateway": "hall"}, headers=OURS)
    assert face.let_in == []
    assert browser.post(TOKEN, headers=bearer(new)).status_code == 401
    noted = [(each.who, each.what) for each in face.trail.read(limit=6)]
    assert (OPERATOR, "shut a gateway out") in noted
    assert ("hall", "renewed its token") in noted
    assert ("hall", "enrolled") in noted


def test_a_name_no_gateway_can_have_is_said_on_the_page(face, browser):
    sign_in(face, browser)

    page = browser.post("/operator/gateways/invite", data={"gateway": "a b"}, headers=OURS).text

    assert "That cannot be" in page


@pytest.mark.parametrize(("who", "role"), [(MAYA, "participant"), (COACH, "coach")])
def test_a_persons_token_is_no_gateways(face, browser, who, role):
    assert browser.post(TOKEN, headers=bearer(face.session(who, role))).status_code == 401


def test_whoever_guesses_codes_has_to_wait(face, browser):
    answers = [browser.post(ENROL, json={"code": f"{n}"}).status_code for n in range(MOST + 1)]

    assert answers == [403] * MOST + [429]
    assert browser.post(ENROL, json={"code": shown_code(face, browser)}).status_code == 429
