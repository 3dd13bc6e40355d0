"""The second factor: asked of staff, good once, and nothing opens before it."""

import re

import pyotp
import pytest
from starlette.testclient import TestClient

from people import registry
from people.authorize import Actor, Role
from people.registry import Person
from tests import web_study
from tests.web_study import COACH, MAYA
from web.accounts import Accounts
from web.guard import FRESH_US

OURS = {"sec-fetch-site": "same-origin"}
GOOD = "wicker lamp on tuesday"
NOW_US = 1_773_000_015_000_000
PERIOD_US = 30_000_000


@pytest.fixture
def second(tmp_path):
    return Accounts(tmp_path / "sign-in.db").second


@pytest.fixture(scope="module")
def face(tmp_path_factory):
    face = web_study.make(tmp_path_factory.mktemp("study"))
    yield face
    face.store.close()


@pytest.fixture
def browser(face):
    with TestClient(
        face.app(), base_url="http://localhost", follow_redirects=False, headers=OURS
    ) as browser:
        yield browser


def code(seed, at_us):
    return pyotp.TOTP(seed).at(at_us / 1e6)


def test_a_code_is_good_in_its_time_and_once(second):
    seed = second.new_seed()
    assert not second.keep(MAYA, seed, "12345", NOW_US)
    assert second.keep(MAYA, seed, code(seed, NOW_US), NOW_US)

    later_us = NOW_US + 5 * PERIOD_US
    assert not second.verify(MAYA, code(seed, NOW_US), NOW_US)  # it was used to set up
    assert not second.verify(MAYA, code(seed, NOW_US), later_us)
    assert second.verify(MAYA, code(seed, later_us - PERIOD_US), later_us)  # a slow clock
    assert second.verify(MAYA, code(seed, later_us), later_us)
    assert not second.verify(MAYA, code(seed, later_us), later_us)
    assert not second.verify(COACH, code(seed, later_us), later_us)


def test_an_app_reads_a_seed_from_rfc_6238():
    seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

    assert code(seed, 59_000_000) == "287082"  # appendix B, its last six digits


def test_staff_set_one_up_before_a_password_opens_anything(face, browser):
    face.accounts.passwords.choose(Actor(COACH, Role.COACH), "dana", GOOD)
    signed = {"user": "dana", "password": GOOD}
    first = browser.post("/sign-in", data=signed)
    closed = [browser.get(path).status_code for path in ("/coach", "/account", "/live")]
    page = browser.get("/account/second-factor").text
    seed = re.search(r'name="seed" value="(\w+)"', page)[1]
    wrong = browser.post("/account/second-factor", data={"seed": seed, "code": "12"})
    held = browser.cookies["kindstep"]
    good = {"seed": seed, "code": code(seed, face.clock())}
    right = browser.post("/account/second-factor", data=good)

    assert first.headers["location"] == "/account/second-factor"
    assert closed == [401, 401, 401]
    assert (wrong.status_code, right.headers["location"]) == (422, "/coach")
    assert browser.get("/coach").status_code == 200
    assert browser.cookies["kindstep"] != held
    assert face.accounts.session(held, face.clock()) is None

    browser.cookies.clear()
    again = browser.post("/sign-in", data=signed)
    shut = [browser.get(path).status_code for path in ("/coach", "/account/second-factor")]
    used = browser.post("/sign-in/code", data={"code": good["code"]})
    soon_us = face.clock() + PERIOD_US
    done = browser.post("/sign-in/code", data={"code": code(seed, soon_us)})
    assert again.headers["location"] == "/sign-in/code"
    assert shut == [401, 401]
    assert (used.status_code, done.headers["location"]) == (403, "/coach")


def test_a_recovery_code_stands_in_for_a_lost_phone_once(face, browser):
    jon = Actor(web_study.JON, Role.PARTICIPANT)
    codes = face.accounts.passwords.choose(jon, "jon", GOOD)
    seed = face.accounts.second.new_seed()
    face.accounts.second.keep(jon.person, seed, code(seed, face.clock()), face.clock())
    for expected in (303, 403):
        browser.cookies.clear()
        browser.post("/sign-in", data={"user": "jon", "password": GOOD})
        assert browser.post("/sign-in/code", data={"code": codes[0]}).status_code == expected


def test_guessing_codes_is_stopped(face, browser):
    olga = Actor(web_study.OLGA, Role.PARTICIPANT)
    face.accounts.passwords.choose(olga, "olga", GOOD)
    seed = face.accounts.second.new_seed()
    face.accounts.second.keep(olga.person, seed, code(seed, face.clock()), face.clock())
    browser.post("/sign-in", data={"user": "olga", "password": GOOD})
    tried = [browser.post("/sign-in/code", data={"code": "x"}).status_code for _ in range(21)]

    assert tried == [403] * 20 + [429]


def test_without_a_password_before_it_a_code_opens_nothing(browser):
    assert browser.post("/sign-in/code", data={"code": "123456"}).status_code == 403


def test_data_leaves_only_soon_after_signing_in(face, browser):
    face.store.write(
        lambda db: registry.add_person(db, Person("r-lin", Role.RESEARCHER), face.clock())
    )
    browser.post(f"/in/{face.link('r-lin', 'researcher')}")
    wish = {"profile": "none of ours"}  # seen once somebody is let in
    fresh = browser.post("/research/package", data=wish).status_code
    session_id = face.accounts.begin(
        Actor("r-lin", Role.RESEARCHER), face.clock() - FRESH_US - 1
    )
    browser.cookies.clear()
    browser.cookies.set("kindstep", session_id)
    stale = browser.post("/research/package", data=wish)

    assert fresh == 422
    assert (stale.status_code, "sign in again" in stale.text) == (403, True)
    assert browser.get("/research").status_code == 200
