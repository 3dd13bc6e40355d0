"""What arrives at a database: a real HTTP server on loopback, byte by byte."""

import contextlib
import gzip
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from ingest.influx import Point, Sink, line

AT_US = 1_700_000_000_123_456


class Database(ThreadingHTTPServer):
    """Answers writes as it was told to and keeps them."""

    daemon_threads = True

    def __init__(self, answers=()):
        super().__init__(("127.0.0.1", 0), Writes)
        self.answers = list(answers)
        self.refuse = None  # what no line may hold
        self.received = queue.Queue()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Writes(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        status = self.server.answers.pop(0) if self.server.answers else 204
        if self.server.refuse and self.server.refuse in body:
            status = 400
        else:
            self.server.received.put((self.path, dict(self.headers), body))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def database():
    with contextlib.ExitStack() as stack:

        def start(*answers):
            server = Database(answers)
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            return server

        yield start


@pytest.fixture
def sink_to(tmp_path):
    @contextlib.contextmanager
    def sink_to(url, **options):
        told = {"org": "usc", "bucket": "study", "token": "secret", "retry_s": 0.01} | options
        sink = Sink(url, outbox=tmp_path / "outbox.db", **told)
        try:
            yield sink
        finally:
            sink.close()

    return sink_to


def point(**fields):
    return Point("epoch", {"participant": "p1"}, fields, AT_US)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (point(steps=12), b"epoch,participant=p1 steps=12i 1700000000123456000"),
        (point(enmo_g=0.1), b"epoch,participant=p1 enmo_g=0.1 1700000000123456000"),
        (point(tiny=5e-324), b"epoch,participant=p1 tiny=5e-324 1700000000123456000"),
        (point(worn=True), b"epoch,participant=p1 worn=true 1700000000123456000"),
        (
            Point(
                "my epoch,x=1", {"a tag": "a,b=c d", "b": "", "ünï": "Ωé 走"}, {"f =,": 1}, 0
            ),
            "my\\ epoch\\,x=1,a\\ tag=a\\,b\\=c\\ d,ünï=Ωé\\ 走 f\\ \\=\\,=1i 0000".encode(),
        ),
        (
            Point("m", {}, {"says": 'she said "a\\b", twice = 2\nnew line'}, 1),
            b'm says="she said \\"a\\\\b\\", twice = 2\nnew line" 1000',
        ),
        (
            Point("m", {"path": "c:\\", "n": "a\nb"}, {"x": 1}, 1),
            b"m,n=a\\nb,path=c: x=1i 1000",
        ),
        (Point("m", {"z": "1", "a": "2"}, {"x": 1, "b": 2.0}, 1), b"m,a=2,z=1 x=1i,b=2.0 1000"),
        (
            point(rmssd=float("nan"), steps=3),
            b"epoch,participant=p1 steps=3i 1700000000123456000",
        ),
        (point(rmssd=float("inf")), b""),
        (point(), b""),
    ],
)
def test_writes_a_line(given, expected):
    assert line(given) == expected


def drained(server):
    while not server.received.empty():
        yield server.received.get()


def test_exactly_these_bytes_arrive(database, sink_to):
    server = database()
    with sink_to(server.url) as sink:
        sink.put([point(steps=12, note='say "hi", you'), point(), point(enmo_g=0.25)])
        path, headers, body = server.received.get(timeout=30)

    assert body == (
        b'epoch,participant=p1 steps=12i,note="say \\"hi\\", you" 1700000000123456000\n'
        b"epoch,participant=p1 enmo_g=0.25 1700000000123456000"
    )
    assert urlsplit(path).path == "/api/v2/write"
    assert parse_qs(urlsplit(path).query) == {
        "org": ["usc"], "bucket": ["study"], "precision": ["ns"]
    }  # fmt: skip
    assert headers["Authorization"] == "Token secret"
    assert (sink.counts["written"], sink.waiting) == (2, 0)


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
def test_tries_again_until_it_is_taken(database, sink_to, status, caplog):
    server = database(status, status, status)
    with sink_to(server.url) as sink:
        sink.put([point(steps=1)])
        bodies = [server.received.get(timeout=30)[2] for _ in range(4)]

    assert set(bodies) == {b"epoch,participant=p1 steps=1i 1700000000123456000"}
    assert (sink.counts["written"], sink.counts["failures"]) == (1, 3)
    assert len([record for record in caplog.records if record.levelname == "WARNING"]) == 1


def test_of_many_lines_only_the_one_at_fault_is_refused(database, sink_to):
    server = database()
    server.refuse = b"steps=13i"
    with sink_to(server.url) as sink:
        sink.put([point(steps=n) for n in range(100)])

    taken = {line for _, _, body in drained(server) for line in body.split(b"\n")}
    assert (sink.counts["written"], sink.counts["refused"]) == (99, 1)
    assert len(taken) == 99
    assert b"epoch,participant=p1 steps=13i 1700000000123456000" not in taken


def test_nothing_is_lost_while_the_database_is_away(database, sink_to):
    away = database()
    url = away.url
    away.shutdown()
    away.server_close()
    with sink_to(url) as sink:
        for n in range(100):
            sink.put([point(steps=n)])
    assert (sink.waiting, sink.counts["written"]) == (100, 0)

    back = database()
    with sink_to(back.url) as sink:  # the next life
        sink.put([point(steps=100)])

    lines = [line for _, _, body in drained(back) for line in body.split(b"\n")]
    steps = [int(line.split(b"steps=")[1].split(b"i")[0]) for line in lines]
    assert steps == list(range(101))
    assert (sink.counts["written"], sink.waiting) == (101, 0)


def test_what_there_is_no_room_for_is_dropped_and_said(database, sink_to, caplog):
    server = database(*[503] * 1000)
    with sink_to(server.url, limit_bytes=1_000, retry_s=10) as sink:
        for n in range(100):
            sink.put([point(steps=n)])

        assert sink.waiting + sink.counts["dropped"] == 100
        assert 0 < sink.waiting < 30
    assert "no room" in caplog.text


def test_closing_writes_what_is_left(database, sink_to):
    server = database()
    with sink_to(server.url) as sink:
        sink.put([point(steps=n) for n in range(7_000)])

    lines = [body.count(b"\n") + 1 for _, _, body in drained(server)]
    assert sum(lines) == 7_000
