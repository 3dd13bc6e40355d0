"""What is begun while the disk is full says so, and goes on once there is room."""

import http.client

import pytest

from tests.brokers import free_port
from tests.chaos.rounds import GLASSES, STRAP, Disk
from tests.system import System

pytestmark = pytest.mark.chaos

_NEAR = GLASSES | {"in_range": True}


def answers(port):
    """Tell whether somebody serves pages there."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        asked.request("GET", "/sign-in")
        return asked.getresponse().status == 200
    except OSError:
        return False
    finally:
        asked.close()


def waiting(system):
    """Count who said that there is no room; the hub and its pages say it in one file."""
    return {name: system.said(name).count("no room in") for name in ("home", "hub")}


async def test_hub_pages_and_gateway_wait_for_room(tmp_path):
    with Disk(tmp_path / "data") as disk:
        if not disk.is_small:
            pytest.skip("nobody lets us mount a small disk here")
        places = {"web_port": free_port(), "spools": tmp_path / "data"}
        with System(tmp_path, [_NEAR, STRAP], **places) as system:
            system.start("home")
            system.start("hub")
            await system.until(lambda: system.folder.log.exists() and system.entries(STRAP))
            system.kill("hub")
            system.stop("home")  # one that is killed leaves files to begin with
            disk.fill()
            system.start("home")
            system.start("hub")
            await system.until(lambda: waiting(system) == {"home": 1, "hub": 2})
            disk.free()
            await system.until(lambda: answers(system.web_port))
            await system.sims.ask("freeze")
            await system.until(system.drained)
            system.stop("home")
            system.stop("hub")
            glasses = await system.counters(_NEAR)
            assert sorted(system.numbers(_NEAR)) == list(range(glasses["measured"]))
