"""What participants take home: all of theirs, nobody else's, and nothing known as zero."""

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from analytics.tables import readings
from coaching.acts.desk import WriteNote
from people.authorize import Actor, Role, Topic
from tests import web_study
from tests.web_study import AMARA, COACH, DAY, JON, MAYA, NAMES, NOON_US

OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture(scope="module")
def face(tmp_path_factory):
    face = web_study.make(tmp_path_factory.mktemp("study"))
    yield face
    face.store.close()


@pytest.fixture(scope="module")
def browser(face):
    with TestClient(face.app(), base_url="http://localhost") as browser:
        yield browser


@pytest.fixture(scope="module")
def package(face, browser):
    note = WriteNote(participant=AMARA, coach=COACH, text="Walks at five")
    face.perform(Actor(COACH, Role.COACH), note)
    scale = {"participant": AMARA, "stream": "weight", "device": "scale-1", "value": 70.2}
    told = scale | {"at_us": NOON_US, "received_us": NOON_US, "quality": 0}
    face.store.write(lambda db: db.execute(insert(readings).values(told)))
    for topic in Topic:  # what others may see does not matter for what is one's own
        face.consent(AMARA, topic, granted=False)
    browser.post(f"/in/{face.link(AMARA, 'participant')}", headers=OURS)
    return zipfile.ZipFile(io.BytesIO(browser.get("/me/data").content))


def table(package, name):
    return list(csv.DictReader(io.TextIOWrapper(package.open(f"{name}.csv"), "utf-8")))


def test_everything_is_there(package, face):
    about = json.loads(package.read("about.json"))
    assert (about["id"], about["name"]) == (AMARA, NAMES[AMARA])
    assert [each["device"] for each in about["wore"]] == [f"glasses-{AMARA}"]
    empty = [name for name in package.namelist() if not package.read(name)]
    may_be_empty = "nights gifts together replies likes comments cheers challenges trophies"
    assert {name.removesuffix(".csv") for name in empty} <= {
        *may_be_empty.split(),
        "ratings",
        "questions",
    }
    assert {row["kind"] for row in table(package, "feed")} == {"goal"}
    assert [row["value"] for row in table(package, "readings")] == ["70.2"]
    assert [row["text"] for row in table(package, "notes")] == ["Walks at five"]
    with face.store.reading() as db:
        points = face.engine.points(db, AMARA)
    assert sum(int(row["points"]) for row in table(package, "points")) == points > 0
    assert {row["granted"] for row in table(package, "consents")} == {"True", "False"}


def test_what_is_not_known_is_empty(package):
    days = {row["day"] for row in table(package, "days")}
    assert str(DAY - timedelta(days=3)) in days
    assert str(DAY - timedelta(days=4)) not in days  # nothing was heard of it
    minutes = table(package, "minutes")
    assert {row["enmo_g"] for row in minutes} == {""}  # this study has no samples of motion
    assert all(row["start"].endswith("+00:00") for row in minutes)


def test_nobody_else_is_in_it(package):
    said = b"".join(package.read(name) for name in package.namelist()).decode()
    others = {who: name for who, name in NAMES.items() if who not in (AMARA, MAYA, COACH)}

    assert [who for who, name in others.items() if who in said or name in said] == []


def test_only_its_owner_gets_it(face, browser):
    browser.post(f"/in/{face.link(COACH, 'coach')}", headers=OURS)
    assert browser.get("/me/data").status_code == 404
    browser.cookies.clear()
    assert browser.get("/me/data").status_code == 401
    browser.post(f"/in/{face.link(JON, 'participant')}", headers=OURS)
    assert AMARA.encode() not in browser.get("/me/data").content
