"""A network between gateway and broker that can be cut, slowed, and put out of order."""

import asyncio
import contextlib

_PUBLISH = 3
_LATEST_S = 0.5


class Proxy:
    """Carries MQTT from a port of its own to a broker's, packet by packet."""

    def __init__(self, to_port, rng):
        self._to_port = to_port
        self._rng = rng
        self._server = None
        self._links = set()
        self.slow_s = 0.0  # for each packet
        self.doubled = self.late = 0.0  # which share of what is published

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_):
        self._server.close()
        self.cut()
        await asyncio.gather(*self._links, return_exceptions=True)

    @property
    def port(self):
        return self._server.sockets[0].getsockname()[1]

    def cut(self):
        """Drop every connection there is."""
        for link in tuple(self._links):
            link.cancel()

    def calm(self):
        self.slow_s = self.doubled = self.late = 0.0

    async def _serve(self, reader, writer):
        link = asyncio.ensure_future(self._carry(reader, writer))
        self._links.add(link)
        await asyncio.wait([link])
        self._links.discard(link)

    async def _carry(self, reader, writer):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            theirs, ours = await asyncio.open_connection("127.0.0.1", self._to_port)
            try:
                pumps = [self._pump(reader, ours, self._upwards), self._pump(theirs, writer)]
                tasks = [asyncio.ensure_future(pump) for pump in pumps]
                try:
                    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for task in tasks:
                        task.cancel()
                    await asyncio.gather(*tasks, return_exceptions=True)
            finally:
                for end in (ours, writer):
                    end.transport.abort()
        writer.transport.abort()

    async def _pump(self, reader, writer, pass_on=None):
        pass_on = pass_on or self._downwards
        while True:
            packet = await _packet(reader)
            await asyncio.sleep(self.slow_s)
            pass_on(writer, packet)
            await writer.drain()

    def _downwards(self, writer, packet):
        writer.write(packet)

    def _upwards(self, writer, packet):
        if packet[0] >> 4 != _PUBLISH or self._rng.random() >= self.late + self.doubled:
            writer.write(packet)
            return
        after_s = self._rng.uniform(0, _LATEST_S)
        if self._rng.random() * (self.late + self.doubled) < self.doubled:
            writer.write(packet)
        asyncio.get_running_loop().call_later(after_s, _write_late, writer, packet)


def _write_late(writer, packet):
    if not writer.is_closing():
        writer.write(packet)


async def _packet(reader):
    """Read one MQTT packet with its header."""
    packet = await reader.readexactly(1)
    length = shift = 0
    while True:
        byte = await reader.readexactly(1)
        packet += byte
        length |= (byte[0] & 0x7F) << shift
        shift += 7
        if not byte[0] & 0x80:
            return packet + await reader.readexactly(length)
