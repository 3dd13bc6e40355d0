"""What participants wear, as their page shows it, and letting it ring until they have it."""

import itertools
import re

import pytest
from starlette.testclient import TestClient

from gateway import wire
from people import registry
from people.authorize import Actor, Role
from tests import web_study
from tests.web_study import AMARA, COACH, FARID, JON, MAYA, OPERATOR, STRANGER
from web.orders import FindDevice
from web.wording import NO_DATA

MINUTE_US = 60_000_000
OURS = {"sec-fetch-site": "same-origin", "hx-request": "true"}
NOT_THEIRS = "You do not wear that now."
ASKED = "It is being asked…"


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
def tests_before():
    return itertools.count()


@pytest.fixture(autouse=True)
def _much_later(face, tests_before):
    """Let each test begin when nothing of the one before is told any more."""
    with face.clock.later(next(tests_before) * 20 * MINUTE_US):
        yield


class Phone:
    """One participant's page of what they wear, as text."""

    def __init__(self, face, browser, who):
        self._browser = browser
        self._cookies = {"cookie": f"kindstep={face.session(who, 'participant')}"}

    def shown(self):
        return text(self._browser.get("/me/devices", headers=OURS | self._cookies))

    def find(self, who, ring="true"):
        form = {"device": f"glasses-{who}", "ring": ring}
        return text(
            self._browser.post("/me/devices/find", data=form, headers=OURS | self._cookies)
        )


def text(answer):
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def answer(face, *, reason=""):
    """Answer what waits, as a gateway does."""
    now_us = face.clock()
    (asked,) = face.commands.outstanding(now_us)
    said = wire.Answer(id=asked.id, done=not reason, reason=reason, at_us=now_us)
    face.commands.answered(said)
    return asked


def test_a_battery_has_its_time_and_what_is_not_known_is_a_dash(face, browser):
    amara, farid = Phone(face, browser, AMARA), Phone(face, browser, FARID)

    said = re.search(r"Last heard (.+) Battery low, 15 % (.+) Find", amara.shown())
    assert said
    assert said[1] != said[2]
    assert f"Last heard {NO_DATA} Battery {NO_DATA} Find" in farid.shown()


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("", "It was told to ring. Listen for it."),
        ("not connected", "Out of reach: no gateway is connected to it."),
        ("it cannot ring", "It cannot ring: it has no buzzer."),
        ("it did not answer", "It does not answer. Try again."),
    ],
)
def test_what_came_of_it_is_told_in_words(face, browser, reason, says):
    phone = Phone(face, browser, AMARA)

    assert ASKED in phone.find(AMARA)
    asked = answer(face, reason=reason)

    assert (asked.device, asked.kind, asked.level) == (f"glasses-{AMARA}", "alert", 2)
    assert says in phone.shown()
    assert ("be quiet" in phone.shown()) == (reason == "")


def test_what_nobody_brings_to_it_in_time_is_out_of_reach(face, browser):
    phone = Phone(face, browser, JON)  # whose gateway is gone

    assert ASKED in phone.find(JON)
    with face.clock.later(MINUTE_US):
        assert "Out of reach" in phone.shown()
    with face.clock.later(11 * MINUTE_US):
        assert "Out of reach" not in phone.shown()


def test_it_is_ended_by_who_has_it(face, browser):
    phone = Phone(face, browser, AMARA)
    phone.find(AMARA)
    answer(face)

    phone.find(AMARA, ring="false")

    assert answer(face).level == 0
    assert "It was told to be quiet." in phone.shown()


def test_a_second_tap_asks_for_nothing_more(face, browser):
    phone = Phone(face, browser, AMARA)
    phone.find(AMARA)
    phone.find(AMARA)

    assert len(face.commands.outstanding(face.clock())) == 1


def test_it_rings_five_times_in_ten_minutes_and_can_always_be_ended(face, browser):
    phone = Phone(face, browser, AMARA)
    for _ in range(5):
        assert "often" not in phone.find(AMARA)
        answer(face)

    assert "It rang often just now." in phone.find(AMARA)
    assert face.commands.outstanding(face.clock()) == []
    phone.find(AMARA, ring="false")
    assert answer(face).level == 0
    with face.clock.later(10 * MINUTE_US):
        assert ASKED in phone.find(AMARA)


def test_what_others_wear_does_not_ring(face, browser):
    maya, kei = Phone(face, browser, MAYA), Phone(face, browser, STRANGER)
    assert NOT_THEIRS in maya.find(STRANGER)

    now_us = face.clock()
    face.store.write(lambda db: registry.hand_over(db, f"glasses-{STRANGER}", FARID, now_us))
    assert NOT_THEIRS in kei.find(STRANGER)
    order = FindDevice(participant=FARID, device=f"glasses-{STRANGER}")
    for who, role in ((MAYA, Role.PARTICIPANT), (COACH, Role.COACH)):
        assert not face.orders.carry_out(Actor(who, role), order, face.clock()).ok
    assert face.commands.outstanding(face.clock()) == []

    assert face.orders.carry_out(Actor(OPERATOR, Role.OPERATOR), order, face.clock()).ok
