"""One connection to the broker, from CONNECT to its end; the next one gets a client of its own.

A client that outlives its connection sends again what it still holds, in an order and a number
of its own choosing. Here only the spool decides what is sent.
"""

import asyncio
import contextlib
import socket
import ssl
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

Heard: TypeAlias = Callable[[str, bytes, bool], None]  # topic, payload, retained

_KEEPALIVE_S: Final = 15
_CONNECT_TIMEOUT_S: Final = 10.0
_CLOSE_TIMEOUT_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Login:
    """Whom to connect to, and as whom."""

    host: str
    port: int
    client_id: str
    user: str
    password: str | None = None
    tls: bool = False
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Will:
    """What the broker says when this connection ends without a goodbye; retained."""

    topic: str
    payload: bytes


class Connection:
    """Publishes and hears; `ended` tells why it is over.

    The client's thread only hands over to the event loop: nothing else of ours runs on it.
    """

    def __init__(self, login: Login, will: Will, topics: Sequence[str], heard: Heard) -> None:
        self._loop = asyncio.get_running_loop()
        self._acknowledged: dict[int, Callable[[], None]] = {}
        self.subscribed: asyncio.Future[None] = self._loop.create_future()
        self.ended: asyncio.Future[str] = self._loop.create_future()
        self._client = _client(login, will)
        self._listen([(topic, 1) for topic in topics], heard)
        self._client.connect_async(login.host, login.port, _KEEPALIVE_S)
        self._client.loop_start()

    def publish(
        self,
        topic: str,
        payload: bytes,
        acknowledged: Callable[[], None],
        *,
        retain: bool = False,
    ) -> None:
        """Send at QoS 1; call `acknowledged` when the broker has taken it over."""
        message = self._client.publish(topic, payload, qos=1, retain=retain)
        self._acknowledged[message.mid] = acknowledged

    async def close(self) -> None:
        """Take leave of the broker; its last will stays unsaid."""
        self._client.disconnect()
        await asyncio.wait([self.ended], timeout=_CLOSE_TIMEOUT_S)
        self._fall_silent()

    def _listen(self, topics: list[tuple[str, int]], heard: Heard) -> None:
        tell = self._hand_over

        def on_connect(client: paho.Client, *others: object) -> None:
            reason = others[2]
            if isinstance(reason, ReasonCode) and reason.is_failure:
                tell(self._end, str(reason))
            else:
                client.subscribe(topics)

        def on_connect_fail(client: paho.Client, _: object) -> None:
            tell(self._end, str(sys.exc_info()[1]))
            client.disconnect()  # or it would try again by itself

        def on_message(_: paho.Client, __: object, said: paho.MQTTMessage) -> None:
            tell(heard, said.topic, said.payload, said.retain)

        def on_publish(*others: object) -> None:
            tell(self._acknowledge, others[2])

        def on_disconnect(*others: object) -> None:
            tell(self._end, str(others[3]))

        def on_subscribe(*_: object) -> None:
            tell(self._subscribe)

        client = self._client
        client.on_socket_open = _send_at_once
        client.on_connect = on_connect
        client.on_connect_fail = on_connect_fail
        client.on_subscribe = on_subscribe
        client.on_message = on_message
        client.on_publish = on_publish
        client.on_disconnect = on_disconnect

    def _fall_silent(self) -> None:
        # If it still connects it shall leave; out of a cycle it closes its own sockets.
        client = self._client
        client.on_connect = client.on_connect_fail = _leave
        client.on_subscribe = client.on_message = None
        client.on_publish = client.on_disconnect = None

    def _hand_over(self, do: Callable[..., object], *arguments: object) -> None:
        with contextlib.suppress(RuntimeError):  # the event loop is closed: no one to tell
            self._loop.call_soon_threadsafe(do, *arguments)

    def _subscribe(self) -> None:
        if not self.subscribed.done():
            self.subscribed.set_result(None)

    def _acknowledge(self, mid: int) -> None:
        self._acknowledged.pop(mid)()

    def _end(self, reason: str) -> None:
        if not self.ended.done():
            self.ended.set_result(reason)


@contextlib.asynccontextmanager
async def connect(
    login: Login, will: Will, topics: Sequence[str], heard: Heard
) -> AsyncGenerator[Connection, None]:
    """Hold a connection that is subscribed; raise ConnectionError when the broker has none."""
    connection = Connection(login, will, topics, heard)
    try:
        await asyncio.wait(
            [connection.ended, connection.subscribed],
            timeout=_CONNECT_TIMEOUT_S,
            return_when=asyncio.FIRST_COMPLETED,
        )
        if not connection.subscribed.done():
            reason = connection.ended.result() if connection.ended.done() else "no answer"
            raise ConnectionError(f"{login.host}:{login.port}: {reason}")
        yield connection
    finally:
        await connection.close()


def _client(login: Login, will: Will) -> paho.Client:
    client = paho.Client(
        CallbackAPIVersion.VERSION2,
        client_id=login.client_id,
        clean_session=True,
        protocol=paho.MQTTv311,
        reconnect_on_failure=False,
    )
    client.max_inflight_messages_set(0)  # no limit of its own: the window is ours
    client.username_pw_set(login.user, login.password)
    client.will_set(will.topic, will.payload, qos=1, retain=True)
    if login.tls:
        context = ssl.create_default_context(cafile=login.ca_file)
        client.tls_set_context(context)  # pyright: ignore[reportUnknownMemberType] - untyped in paho
    return client


def _leave(client: paho.Client, *_: object) -> None:
    client.disconnect()


def _send_at_once(_: paho.Client, __: object, sock: object) -> None:
    if isinstance(sock, socket.socket):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
