"""A gateway's adapter on the virtual air, as HCI over TCP or a unix socket."""

import asyncio
import socket
from typing import Final, cast

from bumble.transport.common import StreamPacketSource

from firmware_sims.air import Air
from firmware_sims.controller import RadioController

_BUFFERED_BYTES: Final = 64 * 1024  # a radio holds little; more would only add latency


class _Plug(StreamPacketSource):
    """One process that plugged itself in: it finds a fresh controller.

    When it dies its controller leaves the air, and the devices notice by their time-out. When
    it reads too slowly the air holds back what is meant for it.
    """

    def __init__(self, air: Air, name: str, max_connections: int) -> None:
        super().__init__()
        self._air, self._name, self._max_connections = air, name, max_connections
        self._radio: RadioController | None = None
        self._stream: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._stream = cast("asyncio.Transport", transport)
        self._radio = RadioController(
            self._name, self, self, link=self._air, max_connections=self._max_connections
        )

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's
        if self._radio is not None:
            self._air.remove_controller(self._radio)

    def pause_writing(self) -> None:
        if self._radio is not None:
            self._radio.congested = True

    def resume_writing(self) -> None:
        if self._radio is not None:
            self._radio.congested = False
            self._air.resume(self._radio)

    def on_packet(self, packet: bytes) -> None:
        """Pass on what the controller says to its host."""
        if self._stream is not None and not self._stream.is_closing():
            self._stream.write(packet)

    def close(self) -> None:
        if self._stream is not None:
            self._stream.abort()


class HciPort:
    """A port that gives whoever connects a controller named `name`."""

    def __init__(
        self,
        air: Air,
        name: str,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        path: str | None = None,  # of a unix socket, in the place of host and port
        max_connections: int = 1000,
    ) -> None:
        self.name, self.host, self.port, self.path = name, host, port, path
        self._max_connections = max_connections
        self._air = air
        self._plugs: list[_Plug] = []
        self._server: asyncio.Server | None = None

    @property
    def transport(self) -> str:
        """What a bumble host opens to get here."""
        if self.path is not None:
            return f"unix-client:{self.path}"
        return f"tcp-client:{self.host}:{self.port}"

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        if self.path is not None:
            self._server = await loop.create_unix_server(self._plug, self.path)
            return
        self._server = await loop.create_server(self._plug, self.host, self.port)
        listening = self._server.sockets[0]
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFERED_BYTES)
        self.port = listening.getsockname()[1]

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for plug in self._plugs:
            plug.close()

    def _plug(self) -> _Plug:
        plug = _Plug(self._air, self.name, self._max_connections)
        self._plugs.append(plug)
        return plug
