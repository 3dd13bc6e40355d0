"""What the hub asks of a device, through a real broker and over the air, and its answer."""

import time
from datetime import datetime

import pytest

from gateway import wire
from gateway.gatt import current_time
from tests.brokers import BROKERS
from tests.hub_double import Hub
from tests.system import System, name_of

GLASSES = {"kind": "glasses", "serial": "G1", "wearer": {"seed": 1, "program": [["desk", 60]]}}
STRAP = {"kind": "strap", "serial": "S1", "wearer": {"seed": 2, "program": [["desk", 60]]}}
MINUTE_US = 60_000_000


def now_us():
    return time.time_ns() // 1000


@pytest.fixture(params=BROKERS)
def system(tmp_path, request):
    broker = BROKERS[request.param](tmp_path / "broker", gateways=("home",)).start()
    with System(tmp_path, [GLASSES, STRAP], broker=broker) as system:
        yield system
    broker.stop()


@pytest.fixture
async def hub(system):
    hub = Hub(system.port)
    yield await hub.ready()
    hub.close()


class Asker:
    """Asks as the hub does, and waits for each answer."""

    def __init__(self, hub):
        self._hub = hub

    async def __call__(self, device, kind, **fields):
        fields = {"expires_us": now_us() + MINUTE_US} | fields
        number = f"c{len(self._hub.answers)}"
        command = wire.Command(id=number, device=name_of(device), kind=kind, **fields)
        self._hub.command("home", command)
        await self._hub.until(lambda: self._hub.answers and self._hub.answers[-1].id == number)
        answer = self._hub.answers[-1]
        return answer.reason or answer.done


def is_streaming(hub, device):
    seen = hub.statuses[-1].devices if hub.statuses else ()
    return any(it.device == name_of(device) and it.state == "streaming" for it in seen)


def handed_over(hub):
    """Give every batch of acceleration that came from the glasses."""
    return [batch for batch in hub.heard if batch.stream == "accel"]


def links(hub):
    return {batch.boot for batch in handed_over(hub)}


def shown_us(calendar):
    at = current_time.decode(bytes.fromhex(calendar)).at
    shown = datetime(
        at.year, at.month, at.day, at.hour, at.minute, at.second
    ).astimezone()  # as people read it here
    return shown.timestamp() * 1e6


async def test_every_command_is_done_and_answered(system, hub):
    system.start("home")
    await hub.until(lambda: is_streaming(hub, GLASSES) and is_streaming(hub, STRAP))
    ask = Asker(hub)

    assert await ask(GLASSES, "alert", level=2) is True
    assert await ask(GLASSES, "alert", level=0) is True
    asked_us = now_us()
    assert await ask(GLASSES, "set_time") is True
    glasses = await system.counters(GLASSES)
    assert glasses["alerts"] == [2, 0]
    assert abs(shown_us(glasses["calendar"]) - asked_us) < 5e6

    assert await ask(STRAP, "alert", level=1) == "it cannot ring"
    assert await ask(STRAP, "set_time") == "it has no clock that can be set"
    assert await ask(GLASSES, "alert", level=7) == "there is no alert level 7"
    assert await ask(GLASSES, "alert", level=1, expires_us=now_us() - 1) == "expired"
    assert await ask({**STRAP, "serial": "S2"}, "alert", level=1) == "not connected"


@pytest.mark.parametrize("kind", ["restart", "forget_bond"])
async def test_a_link_that_is_ended_on_demand_comes_back(system, hub, kind):
    system.start("home")
    await hub.until(lambda: links(hub))

    assert await Asker(hub)(GLASSES, kind) is True

    await hub.until(lambda: len(links(hub)) == 2)
    numbers = sorted(
        number
        for batch in handed_over(hub)
        for number in range(batch.counted.sample, batch.counted.sample + batch.size)
    )
    assert set(numbers) == set(range(numbers[0], numbers[-1] + 1))
