"""Last values and introductions, as Home Assistant finds them at the brokers we configure."""

import asyncio
import collections
import json

import aiomqtt
import pytest

from gateway import wire
from gateway.last_values import LastValues
from gateway.pace import Pace
from gateway.publisher import Publisher
from gateway.settings import BrokerAddress, GatewaySettings
from gateway.spool import Spool
from gateway.status import Reporter
from kindstep.broker import Broker
from tests.batches import batch
from tests.brokers import PASSWORD, free_port
from tests.end_to_end.test_deploy import AsDeployed

NOW_US = 1_700_000_000_000_000
INTRODUCED = "homeassistant/sensor/hall/strap-1_heart_rate/config"
SAID = "kindstep/v1/hall/strap-1/last/heart_rate"


class Embedded(Broker):
    """The hub's own broker, with Home Assistant let in."""

    def __init__(self, folder):
        users = dict.fromkeys(("hub", "hall", "homeassistant"), PASSWORD)
        super().__init__(folder, free_port(), users)
        self.password_file = folder / "password"
        self.password_file.write_text(PASSWORD)


@pytest.fixture(params=["embedded", "mosquitto"])
def broker(tmp_path, request):
    if request.param == "embedded":
        broker = Embedded(tmp_path)
    else:
        broker = AsDeployed(tmp_path, gateways=("hall", "homeassistant"))
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
async def values(broker, tmp_path):
    """Give the last values of a gateway that publishes them."""
    address = BrokerAddress(port=broker.port, password_file=broker.password_file)
    settings = GatewaySettings(
        name="hall", site="test", broker=address, last_values="home_assistant"
    )
    with Spool(tmp_path / "spool.db", limit_bytes=64 << 20) as spool:
        values = LastValues(spool)
        publisher = Publisher(
            settings,
            spool,
            Reporter("hall", spool, tuple, [], collections.Counter(), lambda: NOW_US),
            None,
            lambda: NOW_US,
            collections.Counter(),
            Pace(last_value_s=0.05, first_retry_s=0.05),
            last_values=values,
        )
        running = asyncio.create_task(publisher.run())
        yield values
        running.cancel()
        await asyncio.wait([running])


def client(broker, user="homeassistant"):
    return aiomqtt.Client("127.0.0.1", broker.port, username=user, password=PASSWORD)


class Heard:
    """What Home Assistant hears, by topic; waiting for more of it fails in the end."""

    def __init__(self, client):
        self._client = client
        self.said = collections.defaultdict(list)
        self.retained = set()

    async def until(self, true):
        async with asyncio.timeout(30):
            while not true(self.said):
                message = await anext(self._client.messages)
                topic = message.topic.value
                self.said[topic].append(json.loads(message.payload))
                self.retained |= {topic} if message.retain else set()


async def listening(assistant):
    await assistant.subscribe("homeassistant/sensor/#", qos=1)
    await assistant.subscribe("kindstep/v1/+/+/last/+", qos=1)
    return Heard(assistant)


def beats(bpm, number, quality=0):
    return wire.Batch(
        device="strap-1",
        boot=1,
        stream="heart_rate",
        sequence=number,
        start_us=NOW_US + number * 1_000_000,
        start_error_us=0,
        period_us=None,
        offsets_us=bytes(4),
        scale=1.0,
        unit="bpm",
        channels=1,
        samples=bpm.to_bytes(2, "little"),
        quality=quality,
    )


async def test_a_sensor_is_introduced_and_then_speaks(broker, values):
    async with client(broker) as assistant:
        heard = await listening(assistant)
        await values.keep([beats(72, 0), batch(0)])
        await heard.until(lambda said: said[SAID] and said[INTRODUCED])

    assert heard.said.keys() == {INTRODUCED, SAID}
    (shown,) = heard.said[INTRODUCED]
    assert shown["state_topic"] == SAID
    assert shown["unit_of_measurement"] == "bpm"
    assert shown["device"]["identifiers"] == ["kindstep_strap-1"]
    assert heard.said[SAID] == [
        {"value": 72.0, "unit": "bpm", "at": "2023-11-14T22:13:20.000Z"},
    ]


async def test_whoever_comes_later_finds_it(broker, values):
    async with client(broker) as assistant:
        heard = await listening(assistant)
        await values.keep([beats(72, 0)])
        await heard.until(lambda said: said[SAID])

    async with client(broker) as assistant:
        later = await listening(assistant)
        await later.until(lambda said: said[SAID] and said[INTRODUCED])

    assert later.retained == {SAID, INTRODUCED}


async def test_it_is_introduced_again_to_one_that_was_born_anew(broker, values):
    async with client(broker) as assistant:
        heard = await listening(assistant)
        await values.keep([beats(72, 0)])
        await heard.until(lambda said: said[SAID])

        await assistant.publish("homeassistant/status", "online", qos=1)
        await heard.until(lambda said: len(said[INTRODUCED]) == 2)


async def test_only_what_is_known_and_new_is_told(broker, values):
    async with client(broker) as assistant:
        heard = await listening(assistant)
        await values.keep([beats(72, 5)])
        await heard.until(lambda said: said[SAID])
        await values.keep([beats(60, 3), beats(0, 6, wire.Quality.NOT_WORN), beats(74, 7)])
        await heard.until(lambda said: len(said[SAID]) == 2)

    assert [said["value"] for said in heard.said[SAID]] == [72, 74]


async def test_a_gateway_introduces_under_its_own_name_only(broker):
    other = INTRODUCED.replace("/hall/", "/attic/")
    async with client(broker) as assistant:
        heard = await listening(assistant)
        for topic in (other, INTRODUCED):
            try:
                async with client(broker, "hall") as hall:
                    await hall.publish(topic, "{}", qos=1, timeout=30)
            except aiomqtt.MqttError:
                continue
        await heard.until(lambda said: said[INTRODUCED])

    assert other not in heard.said
