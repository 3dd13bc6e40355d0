"""The hub's connection to the broker: a session that outlives it, acknowledged by hand.

An acknowledgement on a newer connection than the one that delivered the message may name a
message nobody has stored: brokers number them anew. So each is tied to its connection, and
given at most once.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Final

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from gateway.wire import ANSWERS, BATCHES, HUB_STATUS, STATUSES
from ingest.grouping import GroupingClient, Publish
from ingest.inbox import Inbox, Message
from ingest.settings import IngestSettings

log = logging.getLogger(__name__)

_KEEPALIVE_S: Final = 30
_SHORTEST_RETRY_S: Final = 0.25
_LONGEST_RETRY_S: Final = 4.0
_GOODBYE_S: Final = 0.5


class Link:
    """Fills an inbox from the broker, acknowledges and publishes."""

    def __init__(
        self,
        settings: IngestSettings,
        client_id: str,
        inbox: Inbox,
        now_us: Callable[[], int],
        status: Callable[[bool], bytes],
    ) -> None:
        self._settings = settings
        self._inbox = inbox
        self._now_us = now_us
        self._status = status
        self._lock = threading.Lock()
        self._generation = 0
        self._unsettled: set[int] = set()
        self._settled: set[int] = set()
        self._received_now: list[Message] = []  # with one look at the network
        self._refused = False  # and said so
        self.connected = threading.Event()
        self._client = self._configured(client_id)

    def start(self) -> None:
        """Connect, now or when the broker is there, and stay connected."""
        self._client.connect_async(self._settings.host, self._settings.port, _KEEPALIVE_S)
        self._client.loop_start()

    def stop(self) -> None:
        """Say goodbye if anyone listens, and leave."""
        if self.connected.is_set():
            goodbye = self._client.publish(HUB_STATUS, self._status(False), 1, retain=True)
            goodbye.wait_for_publish(_GOODBYE_S)
        self._client.disconnect()
        self._client.loop_stop()
        self._client.close()

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """Tell the broker, in order, that these are durable here."""
        with self._lock:
            mids = [m.mid for m in messages if m.generation == self._generation]
            self._unsettled.difference_update(mids)
            self._settled.update(mids)
            self._client.acknowledge(mids)

    def publish(self, topic: str, payload: bytes, qos: int = 0) -> None:
        self._client.publish(topic, payload, qos)

    def publish_status(self) -> None:
        if self.connected.is_set():  # or the client would keep each one until it is
            self._client.publish(HUB_STATUS, self._status(True), 1, retain=True)

    def _configured(self, client_id: str) -> GroupingClient:
        settings = self._settings
        client = GroupingClient(client_id, self._received, self._hand_over)
        if settings.user is not None:
            client.username_pw_set(settings.user, settings.password())
        if settings.tls:
            client.tls_set_context(settings.trusted())  # pyright: ignore[reportUnknownMemberType] - paho leaves it open
        client.reconnect_delay_set(_SHORTEST_RETRY_S, _LONGEST_RETRY_S)  # pyright: ignore[reportArgumentType] - a part of a second works as well
        client.will_set(HUB_STATUS, self._status(False), 1, retain=True)
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected
        return client

    def _connected(
        self,
        client: Client,
        _data: object,
        _flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            log.error("the broker refuses the hub: %s", reason)
            self._refused = True
            return
        self._refused = False
        # Statuses are said again and retained. Waiting for an acknowledgement, they would take
        # places that a broker has counted out for batches, which it then delivers much later.
        client.subscribe([(BATCHES, 1), (ANSWERS, 1), (STATUSES, 0)])
        self.connected.set()
        self.publish_status()
        log.info("connected to the broker")

    def _disconnected(
        self,
        _client: Client,
        _data: object,
        _flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        # Comes before the next connection is tried; what waited for the old one goes with it.
        with self._lock:
            self._generation += 1
            self._unsettled.clear()
            self._settled.clear()
        if self.connected.is_set():
            log.info("lost the broker: %s", reason)
        elif reason.is_failure and not self._refused:
            log.warning("the broker hangs up before it lets the hub in: is its store full?")
            self._refused = True
        self.connected.clear()

    def _received(self, message: Publish) -> None:
        generation = self._take(message)
        if generation is not None:
            mid, _, _, topic, payload = message
            self._received_now.append(Message(generation, mid, topic, payload, self._now_us()))

    def _hand_over(self) -> None:
        received, self._received_now = self._received_now, []
        if received:
            self._inbox.put(received)

    def _take(self, message: Publish) -> int | None:
        """Return the connection's generation, or None for what it delivered before."""
        with self._lock:
            if message.qos == 0:
                return -1
            if message.mid in self._unsettled or (message.dup and message.mid in self._settled):
                return None
            self._unsettled.add(message.mid)
            self._settled.discard(message.mid)
            return self._generation
