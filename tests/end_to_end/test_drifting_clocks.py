"""Clocks that run 200 ppm fast and slow, on links that stall, over real GATT."""

import asyncio
import contextlib
import random
import statistics
from dataclasses import replace

import pytest

from firmware_sims.glasses import Glasses
from gateway.adapter import open_adapter
from gateway.backends.client import BumbleClient
from gateway.discovery import GLASSES, pseudonym
from gateway.gatt.errors import MalformedValue
from gateway.gatt.glasses import motion
from tests.airborne import SITE, now_us, running, world


@pytest.fixture
async def there(tmp_path):
    async with world(tmp_path) as there:
        await there.port()
        yield there


async def test_drifting_clocks_on_stalling_links_are_followed(there):
    made = {name: await drifting(there, name, ppm) for name, ppm in DRIFTS_PPM.items()}
    luck = random.Random(1)  # noqa: S311 - chance that can be repeated
    stalls = [asyncio.create_task(_stall(there.air.path(it), luck)) for it in made.values()]
    link = Link()
    for name, glasses in made.items():
        there.air.path(glasses).tamper = link.follow(there.air.path(glasses), glasses, name)
    async with running(there.radio(idle_s=0.02, clock=link, open_adapter=link.opened)):
        await there.kept.until(
            lambda: all(there.kept.size("accel", named(name)) >= 350 for name in made),
            within_s=20,
        )
    for stall in stalls:
        stall.cancel()

    for name, glasses in made.items():
        period_us = period_us_of(name)
        live = [b for b in there.kept.of("accel", named(name)) if b.counted.sample >= 100]
        errors_us = [
            b.start_us - (glasses.begun_us + b.counted.sample * period_us) for b in live
        ]
        assert len(live) >= 5
        assert statistics.pstdev(errors_us) <= 5_000
        for error_us, batch in zip(errors_us, live, strict=True):
            assert abs(error_us) <= batch.start_error_us + 40


DRIFTS_PPM = {"G1": -200, "G2": 200}


def named(name):
    return pseudonym(GLASSES, SITE, name)


def period_us_of(name):
    return 20_000 / (1 + DRIFTS_PPM[name] * 1e-6)


class Link:
    """A gateway's clock, by which a notification comes when its link lets it.

    This machine may be late: what was measured, plus what its link takes, is not.
    """

    def __init__(self):
        self._due_us, self._handled_us = {}, None

    def __call__(self):
        return self._handled_us or now_us()

    def follow(self, path, glasses, name):
        """Give what notes, as a device sends, when that will be heard."""
        before_us = 0

        def note(pdu):
            nonlocal before_us
            with contextlib.suppress(MalformedValue):  # of another kind
                said = motion.decode(pdu[7:])
                newest_us = glasses.begun_us + (said.counter + said.size - 1) * period_us_of(
                    name
                )
                before_us = max(before_us, newest_us + path.latency_s * 1e6)  # none overtakes
                self._due_us[pdu[7:]] = round(before_us)
            return pdu

        return note

    @contextlib.asynccontextmanager
    async def opened(self, radio, slots, bonds):
        def heard(callback):
            def put(value):
                self._handled_us = self._due_us.get(bytes(value))
                callback(value)
                self._handled_us = None

            return put

        class Client(BumbleClient):
            async def start_notify(self, characteristic, callback, **platform):
                await super().start_notify(characteristic, heard(callback), **platform)

        async with open_adapter(radio, slots, bonds) as adapter:
            arguments = {**adapter.client_arguments, "backend": Client}
            yield replace(adapter, client_arguments=arguments)


async def drifting(there, name, ppm):
    """Wear glasses whose ticks wrap after three seconds."""
    wrap = (1 << 32) - 3 * 32_768
    return await there.device(
        Glasses, name, past_s=1, drift_ppm=ppm, notify_live_samples=5, ticks_at_boot=wrap
    )


async def _stall(path, luck):
    """Hold up one packet in fifty."""
    while True:
        path.latency_s = (
            luck.uniform(0.2, 0.6) if luck.random() < 0.02 else luck.uniform(0, 0.01)
        )
        await asyncio.sleep(0.02)
