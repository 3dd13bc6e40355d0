"""Where a gateway asks for its token: whatever answers there, it is said in one line."""

import contextlib
import http.server
import ssl
import threading

import pytest

from gateway import tokens
from gateway.renewal import Renewal
from gateway.tokens import Hub, NotAdmitted
from kindstep.gateway_enrolment import Wishes, enrol
from kindstep.local_ca import LocalCa
from kindstep.toml_file import BadSettings
from tests.brokers import free_port

TOKEN = "hall~1.open-sesame"  # noqa: S105 - of no hub


class Handler(http.server.BaseHTTPRequestHandler):
    """Says the same to everybody, byte for byte."""

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.wfile.write(self.server.says)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def answering(says, ca=None):
    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        server.says = says
        if ca:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(ca.host_certificate, ca.host_key)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http{'s' if ca else ''}://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def token_file(tmp_path):
    tokens.keep(tmp_path / "token", TOKEN)
    return tmp_path / "token"


@pytest.mark.parametrize(
    ("says", "told"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "{} answers, but is no hub: SSH-2.0-OpenSSH_9.2"),
        (b"", "no hub answers at {}: Remote end closed connection"),
        (b"HTTP/1.0 404 Not Found\r\n\r\n<html>", "{} says 404 Not Found, as no hub does"),
        (b"HTTP/1.0 200 OK\r\n\r\n<html>", "{} answers, but is no hub: "),
        (b'HTTP/1.0 200 OK\r\n\r\n["token"]', "{} answers, but is no hub: "),
        (b'HTTP/1.0 403 No\r\n\r\n{"detail": "It was used."}', "It was used."),
    ],
)
def test_what_is_no_hub_is_said_and_ends_no_gateway(says, told, token_file):
    with answering(says) as address:
        with pytest.raises(NotAdmitted) as refused:
            Hub(address).enrol("x")
        Renewal(Hub(address), token_file, 1).look()

    assert str(refused.value).startswith(told.format(address))
    assert "urlopen" not in str(refused.value)
    assert tokens.read(token_file) == TOKEN


def test_nobody_is_there():
    address = f"http://127.0.0.1:{free_port()}"

    with pytest.raises(NotAdmitted) as refused:
        Hub(f"{address}/").renew(TOKEN)
    assert str(refused.value) == f"no hub answers at {address}: Connection refused"


def test_a_name_that_no_network_can_have_is_nobody():
    with pytest.raises(NotAdmitted, match=r"no hub answers at http://a\.\.b: "):
        Hub("http://a..b").renew(TOKEN)


def test_a_hub_with_an_authority_of_its_own_needs_that(tmp_path):
    ca = LocalCa(tmp_path / "ca")
    ca.ensure(["study.local", "127.0.0.1"])
    with answering(b'HTTP/1.0 403 No\r\n\r\n{"detail": "It was used."}', ca) as address:
        with pytest.raises(NotAdmitted, match=r"authority can be named: --ca-file$"):
            Hub(address).enrol("x")
        with pytest.raises(NotAdmitted, match=r"^It was used\.$"):
            Hub(address, ca.certificate).enrol("x")
        path, wishes = tmp_path / "kindstep.toml", Wishes(ca_file=ca.host_key)
        with pytest.raises(NotAdmitted, match=r"host\.key holds no authority"):
            enrol(path, f"{address}/gateway#x", wishes)


@pytest.mark.parametrize(
    "code",
    [
        "nonsense",
        "http://hub:8800/gateway#",
        "ftp://hub/gateway#x",
        "http:///gateway#x",
        "http://[::1/gateway#x",
        "http://hub:99999/gateway#x",
        "http://my hub/gateway#x",
    ],
)
def test_a_code_that_is_none_is_said(code, tmp_path):
    with pytest.raises(NotAdmitted, match="is no code of a hub, as in http://HOST"):
        enrol(tmp_path / "kindstep.toml", code)


def test_a_code_is_not_spent_where_nothing_can_be_kept(tmp_path):
    answer = b'HTTP/1.0 200 OK\r\n\r\n{"gateway": "hall", "token": "a.b", "port": 1883}'
    with answering(answer) as address:
        code = f"{address}/gateway#x"
        with pytest.raises(BadSettings, match=r"cannot write into .*/absent"):
            enrol(tmp_path / "absent" / "kindstep.toml", code)
        with pytest.raises(BadSettings, match=r"cannot write into .*/absent"):
            enrol(tmp_path / "kindstep.toml", code, Wishes(state=tmp_path / "absent"))
        assert not list(tmp_path.iterdir())
        assert enrol(tmp_path / "kindstep.toml", code).gateway == "hall"


@pytest.mark.parametrize("text", ["", "hall", "a.b\nc.d\n", "a. b"])
def test_a_file_without_a_token_is_no_token(tmp_path, text):
    (tmp_path / "token").write_text(text)

    with pytest.raises(ValueError, match="holds no token"):
        tokens.read(tmp_path / "token")
