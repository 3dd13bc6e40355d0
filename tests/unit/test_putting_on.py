"""Participants who put on a device of theirs, and what they are not let do."""

import itertools
import re
from dataclasses import replace

import pytest
from msgspec.structs import replace as other
from starlette.testclient import TestClient

from gateway import wire
from kindstep.operating import Orders
from kindstep.settings import Settings
from kindstep.study_room import StudyRoom
from people import registry
from people.authorize import Actor, Role
from tests import web_study
from tests.web_study import COACH, GLASSES, HALL, JON, MAYA, OPERATOR
from web.orders import FindDevice, PairDevice, PutOn

NEW, SHY, GONE = "glasses-new", "strap-shy", "strap-gone"
HEARD = (
    GLASSES,
    other(GLASSES, device=NEW),
    other(GLASSES, device=SHY, state="paused", why="it wants to be paired"),
    other(GLASSES, device=GONE, state="lost"),
)
LONG_US = 1_200_000_000
OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    face = web_study.make(tmp_path_factory.mktemp("study"))
    yield face, face.orders
    face.store.close()


@pytest.fixture(scope="module")
def tests_before():
    return itertools.count()


@pytest.fixture
def face(study, tests_before):
    """Let each test begin when nothing of the one before waits any more, nor is worn."""
    face, face.orders = study
    face.sent.clear()
    with face.clock.later(next(tests_before) * LONG_US):
        status = other(HALL, devices=HEARD)
        face.gateways.spoke(status, face.clock())
        face.commands.seen(status, face.clock())
        yield face
        if wearer(face, NEW):
            face.store.write(lambda db: registry.release(db, NEW, face.clock()))


def study_room(face):
    settings = Settings(data=face.ingest.parent)
    return StudyRoom(settings, None, face.store, face.engine)


def done(face, order, who=MAYA, role=Role.PARTICIPANT):
    return face.orders.carry_out(Actor(who, role), order, face.clock())


def wearer(face, device):
    with face.store.reading() as db:
        return registry.wearer(db, device, face.clock())


def test_what_nobody_wears_is_worn_from_now_on(face):
    before_us = face.clock()

    assert done(face, PutOn(participant=MAYA, device=NEW)).ok

    assert wearer(face, NEW) == MAYA
    with face.store.reading() as db:
        worn = registry.wearers_of(db, NEW)[-1]
    assert before_us <= worn.from_us <= face.clock()


@pytest.mark.parametrize("device", [GLASSES.device, SHY, GONE, "strap-never"])
def test_what_is_anothers_or_not_heard_is_not_put_on(face, device):
    before = wearer(face, device)

    assert not done(face, PutOn(participant=MAYA, device=device)).ok

    assert wearer(face, device) == before


@pytest.mark.parametrize(("who", "role"), [(JON, Role.PARTICIPANT), (COACH, Role.COACH)])
def test_nobody_puts_something_on_another(face, who, role):
    for order in (
        PutOn(participant=MAYA, device=NEW),
        PairDevice(participant=MAYA, device=SHY, passkey=1),
    ):
        assert not done(face, order, who, role).ok
    assert wearer(face, NEW) is None
    assert face.commands.outstanding(face.clock()) == []


def test_where_an_operator_gives_devices_nobody_else_does(face):
    face.orders = Orders(face.store, face.engine, face.commands, None, study_room(face))
    for order in (
        PutOn(participant=MAYA, device=NEW),
        PairDevice(participant=MAYA, device=SHY, passkey=1),
        FindDevice(participant=MAYA, device=NEW),
    ):
        assert not done(face, order).ok
    assert wearer(face, NEW) is None
    assert face.commands.outstanding(face.clock()) == []


def test_numbers_are_tried_one_by_one_and_five_at_most(face):
    for _ in range(5):
        order = PairDevice(participant=MAYA, device=SHY, passkey=271_828)
        assert done(face, order).ok
        assert not done(face, order).ok  # it is being paired already
        (asked,) = face.commands.outstanding(face.clock())
        assert (asked.kind, asked.method, asked.passkey) == ("pair", "entry", 271_828)
        said = wire.Answer(id=asked.id, done=False, reason="no", at_us=face.clock())
        face.commands.answered(said)

    assert not done(face, order).ok
    assert face.sent == ["kindstep/v1/hall/command"] * 5
    with face.clock.later(600_000_000):
        assert done(face, order).ok


def test_what_others_wear_is_not_shown_and_rings_for_nobody_else(face):
    with TestClient(face.app(), base_url="http://localhost") as browser:
        browser.cookies.set("kindstep", face.session(MAYA, "participant"))
        shown = browser.get("/me/devices/new").text
        assert set(re.findall(r'name="device" value="([^"]+)"', shown)) == {NEW}
        assert f"?pair={SHY}" in shown
        for device, code in ((NEW, 303), (GLASSES.device, 200)):
            form = {"device": device}
            answer = browser.post(
                "/me/devices/new/find", data=form, headers=OURS, follow_redirects=False
            )
            assert answer.status_code == code
        assert "You do not wear that now." in answer.text
    assert [each.device for each in face.commands.outstanding(face.clock())] == [NEW]


def test_where_an_operator_gives_devices_the_page_says_so(face):
    app = face.app()
    app.state.parts = replace(app.state.parts, own_devices=False)
    with TestClient(app, base_url="http://localhost") as browser:
        browser.cookies.set("kindstep", face.session(MAYA, "participant"))
        shown = browser.get("/me/devices/new").text
    assert NEW not in shown
    assert "Tell whoever runs this hub that it is there" in shown


def test_whoever_runs_the_hub_may_put_it_on_them(face):
    assert done(face, PutOn(participant=MAYA, device=NEW), OPERATOR, Role.OPERATOR).ok
