"""The same path over a broker of another make, which is killed on the way."""

import pytest

from gateway.spool_file import waiting
from tests.brokers import Mosquitto
from tests.offline import minutes_of, samples_in
from tests.system import System, minutes_in_the_end

GLASSES = {
    "kind": "glasses",
    "serial": "G1",
    "wearer": {"seed": 5, "program": [["walking", 7], ["desk", 3]]},
    "remembered_s": 7200.0,
    "in_range": False,
}
STRAP = {"kind": "strap", "serial": "S1", "wearer": {"seed": 5, "program": [["desk", 60]]}}
HEARD_AFTERWARDS = 3


@pytest.fixture
def mosquitto(tmp_path):
    broker = Mosquitto(tmp_path / "broker", gateways=("home",))
    yield broker.start()
    broker.stop()


async def test_mosquitto_may_be_killed_too(mosquitto, tmp_path):
    async def has_sent(number):
        return (await system.counters(STRAP))["sent"] >= number

    with System(tmp_path, [GLASSES, STRAP], broker=mosquitto) as system:
        system.start("hub")
        system.start("home")
        await system.until(lambda: has_sent(1))
        await system.carry(GLASSES, anyone=True)
        await system.until(lambda: system.handed_over(0.3))
        mosquitto.kill()
        under_way = waiting(system.spool("home"))
        heard = (await system.counters(STRAP))["sent"]
        mosquitto.start()
        await system.until(lambda: has_sent(heard + HEARD_AFTERWARDS))
        await system.sims.ask("freeze")
        await system.until(system.drained)
        measured = (await system.counters(GLASSES))["measured"]
        sent = (await system.counters(STRAP))["sent"]
        system.stop("home")
        system.stop("hub")

    assert under_way
    assert sorted(system.numbers(GLASSES)) == list(range(measured))
    assert system.account(STRAP, "heart_rate").stored == sent
    entries = system.entries()
    with system.reading() as db:
        offline = minutes_of(db, entries)
    assert minutes_in_the_end(system.folder, entries[-1].received_us) == offline
    assert samples_in(offline) == measured
