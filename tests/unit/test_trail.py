"""Who did or saw what: noted before it takes effect, once a look, and never changed."""

import csv
import io
import json
import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from coaching.acts.choices import SetConsent
from coaching.acts.prompts import CoachMessage
from kindstep import noting
from kindstep.cli import main
from people import registry
from people.authorize import Actor, Role, Topic
from people.registry import Person
from people.trail import SAW, Trail
from tests import web_study
from tests.web_study import AMARA, COACH, MAYA, OPERATOR
from web.accounts import Scope
from web.guard import FRESH_US
from web.orders import GiveDevice

OURS = {"sec-fetch-site": "same-origin"}
DANA, MAYAS = Actor(COACH, Role.COACH), Actor(MAYA, Role.PARTICIPANT)


@pytest.fixture
def trail(tmp_path):
    return Trail(tmp_path / "trail.db")


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


def told(trail):
    return [(each.who, each.what, each.whom) for each in trail.everything()]


def test_a_look_is_noted_once_in_ten_minutes_for_each(trail):
    for at_us in (0, 1, 599_999_999, 600_000_000):
        trail.saw(DANA, [MAYA, AMARA], "/coach", now_us=at_us)
    trail.saw(DANA, [MAYA], "/live", now_us=600_000_000)

    seen = [(each.at_us, each.whom, each.detail) for each in trail.everything()]
    assert seen == [
        (0, MAYA, "/coach"),
        (0, AMARA, "/coach"),
        (600_000_000, MAYA, "/coach"),
        (600_000_000, AMARA, "/coach"),
        (600_000_000, MAYA, "/live"),
    ]


@pytest.mark.parametrize("deed", ["UPDATE trail SET who = 'x'", "DELETE FROM trail"])
def test_nothing_is_changed_or_taken_out(trail, tmp_path, deed):
    trail.note(DANA, "signed in", now_us=1)

    changed = pytest.raises(sqlite3.IntegrityError, match="never changed")
    with closing(sqlite3.connect(tmp_path / "trail.db")) as db, changed:
        db.execute(deed)
    assert told(trail) == [(COACH, "signed in", "")]


def test_lines_are_read_from_the_latest_back(trail):
    for at_us in range(5):
        trail.note(DANA, "what", MAYA if at_us % 2 else AMARA, str(at_us), now_us=at_us)

    newest = trail.read(limit=2)
    older = trail.read(limit=9, before=newest[-1].number)
    assert [each.detail for each in newest + older] == ["4", "3", "2", "1", "0"]
    assert [each.detail for each in trail.read(whom=MAYA)] == ["3", "1"]
    assert trail.read(what=["other"]) == []


def test_what_staff_do_and_consent_is_noted_without_words(trail):
    consent = SetConsent(participant=MAYA, topic=Topic.ACTIVITY, viewer="coach", granted=False)
    noting.act(trail, MAYAS, consent, 1)
    noting.act(trail, DANA, CoachMessage(participant=MAYA, coach=COACH, template_id="x"), 2)
    noting.order(
        trail, Actor(OPERATOR, Role.OPERATOR), GiveDevice(device="d-1", participant=MAYA), 3
    )

    assert told(trail) == [
        (MAYA, "SetConsent", MAYA),
        (COACH, "CoachMessage", MAYA),
        (OPERATOR, "GiveDevice", MAYA),
    ]
    details = [json.loads(each.detail) for each in trail.everything()]
    assert details[0] == {"topic": "activity", "viewer": "coach", "granted": False}
    assert details[2] == {"device": "d-1"}


def test_what_a_coach_opens_is_noted_and_what_is_refused_is_not(face, browser):
    browser.post(f"/in/{face.link(COACH, 'coach')}")
    browser.get("/coach")
    browser.get(f"/coach/{MAYA}")
    browser.get("/coach/p-99")
    now_us = face.clock()
    token = face.accounts.tokens.make(DANA, "x", [Scope.ACTIVITY], now_us, 2 * now_us)
    heads = {"authorization": f"Bearer {token}"}
    browser.get(f"/api/v1/people/{MAYA}/scores", headers=heads)

    of_maya = face.trail.read(whom=MAYA)
    assert {each.detail for each in of_maya} == {
        "/coach",
        "/coach/{participant}",
        "API /people/{participant}/scores",
    }
    assert {(each.who, each.what) for each in of_maya} == {(COACH, SAW)}
    assert face.trail.read(whom="p-99") == []


def test_what_somebody_does_with_their_way_in_is_noted(face, browser):
    browser.post(f"/in/{face.link(MAYA, 'participant')}")
    browser.get("/")
    browser.post(
        "/account/password", data={"user": "maya", "password": "wicker lamp on tuesday"}
    )
    wish = {"name": "phone", "days": "30", "scope": ["read:activity"]}
    browser.post("/account/tokens", data=wish)
    browser.post("/account/sessions/end-others")

    mine = [each.what for each in face.trail.read() if each.who == MAYA][::-1]
    assert mine == [
        "signed in by a link",
        "chose a password",
        "made a token",
        "ended all other sessions",
    ]


def test_who_runs_the_hub_reads_it_and_takes_it_out(face, browser):
    face.trail.note(MAYAS, '=cmd|" /C', MAYA, "<b>", now_us=face.clock())
    browser.post(f"/in/{face.link(OPERATOR, 'operator')}")
    page = browser.get("/operator/trail").text
    of_maya = browser.get(f"/operator/trail?whom={MAYA}").text
    rows = list(csv.DictReader(io.StringIO(browser.get("/operator/trail.csv").text)))
    lines = browser.get("/operator/trail.json").text.splitlines()
    stale = face.accounts.begin(Actor(OPERATOR, Role.OPERATOR), face.clock() - FRESH_US - 1)
    browser.cookies.clear()
    browser.cookies.set("kindstep", stale)

    assert "Maya L." in page
    assert "&lt;b&gt;" in of_maya
    assert rows[-1]["what"] == "took the trail"
    assert len(lines) == len(rows) + 1
    assert browser.get("/operator/trail.csv").status_code == 403


def test_research_reads_which_packages_were_taken(face, browser):
    lin = Person("r-lin", Role.RESEARCHER)
    face.store.write(lambda db: registry.add_person(db, lin, face.clock()))
    taker = Actor("r-eli", Role.RESEARCHER)
    face.trail.note(taker, "package written", detail="safe-harbor", now_us=face.clock())
    browser.post(f"/in/{face.link('r-lin', 'researcher')}")
    page = browser.get("/research/trail").text

    assert "r-eli" in page
    assert "signed in" not in page


def test_the_command_line_prints_it(tmp_path):
    path = tmp_path / "kindstep.toml"
    path.write_text(f"data = {json.dumps(str(tmp_path / 'data'))}\n")
    added = CliRunner().invoke(main, ["people", "coach", "Dana", "--settings", str(path)])
    told = CliRunner().invoke(main, ["trail", "--json", "--settings", str(path)]).output

    assert added.exit_code == 0
    lines = [json.loads(line) for line in told.splitlines()]
    assert [(each["who"], each["what"]) for each in lines] == [
        ("command line", "TakeIn"),
        ("command line", "made a link"),
    ]
