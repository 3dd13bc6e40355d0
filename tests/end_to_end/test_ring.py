"""A Colmi ring on the virtual radio: its clock is set, and its steps are told once."""

import time

from firmware_sims.ring import Ring
from gateway.discovery import KINDS, pseudonym
from tests.airborne import SITE, now_us, running, world

RING = next(kind for kind in KINDS if kind.name == "ring")
R1 = pseudonym(RING, SITE, "R1")
QUARTER_S = 900


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
