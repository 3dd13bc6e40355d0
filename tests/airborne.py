"""A gateway's radio half on the virtual air, in one process, and what it keeps."""

import asyncio
import contextlib
import itertools
import time
from collections import Counter
from dataclasses import replace

from firmware_sims.air import Air
from firmware_sims.hci_port import HciPort
from firmware_sims.wearer import Activity, Wearer
from gateway.backoff import Backoff
from gateway.patience import Patience
from gateway.radio import Radio
from gateway.settings import GatewaySettings
from gateway.spool import Spool, SpoolFull

SITE = "usc"
SECOND_US = 1_000_000
NO_WAIT = Backoff(0.02, 0.1)
HURRY = Patience(
    connect_s=2.0,
    gather_s=0.01,
    idle_s=0.1,
    confirm_s=0.05,
    look_s=0.2,
    lost_after_s=1.0,
    reconcile_s=0.1,
    link_retry=NO_WAIT,
    radio_retry=NO_WAIT,
)


def now_us():
    return time.time_ns() // 1000


def at_a_desk(seed):
    """Give a wearer who has everything on, whatever the time of day."""
    return Wearer(seed=seed, program=[(Activity.DESK, 60)])


class Kept:
    """A spool that remembers what it kept, and can be full."""

    def __init__(self, spool):
        self._spool = spool
        self.batches = []
        self.full = False
        self._changed = asyncio.Event()

    async def noted(self, device, what):
        return await self._spool.noted(device, what)

    async def keep(self, batches, notes=()):
        if self.full:
            self._changed.set()
            raise SpoolFull("no room")
        await self._spool.keep(batches, notes)
        self.batches += batches
        self._changed.set()

    async def until(self, enough, within_s=30):
        async with asyncio.timeout(within_s):
            while not enough():
                self._changed.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(0.05):  # not everything passes through here
                        await self._changed.wait()

    def of(self, stream, device=None):
        return [
            batch
            for batch in self.batches
            if batch.stream == stream and device in {None, batch.device}
        ]

    def size(self, stream, device=None):
        return sum(batch.size for batch in self.of(stream, device))

    def counters(self, stream="accel", device=None):
        """Return every device counter that was kept, with how often."""
        return Counter(
            counter
            for batch in self.of(stream, device)
            for counter in range(batch.counted.sample, batch.counted.sample + batch.size)
        )


class World:
    """Devices, one adapter or more, and gateways that are started and stopped."""

    def __init__(self, folder, spool):
        self.air, self.folder = Air(), folder
        self.kept = Kept(spool)
        self.ports, self.devices = [], []
        self._numbers = itertools.count(1)

    async def port(self, **limits):
        port = HciPort(self.air, f"gateway-{len(self.ports)}", **limits)
        await port.open()
        self.ports.append(port)
        return port

    async def device(self, kind, serial, *, past_s=0, source=None, on=True, **arguments):
        address = f"F0:00:00:00:02:{next(self._numbers):02X}"
        source, present_us = source or at_a_desk(len(self.devices)), now_us()
        device = kind(
            self.air, address=address, serial=serial, source=source, clock=now_us, **arguments
        )
        if past_s:
            device.begun_us = present_us - past_s * SECOND_US
            device.remember(device.begun_us, present_us)
        self.devices.append(device)
        if on:
            await device.power_on()
        return device

    def radio(self, *, open_adapter=None, slots=None, chosen=None, clock=now_us, **patience):
        """Return a gateway's radio half, beside every port there is; `chosen` are settings."""
        settings = GatewaySettings(
            name="gw",
            site=SITE,
            radio=tuple(port.transport for port in self.ports),
            slots=slots,
            spool=self.folder / "spool.db",
            **(chosen or {}),
        )
        opened = {} if open_adapter is None else {"open_adapter": open_adapter}
        patience = replace(HURRY, **patience)
        return Radio(settings, self.kept, clock, patience=patience, **opened)

    async def close(self):
        for device in self.devices:
            await device.power_off()
        for port in self.ports:
            port.close()


@contextlib.asynccontextmanager
async def world(folder):
    with Spool(folder / "spool.db", limit_bytes=1 << 30) as spool:
        world = World(folder, spool)
        try:
            yield world
        finally:
            await world.close()


@contextlib.asynccontextmanager
async def running(radio):
    task = asyncio.create_task(radio.run())
    try:
        yield radio
    finally:
        task.cancel()
        await asyncio.wait({task}, timeout=30)
        assert task.cancelled()


def state_of(radio, device):
    """Return a device's state and why, or nothing while it is not known."""
    return next(((it.state, it.why) for it in radio.seen() if it.device == device), ("", ""))
