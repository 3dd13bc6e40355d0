"""A hub of thirty lines: stores batches in memory and says so. It stands for ingest."""

import asyncio
import contextlib

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from gateway import wire
from tests.brokers import PASSWORD


class Hub:
    """What it heard, and the watermarks it gives when it is `storing`."""

    def __init__(self, port, *, start_id=1, storing=True):
        self.start_id = start_id
        self.storing = storing
        self.heard = []  # batches, in order of arrival
        self.statuses = []
        self.answers = []
        self.widest = 0  # most batches ever beyond the watermarks told
        self._stored = {}  # sequences by lane
        self._told = {}  # marks by lane
        self._online = True
        self._news = asyncio.Condition()
        self._loop = asyncio.get_running_loop()
        self._subscribed = asyncio.Event()
        self._client = self._new_client()
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    async def ready(self):
        """Return once nothing that is published goes past it."""
        async with asyncio.timeout(30):
            await self._subscribed.wait()
        return self

    @property
    def sequences(self):
        return [batch.sequence for batch in self.heard]

    def stored(self, device="glasses-3f", boot=7, stream="accel"):
        return self._stored.get((device, boot, stream), set())

    async def until(self, happened):
        async with asyncio.timeout(30), self._news:
            await self._news.wait_for(happened)

    async def until_told(self, fits):
        """Return once the newest status fits; before there is one, nothing does."""
        await self.until(lambda: self.statuses and fits(self.statuses[-1]))

    def command(self, gateway, command):
        self._publish(wire.command_topic(gateway), wire.encode(command))

    def say(self, topic, payload):
        self._publish(topic, payload)

    def tell(self, limit=None, *, lanes=None):
        """Say what is stored, of some lanes or all; no more than a limit of each."""
        marks = []
        for device, boot, stream in lanes or self._stored:
            stored = self._stored[device, boot, stream]
            reached = next(n for n in range(len(stored) + 1) if n not in stored) - 1
            reached = reached if limit is None else min(reached, limit - 1)
            self._told[device, boot, stream] = reached
            marks.append(wire.Mark(device=device, boot=boot, stream=stream, sequence=reached))
        message = wire.Watermarks(hub_start_id=self.start_id, marks=tuple(marks))
        self._publish(wire.watermark_topic("hall"), wire.encode(message))

    def announce(self, *, online=True):
        self._online = online
        status = wire.HubStatus(online=online, start_id=self.start_id, version="0", at_us=0)
        self._publish(wire.HUB_STATUS, wire.encode(status), retain=True)

    def close(self):
        self._client.disconnect()
        self._client.loop_stop()

    def _publish(self, topic, payload, *, retain=False):
        self._client.publish(topic, payload, qos=1, retain=retain)

    def _new_client(self):
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id="hub",
            clean_session=False,
            protocol=paho.MQTTv311,
        )
        client.username_pw_set("hub", PASSWORD)
        client.reconnect_delay_set(0.05, 0.1)
        client.on_connect = self._on_connect
        client.on_subscribe = lambda *_: self._hand_over(self._subscribed.set)
        client.on_message = self._on_message
        return client

    def _on_connect(self, client, *_):
        client.subscribe([(topic, 1) for topic in (wire.BATCHES, wire.STATUSES, wire.ANSWERS)])
        self.announce(online=self._online)

    def _on_message(self, _client, _userdata, message):
        self._hand_over(self._hear, message.topic, message.payload)

    def _hand_over(self, do, *arguments):
        with contextlib.suppress(RuntimeError):  # the test is over
            self._loop.call_soon_threadsafe(do, *arguments)

    def _hear(self, topic, payload):
        if topic.endswith("/batch"):
            self._store(wire.decode_batch(payload))
        elif topic.endswith("/status") and topic != wire.HUB_STATUS:
            self.statuses.append(wire.decode(payload, wire.GatewayStatus))
        elif topic.endswith("/answer"):
            self.answers.append(wire.decode(payload, wire.Answer))
        self._notifying = asyncio.ensure_future(self._notify())

    def _store(self, batch):
        lane = (batch.device, batch.boot, batch.stream)
        self.heard.append(batch)
        self._stored.setdefault(lane, set()).add(batch.sequence)
        beyond = [
            n for key, held in self._stored.items() for n in held if n > self._told.get(key, -1)
        ]
        self.widest = max(self.widest, len(beyond))
        if self.storing:
            self.tell(lanes=[lane])

    async def _notify(self):
        async with self._news:
            self._news.notify_all()
