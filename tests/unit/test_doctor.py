"""The doctor says what is wrong before it hurts."""

import socket

import pytest

from kindstep.doctor import examine


@pytest.fixture
def settings(tmp_path):
    def write(text):
        path = tmp_path / "kindstep.toml"
        path.write_text(f'data = "{tmp_path}/data"\n{text}')
        return path

    return write


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def bad(path):
    return [finding.says for finding in examine(path) if not finding.well]


def ports(broker, web):
    return f"[broker]\nport = {broker}\n[web]\nport = {web}\n"


def test_a_sound_machine_has_nothing_bad(settings, unused_tcp_port_factory):
    text = ports(unused_tcp_port_factory(), unused_tcp_port_factory())

    assert bad(settings(text)) == []


def test_names_the_line_of_a_wrong_setting(settings):
    (says,) = bad(settings("[web]\nprt = 1\n"))

    assert "kindstep.toml:3" in says


def test_tells_a_taken_port(settings, taken, unused_tcp_port):
    (says,) = bad(settings(ports(unused_tcp_port, taken)))

    assert f"port {taken} of the pages is taken" in says


def test_tells_a_broker_that_does_not_answer(settings, unused_tcp_port_factory):
    closed = unused_tcp_port_factory()
    text = ports(unused_tcp_port_factory(), unused_tcp_port_factory())
    text += f'[gateway]\nname = "hall"\nsite = "home"\n[gateway.broker]\nport = {closed}\n'

    (says,) = bad(settings(text))

    assert f"localhost:{closed} does not answer" in says
