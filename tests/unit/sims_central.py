"""A plain bumble central and a clock set by hand, for meeting simulated devices."""

import asyncio
import itertools
import struct
from dataclasses import dataclass

from bumble.core import UUID
from bumble.device import Peer

from firmware_sims import glasses

NOON_US = 1_767_614_400_000_000  # 2026-01-05 12:00 UTC, a Monday
_numbers = itertools.count(1)


class HandClock:
    """Time that stands still until it is moved."""

    def __init__(self, now_us=NOON_US):
        self.now_us = now_us

    def __call__(self):
        return self.now_us

    def advance(self, seconds):
        self.now_us += round(seconds * 1e6)


class Heard:
    """What one characteristic said, and a way to wait for more."""

    def __init__(self):
        self.values = []
        self._more = asyncio.Event()

    def __call__(self, value):
        self.values.append(bytes(value))
        self._more.set()

    async def until(self, enough):
        async with asyncio.timeout(30):
            while not enough(self.values):
                self._more.clear()
                await self._more.wait()
        return self.values


@dataclass
class Motion:
    """A Motion value, read from the table."""

    first: int
    ticks: int
    boot: int
    flags: int
    n: int
    samples: list

    @classmethod
    def read(cls, value):
        first, ticks, boot, flags, n = struct.unpack_from("<IIHBB", value)
        samples = list(struct.iter_unpack("<hhh", value[12:]))
        assert len(samples) == n
        return cls(first, ticks, boot, flags, n, samples)


class Central:
    """A connection to one device and its GATT table."""

    @classmethod
    async def connect(cls, device, sim, mtu=247):
        central = cls()
        central.connection = await device.connect(sim.device.random_address, timeout=30)
        central.gone = asyncio.Event()
        central.connection.on("disconnection", central._ended)
        central.peer = Peer(central.connection)
        await central.peer.request_mtu(mtu)
        await central.peer.discover_services()
        await central.peer.discover_characteristics()
        return central

    def _ended(self, reason):
        self.reason = reason
        self.gone.set()

    def value(self, uuid):
        uuid = UUID.from_16_bits(uuid) if isinstance(uuid, int) else UUID(uuid)
        return self.peer.get_characteristics_by_uuid(uuid)[0]

    async def listen(self, uuid):
        heard, value = Heard(), self.value(uuid)
        await self.peer.discover_descriptors(value)
        await self.peer.subscribe(value, heard)
        return heard

    async def stop_listening(self, uuid):
        await self.value(uuid).unsubscribe(force=True)

    async def read(self, uuid):
        return bytes(await self.peer.read_value(self.value(uuid)))

    async def write(self, uuid, value, *, with_response=True):
        await self.peer.write_value(self.value(uuid), value, with_response=with_response)

    async def order(self, op, argument=0):
        await self.write(glasses.CONTROL, struct.pack("<BI", op, argument))

    async def state(self):
        names = (
            "boot ticks next oldest confirmed next_minute oldest_minute confirmed_minute "
            "period lsb"
        )
        value = struct.unpack("<HIIIIIIIIH", await self.read(glasses.STATE))
        return dict(zip(names.split(), value, strict=True))


def samples_of(values):
    return sum(value[11] for value in values)


def joined(values):
    """Return the motion values' samples, after a look that none is missing or doubled."""
    motions = [Motion.read(value) for value in values]
    for before, after in itertools.pairwise(motions):
        assert after.first == before.first + before.n
    return [sample for motion in motions for sample in motion.samples]


def address():
    """Return a static random address that no other device of the test run has."""
    number = next(_numbers)
    return f"F0:00:00:00:{number >> 8:02X}:{number & 255:02X}"
