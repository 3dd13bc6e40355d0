"""Who saw what of somebody: the trail as its subject reads it."""

import pytest
from starlette.testclient import TestClient

from people import registry
from people.authorize import Actor, Role
from people.registry import Calendar
from people.trail import Trace
from tests import web_study
from tests.web_study import AMARA, COACH, DAY_US, JON, MAYA, NOON_US, OPERATOR
from web.accounts import Scope
from web.seen import told

ZURICH = Calendar((0,), ("Europe/Zurich",))
DANA = Actor(COACH, Role.COACH)


def trace(number, what="saw", detail="/coach/{participant}", who=COACH):
    at_us = NOON_US + number * 60_000_000
    return Trace(
        number=number, at_us=at_us, who=who, role="coach", what=what, whom=MAYA, detail=detail
    )


def test_looks_of_one_person_at_one_page_are_one_line_a_day():
    lines = told([trace(3), trace(2), trace(1, detail="/coach"), trace(-1440)], ZURICH)

    assert [(each.kind, each.times) for each in lines] == [
        ("page", 2),
        ("list", 1),
        ("page", 1),
    ]
    assert lines[0].at_us == NOON_US + 3 * 60_000_000
    assert lines[0].day - lines[2].day == lines[0].day.resolution


@pytest.mark.parametrize(
    ("what", "detail", "kind"),
    [
        ("saw", "API /people/{participant}/scores", "program"),
        ("saw", "/coach/{participant}/message", "page"),
        ("CoachMessage", "{}", "wrote"),
        ("ResolveTicket", "{}", "danger"),
        ("something new", "{}", "other"),
    ],
)
def test_every_line_has_words(what, detail, kind):
    assert [each.kind for each in told([trace(1, what, detail)], ZURICH)] == [kind]


@pytest.fixture(scope="module")
def face(tmp_path_factory):
    face = web_study.make(tmp_path_factory.mktemp("study"))
    yield face
    face.store.close()


def read(face, who):
    with TestClient(face.app(), base_url="http://localhost") as client:
        client.cookies.set("kindstep", face.session(who, Role.PARTICIPANT))
        return client.get("/me/seen").text


def test_one_sees_who_looked_and_nobody_elses_lines(face):
    now_us = face.clock()
    face.trail.saw(DANA, [MAYA], "/coach/{participant}", now_us=now_us)
    face.trail.note(Actor(OPERATOR, Role.OPERATOR), "made a link", MAYA, now_us=now_us - DAY_US)
    face.trail.note(Actor(MAYA, Role.PARTICIPANT), "took their own data", MAYA, now_us=now_us)

    page = read(face, MAYA)

    assert "Dana Okafor" in page
    assert "looked at your page" in page
    assert page.index("looked at your page") < page.index("made a link by which you sign in")
    assert "changed something" not in page  # what was their own doing
    with face.store.reading() as db:
        assert registry.name_of(db, MAYA) not in page
    assert "Nobody has looked yet" in read(face, JON)


def test_one_sees_that_a_program_read_it(face):
    now_us = face.clock()
    secret = face.accounts.tokens.make(DANA, "x", [Scope.ACTIVITY], now_us, 2 * now_us)
    with TestClient(face.app(), base_url="http://localhost") as program:
        heads = {"authorization": f"Bearer {secret}"}
        assert program.get(f"/api/v1/people/{AMARA}/scores", headers=heads).status_code == 200

    assert "let a program of theirs read it" in read(face, AMARA)
