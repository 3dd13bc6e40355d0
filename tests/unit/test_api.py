"""What programs read: the shapes, the pages a cursor leads through, and every refusal."""

from dataclasses import replace

import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from analytics.tables import readings
from people.authorize import Actor, Role, Topic
from people.registry import ViewerKind
from tests import web_study
from tests.web_study import AMARA, COACH, DAY_US, FARID, JON, MAYA, NOON_US, OLGA, STRANGER
from web.accounts import Scope
from web.pace import Pace

READS = (Scope.ACTIVITY, Scope.HEART_RATE, Scope.VITAL_SIGNS, Scope.PROMPTS)
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def face(tmp_path_factory):
    face = web_study.make(tmp_path_factory.mktemp("study"))
    face.store.write(_measure)
    yield face
    face.store.close()


def _measure(db):
    """Let Maya weigh herself each morning, and take her temperature in the same minute."""
    for stream, value in (("weight", 70.5), ("temperature", 36.6)):
        told = {"participant": MAYA, "stream": stream, "device": f"{stream}-1", "value": value}
        for n in range(11):
            at_us = NOON_US - n * DAY_US
            row = told | {"at_us": at_us, "received_us": at_us, "quality": 0}
            db.execute(insert(readings).values(row))


@pytest.fixture(scope="module")
def programs(face):
    with TestClient(face.app(), base_url="http://localhost/api/v1") as programs:
        yield programs


def bearer(face, person, role, *scopes):
    now_us = face.clock()
    actor = Actor(person, Role(role))
    secret = face.accounts.tokens.make(actor, "test", scopes, now_us, now_us + 10**12)
    return {"authorization": f"Bearer {secret}"}


@pytest.fixture(scope="module")
def maya(face):
    return bearer(face, MAYA, "participant", *READS)


@pytest.fixture(scope="module")
def coach(face):
    return bearer(face, COACH, "coach", *READS, Scope.TICKETS)


def test_one_sees_oneself_and_friends_as_far_as_they_share(programs, maya):
    told = programs.get("people", headers=maya).json()

    assert [each["id"] for each in told["items"]] == [MAYA, JON, AMARA]
    assert [each["is_self"] for each in told["items"]] == [True, False, False]
    assert told["items"][1]["shares"] == ["activity", "giving", "circle"]
    assert told["next"] is None


def test_research_sees_pseudonyms_of_those_who_share_with_it(face, programs):
    face.store.write(
        lambda db: web_study.registry.add_person(
            db, web_study.Person("r-lin", Role.RESEARCHER), face.clock()
        )
    )
    lin = bearer(face, "r-lin", "researcher", *READS)
    before = programs.get("people", headers=lin).json()["items"]
    face.consent(OLGA, Topic.ACTIVITY, granted=True, viewer=ViewerKind.RESEARCH)
    (olga,) = programs.get("people", headers=lin).json()["items"]

    assert before == []
    assert (olga["id"], olga["name"], olga["shares"]) == (OLGA, None, ["activity"])
    assert programs.get(f"people/{OLGA}/scores", headers=lin).status_code == 200
    assert programs.get(f"people/{OLGA}/decisions", headers=lin).status_code == 404


@pytest.mark.parametrize("what", ["epochs", "scores", "goals", "decisions", "vital-signs"])
def test_pages_lead_through_everything_once(programs, maya, what):
    whole = programs.get(f"people/{MAYA}/{what}?limit=500", headers=maya).json()["items"][:20]
    some, after = [], ""
    while after is not None and len(some) < len(whole):
        page = programs.get(f"people/{MAYA}/{what}?limit=7{after}", headers=maya).json()
        some += page["items"]
        after = page["next"] and f"&after={page['next']}"

    assert len(whole) == 20
    assert some[:20] == whole


def test_minutes_that_nobody_knows_are_not_there(programs, maya):
    span = {"since": "2026-03-09T00:00:00+01:00", "until": "2026-03-10T00:00:00+01:00"}
    told = programs.get(
        f"people/{MAYA}/epochs", headers=maya, params=span | {"limit": 500}
    ).json()
    states = {each["state"] for each in told["items"]}

    assert told["items"][0]["start"] == "2026-03-09T05:30:00Z"  # worn from half past six
    assert states == {"worn_still", "worn_moving"}
    assert {each["heart_rate_bpm"] for each in told["items"]} == {68.0}


def test_a_heart_rate_needs_the_scope_and_the_consent(face, programs, coach):
    def hearts(headers):
        told = programs.get(f"people/{FARID}/epochs", headers=headers).json()
        return told["withheld"], {each["heart_rate_bpm"] for each in told["items"]}

    shown = hearts(coach)
    narrow = hearts(bearer(face, COACH, "coach", Scope.ACTIVITY))
    face.consent(FARID, Topic.HEART_RATE, granted=False)
    try:
        hidden = hearts(coach)
    finally:
        face.consent(FARID, Topic.HEART_RATE, granted=True)

    assert shown == ([], {68.0})
    assert narrow == hidden == (["heart_rate"], {None})


def test_accounts_say_what_is_stored_lost_and_given_up(programs, coach):
    told = programs.get(f"people/{AMARA}/accounts", headers=coach).json()
    accel, pulse = told[f"glasses-{AMARA}"]

    assert (accel["stored"], [gap["missing"] for gap in accel["gaps"]]) == (2000, [50])
    assert [lane["given_up"] for lane in accel["lanes"]] == [[[2, 2, "set_aside: too large"]]]
    assert [gap["missing"] for gap in pulse["gaps"]] == [None]


def test_withdrawn_consent_holds_at_the_next_request(face, programs, coach):
    paths = [f"people/{AMARA}/{what}" for what in ("epochs", "scores", "goals", "accounts")]
    before = [programs.get(path, headers=coach).status_code for path in paths]
    face.consent(AMARA, Topic.ACTIVITY, granted=False)
    try:
        after = [programs.get(path, headers=coach) for path in paths]
    finally:
        face.consent(AMARA, Topic.ACTIVITY, granted=True)

    assert before == [200] * 4
    assert [each.status_code for each in after] == [404] * 4
    strange = programs.get("people/p-99/scores", headers=coach)
    assert {each.text for each in after} == {strange.text}


def test_a_token_does_what_it_was_made_for(face, programs):
    narrow = bearer(face, MAYA, "participant", Scope.PROMPTS)

    refused = programs.get(f"people/{MAYA}/scores", headers=narrow)

    assert programs.get(f"people/{MAYA}/decisions", headers=narrow).status_code == 200
    assert (refused.status_code, refused.headers["content-type"]) == (403, PROBLEM)
    assert refused.json()["detail"] == "The token was not made for read:activity."


def test_a_session_is_no_token(face, programs):
    programs.cookies.set("kindstep", face.session(MAYA, "participant"))
    try:
        answer = programs.get("people")
    finally:
        programs.cookies.clear()

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("people?limit=0", "query/limit"),
        ("people?after=*", "query/after"),
        (f"people/{MAYA}/epochs?after=LTU", "query/after"),  # a number below zero
        (f"people/{MAYA}/epochs?since=yesterday", "query/since"),
        (f"people/{MAYA}/epochs?since=2026-01-01T00:00:00", "query/since"),  # by whose clock
        (f"people/{MAYA}/epochs?since=2026-01-01T00:00:00Z", "query/since"),  # too long
        (f"people/{MAYA}/epochs?until=9999-01-01T00:00:00Z", "query/until"),
    ],
)
def test_what_cannot_be_used_is_named(programs, maya, path, where):
    answer = programs.get(path, headers=maya)

    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM)
    assert [each["where"] for each in answer.json()["errors"]] == [where]


def test_what_did_not_change_is_not_sent_again(programs, maya):
    path = f"people/{MAYA}/scores"
    first = programs.get(path, headers=maya)
    tag = first.headers["etag"]

    again = programs.get(path, headers=maya | {"if-none-match": tag})
    other = programs.get(path + "?limit=1", headers=maya | {"if-none-match": tag})

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert other.status_code == 200


def test_a_token_ends_by_its_owner_by_time_and_with_the_role(face, programs):
    now_us = face.clock()
    tokens, jon = face.accounts.tokens, Actor(JON, Role.PARTICIPANT)
    good = tokens.make(jon, "walks", [Scope.ACTIVITY], now_us, now_us + 10**12)
    late = tokens.make(jon, "old", [Scope.ACTIVITY], now_us - 2, now_us - 1)
    wrong = tokens.make(Actor(JON, Role.COACH), "no coach", [Scope.ACTIVITY], now_us, 2**62)

    def status(secret):
        return programs.get("people", headers={"authorization": f"Bearer {secret}"}).status_code

    before = [status(each) for each in (good, late, wrong, good + "x")]
    handle = next(t.handle for t in tokens.of_person(JON, now_us) if t.name == "walks")
    assert not tokens.end(handle, MAYA)
    assert tokens.end(handle, JON)

    assert before == [200, 401, 401, 401]
    assert status(good) == 401


def test_a_token_is_kept_as_a_hash(face):
    secret = bearer(face, MAYA, "participant", Scope.ACTIVITY)["authorization"].split()[1]
    kept = b"".join(path.read_bytes() for path in face.ingest.parent.glob("sign-in.db*"))

    assert secret.startswith("ks_")
    assert kept
    assert secret.encode() not in kept


def test_tokens_are_made_seen_and_ended_on_the_page(face):
    with TestClient(
        face.app(), base_url="http://localhost", headers={"sec-fetch-site": "same-origin"}
    ) as browser:
        browser.post(f"/in/{face.link(OLGA, 'participant')}")
        wish = {"name": "My <phone>", "days": "30", "scope": ["read:activity"]}
        made = browser.post("/account/tokens", data=wish).text
        secret = made.split('<code class="token">')[1].split("<")[0]
        heads = {"authorization": f"Bearer {secret}"}
        asked = browser.get("/api/v1/people", headers=heads).status_code
        page = browser.get("/account").text
        handle = page.split('tokens/end"><input type="hidden" name="handle" value="')[1][:64]
        browser.post("/account/tokens/end", data={"handle": handle})
        after = browser.get("/api/v1/people", headers=heads).status_code
        refused = browser.post("/account/tokens", data=wish | {"scope": "read:tickets"})
        none = browser.post("/account/tokens", data={"name": "x", "days": "30"})

    assert "My &lt;phone&gt;" in page
    assert secret not in page
    assert "used" in page
    assert (asked, after) == (200, 401)
    assert (refused.status_code, none.status_code) == (422, 422)


def test_a_bucket_empties_and_fills_for_each_token_alone():
    pace = Pace(room=3, a_second=2)

    asked = [pace.wait_s("a", 1_000_000) for _ in range(4)]

    assert asked == [0, 0, 0, 1]
    assert pace.wait_s("b", 1_000_000) == 0
    assert pace.wait_s("a", 1_500_000) == 0
    assert pace.wait_s("a", 1_500_000) == 1


def test_a_program_in_a_hurry_waits(face):
    app = face.app()
    (api,) = [each.app for each in app.routes if getattr(each, "path", "") == "/api/v1"]
    api.state.parts = replace(app.state.parts, pace=Pace(room=2, a_second=0))
    heads = bearer(face, MAYA, "participant", Scope.ACTIVITY)
    with TestClient(app, base_url="http://localhost/api/v1") as programs:
        asked = [programs.get("people", headers=heads) for _ in range(3)]

    assert [each.status_code for each in asked] == [200, 200, 429]
    assert asked[2].headers["retry-after"] == "1"


def test_strangers_with_tokens_that_are_none_wait(face):
    with TestClient(face.app(), base_url="http://localhost/api/v1") as programs:
        bad = {"authorization": "Bearer ks_guess"}
        tried = [programs.get("people", headers=bad).status_code for _ in range(21)]

    assert tried == [401] * 20 + [429]


def test_a_stranger_stays_unknown(programs, coach):
    assert programs.get(f"people/{STRANGER}", headers=coach).status_code == 404
