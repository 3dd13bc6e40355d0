"""A gateway of thirty lines: says what it is told to, hears the hub, and keeps nothing."""

import threading
import time

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from gateway import wire
from tests.brokers import PASSWORD


class Edge:
    def __init__(self, port, name="hall", password=PASSWORD, patience_s=30):
        self.name = name
        self.marks = {}
        self.hub = None  # its last status
        self.commands = []
        self._changed = threading.Condition()
        self._subscribed = threading.Event()
        self._client = paho.Client(CallbackAPIVersion.VERSION2)
        self._client.username_pw_set(name, password)
        self._client.max_inflight_messages_set(64)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        if not self._subscribed.wait(patience_s):
            self.close()
            raise AssertionError(f"{name} is not let in")

    def publish(self, topic, payload, *, retain=False):
        return self._client.publish(topic, payload, qos=1, retain=retain)

    def send(self, *batches):
        for batch in batches:
            self.publish(wire.batch_topic(self.name, batch.device), wire.encode(batch))

    def tell(self, **fields):
        status = wire.GatewayStatus(
            gateway=self.name, online=True, start_id=1, version="0", at_us=0, **fields
        )
        self.publish(wire.status_topic(self.name), wire.encode(status), retain=True)

    def until(self, happened, timeout_s=30):
        give_up_s = time.monotonic() + timeout_s
        with self._changed:
            while not happened(self):
                assert time.monotonic() < give_up_s, self.marks
                self._changed.wait(0.02)  # others than the hub may make it happen

    def until_stored(self, batch, timeout_s=30):
        lane = (batch.device, batch.boot, batch.stream)
        self.until(lambda edge: edge.marks.get(lane, -1) >= batch.sequence, timeout_s)

    def close(self):
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(self, client, *_):
        topics = [
            wire.watermark_topic(self.name),
            wire.command_topic(self.name),
            wire.HUB_STATUS,
        ]
        client.subscribe([(topic, 1) for topic in topics])

    def _on_message(self, _client, _data, message):
        with self._changed:
            kind = message.topic.rpartition("/")[2]
            if kind == "watermark":
                for mark in wire.decode(message.payload, wire.Watermarks).marks:
                    self.marks[mark.device, mark.boot, mark.stream] = mark.sequence
            elif kind == "command":
                self.commands.append(wire.decode(message.payload, wire.Command))
            else:
                self.hub = wire.decode(message.payload, wire.HubStatus)
            self._changed.notify_all()
