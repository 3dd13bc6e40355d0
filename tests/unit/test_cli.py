"""The commands as people type them."""

import json

import paho.mqtt.client as paho
import pytest
from click.testing import CliRunner

from gateway import wire
from kindstep.cli import main
from tests.brokers import PASSWORD, Nats


def run(*arguments):
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize("name", main.list_commands(None))
def test_every_command_says_what_it_does(name):
    result = run(name, "--help")

    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 3


def test_decodes_a_characteristic():
    result = run("decode", "2A37", "19 2c01 0a00 0004 0003")

    assert json.loads(result.output) == {
        "characteristic": "2A37",
        "name": "Heart Rate Measurement",
        "rate_bpm": 300,
        "in_contact": None,
        "energy_kj": 10,
        "rr_ms": [1000.0, 750.0],
    }


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("2A37", "19 2c01 0a00 0004 03"), "cannot read 19 2c 01"),
        (("2AFF", "00"), "known are"),
        (("2A37", "zz"), "hex"),
    ],
)
def test_says_why_it_cannot_decode(arguments, says):
    result = run("decode", *arguments)

    assert result.exit_code == 2
    assert says.lower() in result.output.lower()


def test_watch_shows_what_passes(tmp_path):
    broker = Nats(tmp_path / "broker").start()
    status = wire.GatewayStatus(gateway="hall", online=True, start_id=1, version="x", at_us=5)
    publisher = paho.Client(paho.CallbackAPIVersion.VERSION2)
    publisher.username_pw_set("hall", PASSWORD)
    publisher.connect("127.0.0.1", broker.port)
    publisher.loop_start()
    try:
        sent = publisher.publish(wire.status_topic("hall"), wire.encode(status), 1, retain=True)
        sent.wait_for_publish(5)
        address = f"127.0.0.1:{broker.port}"
        given = ("--broker", address, "--user", "hub", "--password-file", broker.password_file)
        result = run("watch", "--json", "--count", "1", *map(str, given))
    finally:
        publisher.disconnect()
        publisher.loop_stop()
        broker.stop()

    assert json.loads(result.output)["gateway"] == "hall"


def test_watch_says_when_nobody_answers(unused_tcp_port):
    result = run("watch", "--broker", f"127.0.0.1:{unused_tcp_port}")

    assert result.exit_code == 1
    assert "Connection refused" in result.output
