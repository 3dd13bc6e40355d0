"""The same path over a broker of another make, which is killed on the way."""

from tests.brokers import Mosquitto
from tests.offline import minutes_of
from tests.system import System, minutes_in_the_end

GLASSES = {
    "kind": "glasses",
    "serial": "G1",
    "wearer": {"seed": 5, "program": [["walking", 7], ["desk", 3]]},
    "remembered_s": 3600.0,
}


async def test_mosquitto_may_be_killed_too(tmp_path):
    broker = Mosquitto(tmp_path / "broker", gateways=("home",)).start()
    try:
        with System(tmp_path, [GLASSES], broker=broker) as system:
            system.start("hub")
            system.start("home")
            await system.until(lambda: system.handed_over(0.3))
            broker.kill()
            broker.start()
            await system.sims.ask("freeze")
            await system.until(system.drained)
            measured = (await system.counters(GLASSES))["measured"]
            system.stop("home")
            system.stop("hub")
    finally:
        broker.stop()

    assert sorted(system.numbers(GLASSES)) == list(range(measured))
    entries = system.entries()
    with system.reading() as db:
        offline = minutes_of(db, entries)
    assert minutes_in_the_end(system.folder, entries[-1].received_us) == offline
