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


@contextlib.contextmanager
def sink_to(url, **options):
    sink = Sink(url, org="usc", bucket="study", token="secret", **options)  # noqa: S106
    try:
        yield sink
    finally:
        sink.close()


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


def test_exactly_these_bytes_arrive(database):
    server = database()
    with sink_to(server.url) as sink:
        sink.put([point(steps=12, note='say "hi", you'), point(), point(enmo_g=0.25)])
        path, headers, body = server.received.get(timeout=5)

    assert body == (
        b'epoch,participant=p1 steps=12i,note="say \\"hi\\", you" 1700000000123456000\n'
        b"epoch,participant=p1 enmo_g=0.25 1700000000123456000"
    )
    assert urlsplit(path).path == "/api/v2/write"
    assert parse_qs(urlsplit(path).query) == {
        "org": ["usc"], "bucket": ["study"], "precision": ["ns"]
    }  # fmt: skip
    assert headers["Authorization"] == "Token secret"
    assert sink.counts == {"written": 2, "dropped": 0}


def test_tries_again_what_failed_by_chance(database):
    server = database(503)
    with sink_to(server.url) as sink:
        sink.put([point(steps=1)])
        bodies = [server.received.get(timeout=5)[2] for _ in range(2)]

    assert bodies[0] == bodies[1]
    assert (sink.counts["written"], sink.counts["failures"], sink.counts["lost"]) == (1, 1, 0)


def test_does_not_insist_on_what_is_refused(database, caplog):
    server = database(400)
    with sink_to(server.url) as sink:
        sink.put([point(steps=1)])
        server.received.get(timeout=5)
        sink.put([point(steps=2)])
        assert server.received.get(timeout=5)[2].startswith(b"epoch,participant=p1 steps=2i")

    assert (sink.counts["written"], sink.counts["lost"]) == (1, 1)
    assert len([record for record in caplog.records if record.levelname == "WARNING"]) == 1


def test_a_database_that_is_away_delays_nobody(database):
    server = database()
    url = server.url
    server.shutdown()
    server.server_close()
    with sink_to(url, limit_points=10) as sink:
        for n in range(100):
            sink.put([point(steps=n)])

    assert sink.counts["written"] == 0
    assert sink.counts["lost"] + sink.counts["dropped"] == 100


def test_closing_writes_what_is_left(database):
    server = database()
    with sink_to(server.url) as sink:
        sink.put([point(steps=n) for n in range(7_000)])

    lines = [server.received.get(timeout=5)[2].count(b"\n") + 1 for _ in range(2)]
    assert sum(lines) == 7_000
