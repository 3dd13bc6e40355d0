"""The embedded broker by TLS: whom hub and gateway trust, and who is not heard."""

import socket
import ssl

import msgspec
import pytest
from click.testing import CliRunner

from gateway import wire
from gateway.connection import Login, Will, connect
from kindstep import broker_place, settings
from kindstep.broker import Broker
from kindstep.cli import main
from kindstep.folder import Folder
from kindstep.local_ca import LocalCa
from tests.brokers import free_port

USERS = {"hub": "h", "hall": "one"}
WILL = Will(wire.status_topic("hall"), b"gone")


@pytest.fixture
def chosen(tmp_path, monkeypatch):
    """Give settings as an operator writes them, with files for the pages."""
    monkeypatch.chdir(tmp_path)
    LocalCa(tmp_path / "pem").ensure(["study.local", "127.0.0.1"])
    (tmp_path / "kindstep.toml").write_text(
        f"[broker]\nport = {free_port()}\ntls = true\n"
        "[web]\ncertificate = 'pem/host.crt'\ncertificate_key = 'pem/host.key'\n"
    )
    return settings.load(None)


@pytest.fixture
def broker(chosen, tmp_path):
    own = broker_place.certificate(chosen)
    broker = Broker(tmp_path / "broker", chosen.broker.port, USERS, certificate=own)
    broker.start()
    yield broker
    broker.stop()


async def test_nobody_is_heard_who_hides_nothing(broker):
    login = Login("127.0.0.1", broker.port, "0123456789abcdef", "hall", "one")

    with pytest.raises(ConnectionError):
        async with connect(login, WILL, [wire.HUB_STATUS], lambda *_: None):
            pytest.fail("connected")


@pytest.mark.usefixtures("broker")
def test_hub_and_gateway_trust_their_own_broker_alone(chosen, tmp_path):
    LocalCa(tmp_path / "other").ensure(["localhost", "127.0.0.1"])
    ours = broker_place.for_ingest(chosen, Folder(chosen.data))
    other = msgspec.structs.replace(ours, certificate=tmp_path / "other" / "host.crt")
    theirs = ssl.create_default_context(cafile=tmp_path / "other" / "ca.crt")

    shake_hands(ours, ours.trusted())
    for trusted in (other.trusted(), theirs):
        with pytest.raises(ssl.SSLCertVerificationError):
            shake_hands(ours, trusted)


def shake_hands(known, trusted):
    with (
        socket.create_connection((known.host, known.port), 30) as plain,
        trusted.wrap_socket(plain, server_hostname="127.0.0.1"),
    ):
        pass


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        (
            "tls = true",
            1,
            "takes the certificate of the pages, and they have none",
        ),
        ("tls = true\nurl = 'mqtt://hub'", 2, "another's url begins with mqtts:"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path, monkeypatch, text, code, says):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kindstep.toml").write_text(f"[broker]\n{text}\n")
    refused = CliRunner().invoke(main, ["up", "--no-web"])

    assert refused.exit_code == code
    assert isinstance(refused.exception, SystemExit)
    assert says in refused.output
