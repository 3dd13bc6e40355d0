"""paho reading and acknowledging many messages at a time.

By itself it asks the system for each byte of a header, waits anew after each message, and wakes
itself to send each acknowledgement alone: a third of what a message costs a hub.
"""

import struct
from collections.abc import Callable, Iterable
from typing import Any, Final

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MessageType, MQTTErrorCode

_CHUNK: Final = 1 << 18
_PUBACK: Final = struct.Struct("!BBH")


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

    def pending(self) -> int:
        """Return how many bytes may be had without waiting; paho asks a TLS socket the same."""
        inside = self._socket.pending() if hasattr(self._socket, "pending") else 0
        return len(self._ahead) - self._at + inside


class GroupingClient(Client):
    """Calls `after_read` once for all that one look at the network brought."""

    def __init__(self, client_id: str, after_read: Callable[[], None]) -> None:
        super().__init__(
            CallbackAPIVersion.VERSION2, client_id, clean_session=False, manual_ack=True
        )
        self._after_read = after_read

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
        return isinstance(self._sock, _Buffered) and self._sock.pending() > 0

    def _create_socket(self) -> Any:  # noqa: ANN401 - what paho takes for a socket
        return _Buffered(super()._create_socket())
