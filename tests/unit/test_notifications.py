"""Notifications to real endpoints on this machine: a push service, a mail server, a webhook."""

import base64
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
import sqlalchemy
from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from coaching.acts.choices import Reach, Received
from coaching.acts.prompts import CoachMessage, ShowPrompt, Snooze
from coaching.engine import Engine
from coaching.messages import library
from coaching.post import addresses
from coaching.post.channels import Kind, web_push
from coaching.post.channels.notifier import EmailChannel, WebhookChannel
from coaching.post.channels.wearable import WearableChannel
from coaching.post.channels.web_push import WebPushChannel
from coaching.post.postman import Postman
from coaching.tables import messages, outbox
from gateway.wire import Answer
from ingest.commands import Commands
from ingest.store.sqlite import SqliteStore
from kindstep.reaching import Rounds
from kindstep.tables import METADATAS
from people import registry
from people.registry import Person, Relation, RelationKind, Role, Topic, ViewerKind
from tests.brokers import free_port
from tests.coached import ADA, BERLIN, CLEO, MINUTE_US, MONDAY, at, usc

NOON_US = at(MONDAY, "12:00")
EN = library.load()
KEY = web_push.new_key().encode()


class Endpoint:
    """An HTTP server that takes whatever is posted, or answers as it is told."""

    def __init__(self):
        self.asked, self.answers, self.was_asked = [], [], threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.asked.append(SimpleNamespace(headers=self.headers, body=body))
                self.send_response(outer.answers.pop(0) if outer.answers else 201)
                self.end_headers()
                outer.was_asked.set()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.netloc = f"127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def close(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Browser:
    """Subscribes as a browser does, and reads what a push service hands it (RFC 8291)."""

    def __init__(self, netloc):
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._auth = os.urandom(16)
        point = self._key.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        self._point = point
        keys = {"p256dh": _text(point), "auth": _text(self._auth)}
        self.subscription = json.dumps({"endpoint": f"http://{netloc}/push/1", "keys": keys})

    def read(self, body):
        salt, size = body[:16], body[20]
        theirs, sealed = body[21 : 21 + size], body[21 + size :]
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        shared = self._key.exchange(ec.ECDH(), point)
        ikm = _hkdf(shared, self._auth, b"WebPush: info\x00" + self._point + theirs, 32)
        key = _hkdf(ikm, salt, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = _hkdf(ikm, salt, b"Content-Encoding: nonce\x00", 12)
        return json.loads(AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\x02"))


def _hkdf(secret, salt, info, length):
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def _text(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Mailbox:
    def __init__(self):
        self.mails = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's
        self.mails.append(envelope)
        return "250 OK"


class Site:
    """A store with Ada in it, her coach, and a postman."""

    def __init__(self, folder, language="en"):
        self.store = SqliteStore(folder / "study.db", METADATAS)
        self.engine = Engine(usc(), site_seed=7)
        self.commands = Commands(folder / "commands.db", lambda *_: None)
        self.mail_port = free_port()
        mail = f"mailto://127.0.0.1:{self.mail_port}?from=study@example.org&mode=insecure"
        channels = {
            Kind.WEB_PUSH: WebPushChannel(KEY, "study@example.org"),
            Kind.WEBHOOK: WebhookChannel(),
            Kind.EMAIL: EmailChannel(mail),
            Kind.WEARABLE: WearableChannel(self.commands, self._worn_by),
        }
        self.postman = Postman(self.store, channels, receipt_within_us=10 * MINUTE_US)
        self.store.write(lambda db: self._enrol(db, language))

    def _worn_by(self, who, now_us):
        with self.store.reading() as db:
            return registry.devices_of(db, who, now_us)

    def _enrol(self, db, language):
        registry.add_person(db, Person("cleo", Role.COACH), 0)
        registry.add_person(db, Person("ada", Role.PARTICIPANT), 0)
        registry.set_zone(db, "ada", BERLIN, 0)
        registry.set_profile(db, "ada", registry.Profile(language=language))
        registry.relate(db, Relation(RelationKind.COACH, "ada", "cleo"), 0)
        registry.consent_at_enrolment(db, "ada", dict.fromkeys(Topic, (ViewerKind.COACH,)), 0)
        registry.assign(db, "glasses-ada", "ada", 0)
        self.engine.enrol(db, "ada", at(MONDAY, "07:00"), "prompted")

    def act(self, actor, act, now_us=NOON_US):
        return self.store.write(lambda db: self.engine.act(db, actor, act, now_us))

    def reach(self, channel, address=""):
        self.store.write(lambda db: addresses.add(db, "ada", channel, address, 0))

    def write(self, template="coach-rest", now_us=NOON_US):
        ask = CoachMessage(participant="ada", coach="cleo", template_id=template)
        return self.act(CLEO, ask, now_us)

    def rows(self, table=outbox):
        with self.store.reading() as db:
            return db.execute(sqlalchemy.select(table)).all()

    def flags(self, now_us):
        with self.store.reading() as db:
            (flags,) = self.engine.flags(db, ["ada"], now_us).values()
        return {each.kind: each for each in flags}

    def close(self):
        self.commands.close()
        self.store.close()


@pytest.fixture
def site(tmp_path):
    site = Site(tmp_path)
    yield site
    site.close()


@pytest.fixture
def endpoint():
    endpoint = Endpoint()
    yield endpoint
    endpoint.close()


@pytest.fixture
def browser(site, endpoint):
    browser = Browser(endpoint.netloc)
    site.reach(Kind.WEB_PUSH, browser.subscription)
    return browser


def test_a_push_is_sealed_for_one_browser_and_its_receipt_is_kept(site, endpoint, browser):
    site.write()
    assert site.postman.round(NOON_US + 1) == 1
    assert site.postman.round(NOON_US + 2) == 0
    (asked,) = endpoint.asked
    said = browser.read(asked.body)

    assert said["text"] == EN.lock_text
    assert asked.headers["content-encoding"] == "aes128gcm"
    assert asked.headers["authorization"].endswith(f"k={web_push.public_key(KEY)}")
    assert int(asked.headers["ttl"]) == 72 * 3600 - 1
    site.act(ADA, Received(participant="ada", key=said["tag"]), NOON_US + 9)
    assert site.rows()[0].delivered_us == NOON_US + 9
    assert site.rows(messages)[0].delivered_us == NOON_US + 9


@pytest.mark.parametrize("language", ["en", "he"])
def test_a_locked_screen_shows_nothing_of_what_was_written(tmp_path, endpoint, language):
    site = Site(tmp_path, language)
    browser = Browser(endpoint.netloc)
    site.reach(Kind.WEB_PUSH, browser.subscription)
    site.reach(Kind.WEBHOOK, f"json://{endpoint.netloc}/hook")
    site.write()
    site.postman.round(NOON_US + 1)
    written = site.rows(messages)[0].text
    site.close()

    pushed, hooked = sorted(endpoint.asked, key=lambda each: each.body[:1] == b"{")
    lock_text = library.load(language).lock_text
    assert browser.read(pushed.body)["text"] == lock_text
    assert json.loads(hooked.body)["message"] == lock_text
    for word in written.split():
        assert len(word) < 5 or word not in hooked.body.decode()


@pytest.mark.usefixtures("browser")
def test_what_a_service_does_not_take_is_tried_again_as_the_same(site, endpoint):
    endpoint.answers = [500, 503, 201]
    site.write()
    tried = [site.postman.round(NOON_US + n * 10 * 1_000_000) for n in range(20)]

    assert sum(tried) == 1
    assert len(endpoint.asked) == 3
    assert len({each.headers["topic"] for each in endpoint.asked}) == 1
    (row,) = site.rows()
    assert (row.tries, row.failed_us, row.why) == (3, None, "push service says 503")


@pytest.mark.usefixtures("browser")
def test_a_browser_that_is_gone_is_forgotten(site, endpoint):
    endpoint.answers = [410]
    site.write()
    site.postman.round(NOON_US + 1)
    site.write("coach-easier")
    site.postman.round(NOON_US + 2)

    assert len(endpoint.asked) == 1
    (row,) = site.rows()
    assert row.failed_us == NOON_US + 1


def test_a_server_that_is_away_loses_nothing(site):
    site.reach(Kind.WEB_PUSH, Browser(f"127.0.0.1:{free_port()}").subscription)
    site.write()
    assert site.postman.round(NOON_US + 1) == 0

    (row,) = site.rows()
    assert (row.tries, row.sent_us, row.failed_us) == (1, None, None)
    assert row.why == "ConnectionError"
    assert len(site.rows(messages)) == 1


def test_e_mail_by_a_real_server(site):
    mailbox = Mailbox()
    server = Controller(mailbox, hostname="127.0.0.1", port=site.mail_port)
    server.start()
    site.reach(Kind.EMAIL, "ada@example.org")
    site.write()
    assert site.postman.round(NOON_US + 1) == 1
    server.stop()

    (mail,) = mailbox.mails
    assert mail.rcpt_tos == ["ada@example.org"]
    assert base64.b64encode(EN.lock_text.encode())[:20] in mail.content or (
        EN.lock_text.encode() in mail.content
    )


def test_a_webhook_can_tell_a_second_try(site, endpoint):
    endpoint.answers = [500]
    site.reach(Kind.WEBHOOK, f"json://{endpoint.netloc}/hook")
    site.write()
    site.postman.round(NOON_US + 1)
    site.postman.round(NOON_US + 60_000_000)

    first, second = endpoint.asked
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]


def test_the_wearable_buzzes_and_its_answer_is_the_receipt(site):
    site.act(ADA, Reach(participant="ada", channel="wearable"))
    site.write()
    assert site.postman.round(NOON_US + 1) == 1
    (command,) = site.commands.outstanding(NOON_US + 1)
    assert (command.device, command.kind) == ("glasses-ada", "alert")
    answered = Answer(id=command.id, done=True, at_us=NOON_US + 7)
    site.commands.answered(answered)
    site.postman.round(NOON_US + 9)

    assert site.rows()[0].delivered_us == NOON_US + 7


@pytest.mark.usefixtures("browser")
def test_notifications_without_a_receipt_are_noticed_and_shown_to_the_coach(site):
    for n, template in enumerate(("coach-rest", "coach-easier", "coach-well-done")):
        now_us = NOON_US + n * 20 * MINUTE_US
        site.write(template, now_us)
        site.postman.round(now_us + 1)
        assert "lost" not in site.flags(now_us)
    later = NOON_US + 60 * MINUTE_US
    site.postman.round(later)

    assert all(row.lost_us for row in site.rows())
    assert str(site.flags(later)["lost"].says) == "The last 3 notifications did not arrive"
    site.act(ADA, Received(participant="ada", key=site.rows()[2].key), later + 1)
    assert "lost" not in site.flags(later + 2)


@pytest.mark.usefixtures("browser")
def test_nothing_buzzes_in_quiet_hours_however_late_the_postman_comes(site, endpoint):
    evening = at(MONDAY, "20:59")
    site.write(now_us=evening)
    assert site.postman.round(at(MONDAY, "21:30")) == 0
    assert site.postman.round(at(MONDAY, "23:30")) == 0
    tomorrow = at(MONDAY, "08:00") + 24 * 60 * MINUTE_US

    assert site.postman.round(tomorrow) == 1
    assert len(endpoint.asked) == 1


@pytest.mark.usefixtures("browser")
def test_what_is_too_late_does_not_leave(site, endpoint):
    site.write()
    assert site.postman.round(NOON_US + 72 * 60 * MINUTE_US) == 0

    assert endpoint.asked == []
    assert site.rows()[0].why == "too late"


def test_a_reminder_that_was_asked_for_is_a_notification_of_its_own(site, endpoint, browser):
    site.write()
    site.postman.round(NOON_US + 1)
    (letter,) = site.rows(messages)
    later = Snooze(participant="ada", message_id=letter.id, minutes=60)
    site.act(ADA, later, NOON_US + 2)
    back_us = NOON_US + 61 * MINUTE_US
    site.store.write(lambda db: site.engine.tick(db, back_us))
    site.postman.round(back_us)

    assert len(endpoint.asked) == 2
    assert len({browser.read(each.body)["tag"] for each in endpoint.asked}) == 2


def test_seen_on_the_page_is_delivered(site):
    site.write()
    (letter,) = site.rows(messages)
    site.act(ADA, ShowPrompt(participant="ada", message_id=letter.id), NOON_US + 5)

    assert site.rows(messages)[0].delivered_us == NOON_US + 5
    assert site.rows() == []


@pytest.mark.parametrize(
    "endpoint_url",
    ["http://push.example.org/1", "https://127.0.0.1/1", "https://hub/1", "https://a.de:22/"],
)
def test_a_browser_is_no_way_into_the_house(site, endpoint_url):
    keys = json.loads(Browser("x").subscription)["keys"]
    asked = json.dumps({"endpoint": endpoint_url, "keys": keys})
    refused = site.act(ADA, Reach(participant="ada", channel="web_push", address=asked))

    assert not refused.ok
    fine = json.dumps({"endpoint": "https://push.example.org/1", "keys": keys})
    assert site.act(ADA, Reach(participant="ada", channel="web_push", address=fine)).ok


@pytest.mark.usefixtures("browser")
def test_the_hubs_thread_sends_as_soon_as_something_was_written(site, endpoint):
    rounds = Rounds(site.postman, lambda: NOON_US + 1)
    rounds.start()
    site.write()
    rounds.written()
    assert endpoint.was_asked.wait(20)
    rounds.stop()

    assert rounds.ended.result(0) is None
    assert site.rows()[0].sent_us == NOON_US + 1
