"""Measurements over HTTP: whose, how many, what of them is new, and what is refused."""

import base64

import msgspec
import pytest
from starlette.testclient import TestClient

from people.authorize import Actor, Role
from tests import web_study
from tests.books import beats
from tests.web_study import JON, MAYA, NOON_US, OPERATOR
from web.accounts import Scope
from web.api.measurements import MOST_BYTES
from web.programs import NotDone


@pytest.fixture(scope="module")
def face(tmp_path_factory):
    face = web_study.make(tmp_path_factory.mktemp("study"))
    yield face
    face.store.close()


@pytest.fixture(scope="module")
def programs(face):
    with TestClient(face.app(), base_url="http://localhost/api/v1") as programs:
        yield programs


def bearer(face, person, role, scope=Scope.MEASURE):
    now_us = face.clock()
    actor = Actor(person, Role(role))
    secret = face.accounts.tokens.make(actor, "x", [scope], now_us, 2 * now_us)
    return {"authorization": f"Bearer {secret}"}


@pytest.fixture(scope="module")
def maya(face):
    return bearer(face, MAYA, "participant")


def batch(boot, seconds, device=f"glasses-{MAYA}", sequence=0):
    times_us = [NOON_US + second * 1_000_000 for second in seconds]
    return beats(times_us, [70] * len(seconds), sequence, boot=boot, device=device)


def body(*batches):
    return msgspec.json.encode({"batches": batches})


def counts(answer):
    return [(each["stored"], each["duplicates"], each["upto"]) for each in answer["batches"]]


def test_what_is_new_is_stored_and_what_was_there_is_counted(face, programs, maya):
    first = programs.post(
        "measurements",
        content=body(batch(11, range(5)), batch(11, range(5, 9), sequence=1)),
        headers=maya,
    )
    again = programs.post("measurements", content=body(batch(11, range(5))), headers=maya)
    by_another = programs.post(
        "measurements", content=body(batch(12, range(3, 12))), headers=maya
    )
    report = face.taking.books.report(f"glasses-{MAYA}", "heart_rate")

    assert counts(first.json()) == [(5, 0, 0), (4, 0, 1)]
    assert counts(again.json()) == [(0, 5, 1)]
    assert counts(by_another.json()) == [(3, 6, 0)]  # the same beats, heard twice
    assert (report.stored, report.duplicates) == (12, 11)


@pytest.mark.parametrize(
    ("who", "role", "device", "status"),
    [
        (JON, "participant", f"glasses-{MAYA}", 404),
        (MAYA, "participant", "nobodys", 404),
        (OPERATOR, "operator", "nobodys", 200),
    ],
)
def test_a_person_brings_what_they_wore_an_operator_anything(
    face, programs, who, role, device, status
):
    answer = programs.post(
        "measurements",
        content=body(
            batch(20, [1], f"glasses-{who}" if status == 404 else device),
            batch(21, [1], device),
        ),
        headers=bearer(face, who, role),
    )

    assert answer.status_code == status
    if status == 404:
        assert [each["where"] for each in answer.json()["errors"]] == ["body/batches/1/device"]
        assert face.taking.books.mark(batch(20, [1], f"glasses-{who}")) == -1  # nothing of it


def test_what_breaks_the_contract_is_named_and_nothing_is_stored(programs, maya):
    good, said = batch(30, [100]), msgspec.to_builtins(batch(31, [101]))
    odd = said | {"samples": base64.b64encode(b"abc").decode()}
    late = said | {"start_us": 2**62}
    for wrong, where in (
        (odd, "body/batches/1"),
        (late, "body/batches/1"),
        (said | {"boot": -1}, "body/batches/1/boot"),
    ):
        sent = msgspec.json.encode({"batches": [good, wrong]})
        answer = programs.post("measurements", content=sent, headers=maya)
        assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, where)

    stored = programs.post("measurements", content=body(good), headers=maya)
    assert counts(stored.json()) == [(1, 0, 0)]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"", 422),
        (b"{}", 422),
        (b'{"batches":[]}', 422),
        (b"[" * 5000, 422),
        (b"\xff" * 9, 422),
        (b" " * (MOST_BYTES + 1), 413),
    ],
)
def test_what_is_no_batch_is_refused(programs, maya, sent, status):
    assert programs.post("measurements", content=sent, headers=maya).status_code == status


def test_a_hub_that_is_away_is_asked_again(face):
    async def away(_actor, _request):
        return NotDone(why="busy", says="Again.")

    face.serve = away
    try:
        with TestClient(face.app(), base_url="http://localhost/api/v1") as programs:
            heads = bearer(face, MAYA, "participant")
            answer = programs.post("measurements", content=body(batch(40, [1])), headers=heads)
    finally:
        del face.serve

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


def test_reading_is_no_leave_to_bring(face, programs):
    heads = bearer(face, MAYA, "participant", Scope.ACTIVITY)

    assert programs.post("measurements", content=b"{}", headers=heads).status_code == 403
