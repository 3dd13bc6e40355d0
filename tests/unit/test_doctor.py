"""The doctor says what is wrong before it hurts."""

import os
import socket

import pytest

from gateway.settings import GatewaySettings
from kindstep import machine
from kindstep.doctor import examine
from kindstep.folder import Folder
from tests.brokers import free_port


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


@pytest.fixture
def hub(tmp_path):
    """Listen where a hub does that runs on these settings."""
    folder = Folder(tmp_path / "data")
    folder.make()
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(str(folder.line))
        line.listen()
        yield line


def test_a_sound_machine_has_nothing_bad(settings):
    assert bad(settings(ports(free_port(), free_port()))) == []


@pytest.mark.usefixtures("hub")
def test_a_running_hub_has_its_ports(settings, taken):
    assert bad(settings(ports(taken, taken))) == []

    (says,) = bad(settings(ports(free := free_port(), taken)))
    assert says == f"port {free} of the embedded broker does not answer"


def test_a_hub_that_was_killed_has_no_port(settings, hub, taken):
    hub.close()  # its file stays

    assert len(bad(settings(ports(taken, taken)))) == 2


def test_names_the_line_of_a_wrong_setting(settings):
    (says,) = bad(settings("[web]\nprt = 1\n"))

    assert "kindstep.toml:3" in says


def test_tells_a_taken_port(settings, taken):
    (says,) = bad(settings(ports(free_port(), taken)))

    assert f"port {taken} of the pages is taken" in says


def test_tells_a_broker_that_does_not_answer(settings):
    closed = free_port()
    text = ports(free_port(), free_port())
    text += f'[gateway]\nname = "hall"\nsite = "home"\n[gateway.broker]\nport = {closed}\n'

    says = bad(settings(text))

    assert [it for it in says if f"localhost:{closed} does not answer" in it]


@pytest.fixture
def pi(tmp_path):
    """Give the files by which a small computer shows that it is well."""
    (tmp_path / "sys/class/bluetooth/hci0").mkdir(parents=True)
    (tmp_path / "run/dbus").mkdir(parents=True)
    (tmp_path / "run/dbus/system_bus_socket").touch()
    return tmp_path


def ailing(pi, **chosen):
    chosen = {"name": "hall", "site": "home", "spool": pi / "spool.db", **chosen}
    found = machine.examine(GatewaySettings(**chosen), pi)
    return [it.says for it in found if not it.well and "clock" not in it.says]


def test_a_radio_that_is_there_is_well(pi):
    assert ailing(pi) == []


@pytest.mark.parametrize(
    ("switch", "advice"), [("soft", "rfkill unblock"), ("hard", "switch of")]
)
def test_tells_a_radio_that_is_switched_off(pi, switch, advice):
    for number, kind in enumerate(("wlan", "bluetooth")):
        folder = pi / f"sys/class/rfkill/rfkill{number}"
        folder.mkdir(parents=True)
        (folder / "type").write_text(f"{kind}\n")
        (folder / switch).write_text("1\n")

    (says,) = ailing(pi)
    assert advice in says


def test_tells_a_machine_without_bluetooth(pi):
    (pi / "sys/class/bluetooth/hci0").rmdir()
    (pi / "run/dbus/system_bus_socket").unlink()

    adapter, bus = ailing(pi)
    assert "no Bluetooth adapter" in adapter
    assert "apt-get install bluez" in bus
    assert ailing(pi, radio="usb:0") == []


def test_tells_a_spool_on_a_card(pi):
    device = pi.stat().st_dev
    block = pi / "sys/dev/block" / f"{os.major(device)}:{os.minor(device)}"
    block.parent.mkdir(parents=True)
    (pi / "mmcblk0p2").mkdir()
    block.symlink_to(pi / "mmcblk0p2")

    says = [
        it.says
        for it in machine.examine(GatewaySettings(name="a", site="b", spool=pi / "s"), pi)
    ]
    assert [it for it in says if "SD card" in it]


def test_tells_a_disk_that_is_nearly_full(pi, monkeypatch):
    monkeypatch.setattr(machine, "_NEARLY_FULL_BYTES", 1 << 62)

    (says,) = ailing(pi)
    assert "make room" in says
