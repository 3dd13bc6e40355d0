"""A Colmi ring on the virtual radio: its clock is set, and its steps are told once."""

import struct
import time
from types import SimpleNamespace

import pytest

from firmware_sims.ring import Ring
from gateway.discovery import KINDS, pseudonym
from tests.airborne import SITE, now_us, running, world

RING = next(kind for kind in KINDS if kind.name == "ring")
R1 = pseudonym(RING, SITE, "R1")
QUARTER_S = 900
FIVE_MIN_S = 300


def told(there):
    """Give every quarter of an hour that was kept: its start in s, and its steps."""
    return [
        (batch.start_us // 1_000_000, int.from_bytes(batch.samples, "little"))
        for batch in there.kept.of("quarter_steps", R1)
    ]


async def test_steps_since_its_clock_was_set_are_told_once(tmp_path):
    start_s = now_us() // 1_000_000 // QUARTER_S * QUARTER_S
    ahead_s = 0

    def clock():
        return now_us() + ahead_s * 1_000_000

    async with world(tmp_path) as there:
        await there.port()
        ring = Ring(there.air, address="F0:00:00:00:05:01", serial="R1", clock=clock)
        there.devices.append(ring)
        ring.steps = {
            start_s - n * QUARTER_S: 1000 for n in range(1, 9)
        }  # in nobody knows what zone
        await ring.power_on()
        async with running(there.radio(clock=clock, lease_idle_s=0.2)):
            await there.kept.until(lambda: len(ring.asked) == 1)
            await there.kept.until(lambda: not ring.connected)
        ahead_s = 30 * 3600
        expected = {start_s + n * QUARTER_S: 100 + n for n in range(1, 100)}
        unfinished = start_s + 30 * 3600 // QUARTER_S * QUARTER_S
        ring.steps |= expected | {unfinished: 7}
        lost = []

        def swallow(pdu):
            """Take one of the day's frames from the air, once."""
            if len(pdu) > 20 and pdu[7] == 0x43 and pdu[8] != 0xF0 and not lost:
                lost.append(pdu)
                return None
            return pdu

        there.air.path(ring).tamper = swallow
        for _ in range(2):
            visits = ring.asked.count(0)
            async with running(there.radio(clock=clock, lease_idle_s=0.2)) as radio:
                await there.kept.until(lambda visits=visits: ring.asked.count(0) > visits)
                await there.kept.until(lambda: not ring.connected)
            assert radio.counts["asked_again"] == len(lost) * (visits == 1)

    assert sorted(told(there)) == sorted(expected.items())
    assert len(there.kept.of("battery", R1)) >= 3
    assert (
        ring.set_to[0]
        == bytes.fromhex(time.strftime("%y%m%d%H", time.gmtime(start_s))) + ring.set_to[0][4:]
    )


def rates(there):
    """Give every heart rate that was kept: when in s, and bpm."""
    return [
        (batch.start_us // 1_000_000 + offset_us // 1_000_000, bpm)
        for batch in there.kept.of("heart_rate", R1)
        for (offset_us,), (bpm,) in zip(
            struct.iter_unpack("<I", batch.offsets_us),
            struct.iter_unpack("<h", batch.samples),
            strict=True,
        )
    ]


def losing_once(begins):
    """Give what takes one frame from the air, and the list of what it took."""
    lost = []

    def swallow(pdu):
        if len(pdu) > 20 and pdu[7:].startswith(begins) and not lost:
            lost.append(pdu)
            return None
        return pdu

    return swallow


@pytest.fixture
async def worn(tmp_path):
    """Give a ring whose clock, and the gateway's, can be put ahead."""
    worn = SimpleNamespace(ahead_s=0, since_s=now_us() // 1_000_000 // FIVE_MIN_S * FIVE_MIN_S)

    def clock():
        return now_us() + worn.ahead_s * 1_000_000

    async with world(tmp_path) as there:
        await there.port()
        worn.there, worn.clock = there, clock
        worn.ring = Ring(there.air, address="F0:00:00:00:05:02", serial="R1", clock=clock)
        there.devices.append(worn.ring)
        await worn.ring.power_on()
        yield worn


async def visit(worn):
    asked = len(worn.ring.asked_rates)
    async with running(worn.there.radio(clock=worn.clock, lease_idle_s=0.2)) as radio:
        await worn.there.kept.until(lambda: len(worn.ring.asked_rates) > asked)
        await worn.there.kept.until(lambda: not worn.ring.connected)
    return radio


async def test_heart_rates_of_its_log_are_told_once(worn):
    await visit(worn)
    worn.ahead_s = 30 * 3600
    logged = {worn.since_s + n * FIVE_MIN_S: 60 + n % 40 for n in range(1, 358) if n % 7}
    worn.ring.rates = dict(logged)
    worn.there.air.path(worn.ring).tamper = losing_once(b"\x15\x05")

    assert (await visit(worn)).counts["asked_again"] == 1
    assert sorted(rates(worn.there)) == sorted(logged.items())
    await visit(worn)
    assert len(rates(worn.there)) == len(logged)
    assert worn.ring.measured == 0


async def test_a_heart_rate_is_measured_where_none_is_logged(worn):
    await visit(worn)
    worn.ahead_s, worn.ring.rate_now_bpm = 3600, 71
    await visit(worn)

    assert [bpm for _, bpm in rates(worn.there)] == [71]
    assert worn.ring.measured == 1
