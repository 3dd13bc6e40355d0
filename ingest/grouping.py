"""paho reading and acknowledging many messages at a time.

By itself it asks the system for each byte of a header, waits anew after each message, wakes
itself to send each acknowledgement alone, and makes of a message an object with a lock of its
own: half of what a message costs a hub. What is not a whole message, in one piece, is left to
it, and so is all else that a connection needs.
"""

import struct
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MessageType, MQTTErrorCode

_CHUNK: Final = 1 << 18
_PUBACK: Final = struct.Struct("!BBH")
_LENGTH: Final = struct.Struct("!H")
# Of a header's first byte: a message of QoS 0 or 1, whether it comes again, and its QoS.
_KIND, _MESSAGE, _DUP, _QOS_1 = 0xF4, 0x30, 0x08, 0x02
_NOT_TEXT: Final = "(not UTF-8)"
_LENGTH_SHIFTS: Final = (0, 7, 14, 21)


class Publish(NamedTuple):
    """A message as its broker delivered it."""

    mid: int
    qos: int
    dup: bool
    topic: str
    payload: bytes


class _Buffered:
    """A socket that reads ahead; all else is the socket's own."""

    def __init__(self, socket: Any) -> None:  # noqa: ANN401 - plain or with TLS
        self._socket = socket
        self._ahead: bytes = b""
        self._at = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever it has
        return getattr(self._socket, name)

    def recv(self, size: int) -> bytes:
        if self._at == len(self._ahead):
            self._ahead, self._at = self._socket.recv(_CHUNK), 0
        read = self._ahead[self._at : self._at + size]
        self._at += len(read)
        return read

    def publish(self) -> Publish | None:
        """Take the message that comes next; None: it is not whole here, or it is none."""
        data, at = self._ahead, self._at
        if at == len(data) or data[at] & _KIND != _MESSAGE:
            return None
        header, at, length = data[at], at + 1, 0
        for shift in _LENGTH_SHIFTS:
            if at == len(data):
                return None
            length |= (data[at] & 0x7F) << shift
            at += 1
            if data[at - 1] < 0x80:
                return self._whole(header, at, at + length)
        return None

    def _whole(self, header: int, at: int, end: int) -> Publish | None:
        data, qos = self._ahead, 1 if header & _QOS_1 else 0
        if end > len(data) or end - at < _LENGTH.size:
            return None
        topic_at = at + _LENGTH.size
        mid_at = topic_at + _LENGTH.unpack_from(data, at)[0]
        payload_at = mid_at + qos * _LENGTH.size
        if payload_at > end:
            return None
        mid = _LENGTH.unpack_from(data, mid_at)[0] if qos else 0
        self._at = end
        topic = _text(data[topic_at:mid_at])
        return Publish(mid, qos, bool(header & _DUP), topic, data[payload_at:end])

    def pending(self) -> int:
        """Return how many bytes may be had without waiting; paho asks a TLS socket the same."""
        inside = self._socket.pending() if hasattr(self._socket, "pending") else 0
        return len(self._ahead) - self._at + inside


class GroupingClient(Client):
    """Calls `received` for each message, and `after_read` once a look at the network."""

    def __init__(
        self,
        client_id: str,
        received: Callable[[Publish], None],
        after_read: Callable[[], None],
    ) -> None:
        super().__init__(
            CallbackAPIVersion.VERSION2, client_id, clean_session=False, manual_ack=True
        )
        self._deliver = received
        self._after_read = after_read
        self.on_message = lambda _client, _data, message: received(_as_publish(message))

    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:
        """Handle every packet that was read ahead."""
        try:
            code = super().loop_read(max_packets)
            while code == MQTTErrorCode.MQTT_ERR_SUCCESS and self._may_go_on():
                code = super().loop_read(max_packets)
        finally:
            self._after_read()
        return code

    def acknowledge(self, mids: Iterable[int]) -> None:
        """Send an acknowledgement for each, all in one packet of the network."""
        packets = b"".join(_PUBACK.pack(MessageType.PUBACK, 2, mid) for mid in mids)
        if packets:
            self._packet_queue(MessageType.PUBACK, packets, 0, 1)

    def close(self) -> None:
        """Close what it wakes itself with; paho leaves that to the garbage collector."""
        self._reset_sockets(sockpair_only=True)

    def _may_go_on(self) -> bool:
        """Deliver what is whole; return whether there is more that paho has to look at."""
        ahead = self._sock
        if not isinstance(ahead, _Buffered):
            return False
        if self._in_packet["command"] == 0:  # paho is not in the middle of one
            while (publish := ahead.publish()) is not None:
                self._deliver(publish)
        return ahead.pending() > 0

    def _create_socket(self) -> Any:  # noqa: ANN401 - what paho takes for a socket
        return _Buffered(super()._create_socket())


def _as_publish(message: MQTTMessage) -> Publish:
    try:
        topic = message.topic
    except UnicodeDecodeError:
        topic = _NOT_TEXT
    return Publish(message.mid, message.qos, message.dup, topic, bytes(message.payload))


def _text(topic: bytes) -> str:
    try:
        return topic.decode()
    except UnicodeDecodeError:
        return _NOT_TEXT
