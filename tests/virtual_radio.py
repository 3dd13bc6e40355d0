"""A virtual radio's HCI port on TCP, as a gateway's process sees it, and what to do to it."""

import asyncio
import contextlib

from bumble.transport.common import StreamPacketSink, StreamPacketSource

from firmware_sims.air import RadioController


class _Plug(StreamPacketSource):
    """One gateway that plugged itself in, with a controller of its own."""

    def __init__(self, port):
        super().__init__()
        self._port = port

    def connection_made(self, transport):
        self.transport = transport
        self.controller = RadioController(
            "gateway",
            host_source=self,
            host_sink=StreamPacketSink(transport),
            link=self._port.air,
        )
        self._port.plugs.add(self)
        self._port.plugged.set()

    def connection_lost(self, _error):
        self._port.plugs.discard(self)
        self._port.air.remove_controller(self.controller)


class HciPort:
    """What `radio = "tcp-client:..."` connects to."""

    def __init__(self, air):
        self.air = air
        self.plugs = set()
        self.plugged = asyncio.Event()
        self.number = 0
        self._server = None

    @property
    def transport(self):
        return f"tcp-client:127.0.0.1:{self.number}"

    async def open(self):
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Plug(self), "127.0.0.1", self.number)
        self.number = self._server.sockets[0].getsockname()[1]

    async def close(self):
        """Go away, as the other process does when it is killed."""
        self._server.close()
        for plug in list(self.plugs):
            plug.transport.abort()
        self.plugged.clear()
        await self._server.wait_closed()


@contextlib.asynccontextmanager
async def hci_port(air):
    port = HciPort(air)
    await port.open()
    try:
        yield port
    finally:
        await port.close()
