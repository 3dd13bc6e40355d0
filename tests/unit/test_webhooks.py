"""Who is told of news, signed how, how often tried, and what is never told."""

import contextlib
import itertools
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import standardwebhooks
from starlette.testclient import TestClient

from coaching.safety import tickets
from people.authorize import Actor, Role, Topic
from people.sentence import Sentence
from tests import web_study
from tests.web_study import AMARA, COACH, DAY, HOSTS, KEY, MAYA, OTHER_COACH
from web.accounts import Scope
from web.webhooks import noticing, outbox, signing, subscriptions
from web.webhooks.postman import Postman
from web.webhooks.subscriptions import BadAddress, Kind

SAID = Sentence("Wrote of: pain")
DAY_US = 86_400_000_000
EVERY = frozenset(Kind)


class Listener:
    """A program's own server: keeps what it is told, and answers as a test wants it to."""

    def __init__(self):
        self.heard, self.status = [], 204
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.heard.append((dict(self.headers), body))
                self.send_response(outer.status)
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"

    def __enter__(self):
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def take(self):
        heard, self.heard = self.heard, []
        return heard


@pytest.fixture
def listener():
    with Listener() as listener:
        yield listener


@pytest.fixture(scope="module")
def face(tmp_path_factory):
    face = web_study.make(tmp_path_factory.mktemp("study"))
    yield face
    face.store.close()


class Told:
    """A webhook of somebody in the study, and the postman who serves it."""

    def __init__(self, face, listener, person=COACH, role="coach", kinds=EVERY, scopes=Scope):
        self.face, self.now_us = face, face.clock()
        actor = Actor(person, Role(role))
        secret = face.accounts.tokens.make(actor, "x", scopes, self.now_us, 2**62)
        self.token = face.accounts.tokens.use(secret, self.now_us)
        handle = self.token.handle
        self.id = face.store.write(
            lambda db: subscriptions.begin(db, actor, handle, listener.url, kinds, self.now_us)
        )
        self.postman = Postman(face.store, face.accounts.tokens.find, KEY, HOSTS, 3, face.trail)

    def day_changed(self, *people):
        facts = [fact for who in people for fact in self._facts(who)]
        self.face.store.write(lambda db: noticing.days(db, facts, self.now_us))

    def _facts(self, who):
        with self.face.store.reading() as db:
            return [fact for fact in web_study.scores.days_of(db, who) if fact.day == DAY]

    def round(self, later_s=60):
        self.now_us += later_s * 1_000_000
        return self.postman.round(self.now_us)

    def all(self):
        with self.face.store.reading() as db:
            return outbox.of_webhook(db, self.id, 100)

    def end(self):
        self.face.store.write(lambda db: subscriptions.end(db, self.id, "test", self.now_us))
        self.face.store.write(lambda db: outbox.forget(db, self.id))


@contextlib.contextmanager
def told(*args, **options):
    hook = Told(*args, **options)
    try:
        yield hook
    finally:
        hook.end()


def test_news_verifies_by_the_library_of_its_readers(face, listener):
    with told(face, listener) as hook:
        hook.now_us = web_study.time.time_ns() // 1000  # the library looks at the clock
        hook.day_changed(MAYA)
        hook.round(0)
        assert listener.take() == []  # what changes again soon is told once
        assert hook.postman.round(hook.now_us + outbox.GATHER_US) == 2

    judge = standardwebhooks.Webhook(signing.secret_of(KEY, hook.id))
    said = {}
    for headers, body in listener.take():
        judge.verify(body, {key.lower(): value for key, value in headers.items()})
        said |= {json.loads(body)["type"]: json.loads(body)["data"]}
        with pytest.raises(standardwebhooks.WebhookVerificationError):
            judge.verify(body + b" ", {k.lower(): v for k, v in headers.items()})
    assert said["scores"]["participant"] == MAYA
    assert [(each.who, each.detail) for each in face.trail.read(whom=MAYA)] == [
        (COACH, "webhook")
    ]
    assert said["scores"]["score"]["day"] == DAY.isoformat()
    minutes = said["epochs"]["items"]
    assert minutes[0]["heart_rate_bpm"] == 68.0
    assert len(said["epochs"]["hours"]) == 8  # from half past six to twenty past one


def test_what_was_told_is_not_told_again_but_what_changed_of_it(face, listener):
    with told(face, listener, kinds={Kind.EPOCHS}) as hook:
        hook.day_changed(MAYA)
        hook.day_changed(MAYA)  # waits already
        first = hook.round()
        hook.day_changed(MAYA)
        second = hook.round()
        before = listener.take()
        face.store.write(_one_more_minute)
        hook.day_changed(MAYA)
        hook.round()
        ((_, body),) = listener.take()

    assert (first, second, len(before)) == (1, 0, 1)
    assert json.loads(body)["data"]["hours"] == ["2026-03-10T13:00:00Z"]
    assert len(hook.all()) == 2  # what had nothing to tell is gone


def _one_more_minute(db):
    epochs = web_study.epochs
    news = web_study.np.zeros(1, epochs.EPOCH)
    news["minute_us"] = web_study.NOON_US + 121 * epochs.MINUTE_US
    news["parts"] = epochs.Part.ALL
    news["minute"] = epochs.blank(1)
    news["minute"]["hr_n"], news["minute"]["hr_sum_bpm"] = 60, 60 * 70
    epochs.keep(db, [(MAYA, f"glasses-{MAYA}")], news)


def test_withdrawn_meanwhile_is_not_told(face, listener):
    with told(face, listener, kinds={Kind.SCORES}) as hook:
        hook.day_changed(AMARA, MAYA)
        face.consent(AMARA, Topic.ACTIVITY, granted=False)
        try:
            hook.round()
        finally:
            face.consent(AMARA, Topic.ACTIVITY, granted=True)

    assert [json.loads(body)["data"]["participant"] for _, body in listener.take()] == [MAYA]


def test_nobody_is_told_of_who_is_not_theirs(face, listener):
    with told(face, listener, OTHER_COACH) as hook:
        hook.day_changed(MAYA, AMARA)
        hook.round()

    assert listener.take() == []
    assert hook.all() == []


def test_a_heart_rate_is_told_by_its_own_scope(face, listener):
    with told(face, listener, kinds={Kind.EPOCHS}, scopes=[Scope.ACTIVITY]) as hook:
        hook.day_changed(MAYA)
        hook.round()

    ((_, body),) = listener.take()
    assert {each["heart_rate_bpm"] for each in json.loads(body)["data"]["items"]} == {None}


def test_each_step_of_a_red_flag_is_told_in_order(face, listener):
    with told(face, listener, kinds={Kind.TICKETS}) as hook:
        made = face.store.write(
            lambda db: tickets.open_(db, AMARA, "reply", SAID, hook.now_us, 2**60)
        )
        face.store.write(lambda db: noticing.tickets(db, hook.now_us))
        hook.round(0)
        face.store.write(lambda db: tickets.take(db, made, COACH, hook.now_us))
        face.store.write(lambda db: tickets.resolve(db, made, COACH, "fine", hook.now_us))
        assert face.store.write(lambda db: noticing.tickets(db, hook.now_us))
        assert not face.store.write(lambda db: noticing.tickets(db, hook.now_us))
        hook.round(1)

    said = [json.loads(body)["data"] for _, body in listener.take()]
    assert sorted(each["what"] for each in said) == ["opened", "resolved", "taken"]
    assert {each["ticket"] for each in said} == {made}
    assert said[0]["what"] == "opened"


def test_a_deaf_address_is_tried_ever_more_rarely_and_given_up(face, listener):
    listener.status = 500
    with told(face, listener, kinds={Kind.SCORES}) as hook:
        hook.day_changed(MAYA, AMARA)
        start_us = hook.now_us
        tries = []
        while hook.now_us < start_us + 3 * DAY_US:
            hook.round(15)
            tries += [hook.now_us - start_us] * len(listener.take())
            if len(tries) > 12:
                hook.now_us += 3 * DAY_US
        hook.round()
        with face.store.reading() as db:
            counts = outbox.counts(db, hook.id)

    gaps_s = [(b - a) // 1_000_000 for a, b in itertools.pairwise(tries)]
    assert max(gaps_s[-3:]) > 8 * gaps_s[0]
    assert (counts.waiting, counts.dead, counts.why) == (0, 2, "it answers 500")
    assert {each.state for each in hook.all()} == {"dead"}


def test_the_same_try_has_the_same_name(face, listener):
    listener.status = 503
    with told(face, listener, kinds={Kind.SCORES}) as hook:
        hook.day_changed(MAYA)
        hook.round()
        listener.status = 200
        hook.round()

    names = [headers["webhook-id"] for headers, _ in listener.take()]
    assert len(names) == 2
    assert len(set(names)) == 1
    assert [each.state for each in hook.all()] == ["sent"]


@pytest.mark.parametrize("how", ["gone", "token"])
def test_an_address_that_is_gone_or_whose_token_ended_is_forgotten(face, listener, how):
    with told(face, listener, kinds={Kind.SCORES}) as hook:
        hook.day_changed(MAYA)
        if how == "gone":
            listener.status = 410
        else:
            face.accounts.tokens.end(hook.token.handle)
        hook.round()
        with face.store.reading() as db:
            assert subscriptions.find(db, hook.id) is None

    assert len(listener.take()) == (how == "gone")
    assert hook.all() == []


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://hooks.example/x", "https"),
        ("https://10.0.0.1/x", "operator allows"),
        ("https://hooks.example.evil/x", "operator allows"),
        ("https://me:pass@hooks.example/x", "names a user"),
        ("https://[::1/x", "no address"),
        ("ftp://hooks.example", "https"),
    ],
)
def test_only_addresses_that_the_operator_allows_are_told(url, says):
    with pytest.raises(BadAddress, match=says):
        subscriptions.check(url, HOSTS)
    subscriptions.check("https://hooks.example:8443/x", HOSTS)


def test_programs_subscribe_look_and_end_theirs(face, listener):
    now_us = face.clock()

    def bearer(person, role, scopes=Scope):
        tokens = face.accounts.tokens
        secret = tokens.make(Actor(person, Role(role)), "x", scopes, now_us, 2**62)
        return {"authorization": f"Bearer {secret}"}

    dana, maya = bearer(COACH, "coach"), bearer(MAYA, "participant")
    narrow = bearer(COACH, "coach", [Scope.WEBHOOKS])
    wish = {"url": listener.url, "kinds": ["scores", "tickets"]}
    with TestClient(face.app(), base_url="http://localhost/api/v1") as programs:
        made = programs.post("webhooks", json=wish, headers=dana)
        found = programs.get("webhooks", headers=dana).json()["items"]
        address = f"webhooks/{made.json()['id']}"
        elsewhere = wish | {"url": "https://elsewhere.example"}
        refused = [
            programs.post("webhooks", json=wish, headers=narrow).status_code,
            programs.post("webhooks", json=elsewhere, headers=dana).status_code,
            programs.get(f"{address}/deliveries", headers=maya).status_code,
            programs.delete(address, headers=maya).status_code,
        ]
        seen = programs.get(f"{address}/deliveries", headers=dana).json()
        ended = programs.delete(address, headers=dana).status_code
        after = programs.get("webhooks", headers=dana).json()["items"]

    assert made.status_code == 201
    assert made.json()["secret"] == signing.secret_of(KEY, made.json()["id"])
    assert [(each["url"], each["waiting"]) for each in found] == [(listener.url, 0)]
    assert refused == [403, 422, 404, 404]
    assert (seen, ended, after) == ({"items": []}, 204, [])
