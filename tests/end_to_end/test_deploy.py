"""The broker's files in deploy/, as mosquitto reads them."""

from pathlib import Path

import aiomqtt
import pytest

from gateway import wire
from tests.brokers import PASSWORD, Mosquitto

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
END = wire.answer_topic("garden")  # said last by whoever says something


class AsDeployed(Mosquitto):
    """mosquitto under our settings, but for where it listens and where files lie."""

    def command(self):
        program, option, config = super().command()
        settings = (DEPLOY / "mosquitto.conf").read_text()
        for ours, here in (
            ("listener 1883", f"listener {self.port} 127.0.0.1\nuser root"),
            ("/etc/mosquitto/kindstep.passwords", f"{self.folder}/passwords"),
            ("/etc/mosquitto/kindstep.acl", f"{DEPLOY}/mosquitto.acl"),
            ("persistence true", f"persistence true\npersistence_location {self.folder}/"),
        ):
            assert ours in settings
            settings = settings.replace(ours, here)
        config.write_text(settings)
        return program, option, config


@pytest.fixture
def broker(tmp_path):
    broker = AsDeployed(tmp_path, gateways=("hall", "garden")).start()
    yield broker
    broker.stop()


def client(broker, user):
    return aiomqtt.Client("127.0.0.1", broker.port, username=user, password=PASSWORD)


async def said(broker, user, topics):
    """Publish as `user` to all; whoever says what is forbidden may be shown the door."""
    for topic in topics:
        try:
            async with client(broker, user) as talking:
                await talking.publish(topic, b"", qos=1, timeout=30)
        except aiomqtt.MqttError:
            continue


async def heard(listening):
    topics = []
    async for message in listening.messages:
        if message.topic.value == END:
            return topics
        topics.append(message.topic.value)
    return topics


async def test_a_gateway_speaks_in_its_own_name_only(broker):
    own = [wire.batch_topic("garden", "glasses-1"), wire.status_topic("garden")]
    others = [wire.batch_topic("hall", "glasses-1"), wire.status_topic("hall"), wire.HUB_STATUS]

    async with client(broker, "hub") as hub:
        await hub.subscribe("kindstep/v1/#", qos=1)
        await said(broker, "garden", [*others, *own, END])

        assert await heard(hub) == own


async def test_a_gateway_hears_what_is_meant_for_it(broker):
    own = [wire.watermark_topic("garden"), wire.command_topic("garden"), wire.HUB_STATUS]
    others = [wire.watermark_topic("hall"), wire.command_topic("hall")]

    async with client(broker, "garden") as garden:
        for topic in (*own, *others):
            await garden.subscribe(topic, qos=1)
        await said(broker, "hub", [*others, *own])

        messages = [await anext(garden.messages) for _ in own]

    assert [message.topic.value for message in messages] == own


async def test_nobody_comes_in_without_a_name(broker):
    with pytest.raises(aiomqtt.MqttError, match=r"[Nn]ot authori"):
        async with aiomqtt.Client("127.0.0.1", broker.port):
            pass
