import struct

import numpy as np
import pytest

from firmware_sims.air import Air, make_device
from firmware_sims.beats import Beats
from firmware_sims.strap import Strap
from firmware_sims.wearer import Activity, Wearer
from tests.unit.sims_central import Central, HandClock, address


@pytest.fixture
async def worn():
    """A function that puts a strap on somebody, and its clock."""
    air, clock, straps = Air(), HandClock(), []

    async def put_on(source):
        strap = Strap(air, address=address(), serial="S1", source=source, clock=clock)
        straps.append(strap)
        await strap.power_on()
        gateway = make_device(air, address(), "gateway")
        await gateway.power_on()
        return strap, clock, await Central.connect(gateway, strap)

    yield put_on
    for strap in straps:
        await strap.power_off()


async def listen(strap, clock, central, seconds):
    heard = await central.listen(0x2A37)
    for second in range(1, seconds + 1):
        clock.advance(1)
        strap.catch_up()
        await heard.until(lambda values, second=second: len(values) == second)
    return heard.values


def rr_ticks(values):
    return [tick for value in values for (tick,) in struct.iter_unpack("<H", value[2:])]


async def test_speaks_once_a_second_of_rate_and_beats(worn):
    wearer = Wearer(1, resting_bpm=60, program=[(Activity.RUNNING, 60)])
    strap, clock, central = await worn(wearer)
    values = await listen(strap, clock, central, 20)

    bpm = values[-1][1]
    assert all(value[0] & 0x06 == 0x06 for value in values)
    assert bpm == pytest.approx(wearer.heart_rate_bpm(clock.now_us), abs=1)
    assert np.mean(rr_ticks(values)) / 1024 == pytest.approx(60 / bpm, rel=0.05)
    assert strap.sent == strap.measured == 20


async def test_off_the_body_it_says_that_contact_is_lost(worn):
    strap, clock, central = await worn(Wearer(1, program=[(Activity.OFF_BODY, 60)]))

    assert await listen(strap, clock, central, 2) == [b"\x04\x00", b"\x04\x00"]


async def test_what_nobody_hears_is_measured_and_gone(worn):
    strap, clock, central = await worn(Wearer(1, program=[(Activity.DESK, 60)]))
    clock.advance(5)
    strap.catch_up()
    values = await listen(strap, clock, central, 3)

    assert len(values) == strap.sent == 3
    assert strap.measured == 8


async def test_old_seconds_are_not_said_after_a_jump(worn):
    strap, clock, central = await worn(Wearer(1, program=[(Activity.DESK, 60)]))
    heard = await central.listen(0x2A37)
    clock.advance(3600)
    strap.catch_up()
    await heard.until(bool)

    assert strap.measured == 3600
    assert strap.sent < 15


async def test_frozen_it_is_silent(worn):
    strap, clock, central = await worn(Wearer(1, program=[(Activity.DESK, 60)]))
    await listen(strap, clock, central, 1)
    strap.freeze()
    clock.advance(5)
    strap.catch_up()

    assert strap.measured == 1


async def test_says_who_it_is(worn):
    _, _, central = await worn(Wearer(1, program=[(Activity.DESK, 60)]))

    assert await central.read(0x2A25) == b"S1"
    assert await central.read(0x2A38) == b"\x01"


async def test_replays_real_beats(worn):
    rr_ms = np.random.default_rng(4).normal(800, 40, 50)
    strap, clock, central = await worn(Beats(rr_ms))
    values = await listen(strap, clock, central, 20)

    ticks = rr_ticks(values)
    assert ticks == [round(rr * 1024 / 1000) for rr in rr_ms[: len(ticks)]]
    assert len(ticks) >= 20
