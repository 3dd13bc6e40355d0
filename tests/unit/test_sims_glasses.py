import asyncio
import itertools
import struct

import numpy as np
import pytest
from bumble import att, core

from firmware_sims.air import Air, make_device
from firmware_sims.glasses import CONTROL, MINUTE, MOTION, STATE, Glasses
from firmware_sims.recording import Recording
from firmware_sims.wearer import Activity, Wearer
from tests.unit.sims_central import (
    NOON_US,
    Central,
    HandClock,
    Heard,
    Motion,
    address,
    joined,
    samples_of,
)

LIVE, NOT_WORN = 0x01, 0x02


class Scene:
    """Glasses on a walking wearer, and a central that may be asked for."""

    def __init__(self):
        self.air, self.clock = Air(), HandClock()
        self.sims = []

    def glasses(self, **options):
        options.setdefault("source", Wearer(1, program=[(Activity.WALKING, 60)]))
        sim = Glasses(self.air, address=address(), serial="G1", clock=self.clock, **options)
        self.sims.append(sim)
        return sim

    async def on(self, **options):
        sim = self.glasses(**options)
        await sim.power_on()
        return sim

    async def central(self, sim, **options):
        device = make_device(self.air, address(), "gateway")
        await device.power_on()
        return await Central.connect(device, sim, **options)

    def measure(self, seconds):
        self.clock.advance(seconds)
        for sim in self.sims:
            sim.catch_up()


@pytest.fixture
async def scene():
    scene = Scene()
    yield scene
    for sim in scene.sims:
        await sim.power_off()


def has(n):
    return lambda values: samples_of(values) >= n


async def test_live_batches_are_25_samples_with_ticks_and_counter(scene):
    sim = await scene.on(ticks_at_boot=1000)
    heard = await (await scene.central(sim)).listen(MOTION)
    for _ in range(3):
        scene.measure(0.5)
        await heard.until(has(sim.measured_samples))

    motions = [Motion.read(value) for value in heard.values]

    assert [(one.first, one.n, one.flags, one.boot) for one in motions] == [
        (0, 25, LIVE, 1),
        (25, 25, LIVE, 1),
        (50, 25, LIVE, 1),
    ]
    assert [one.ticks for one in motions] == [1000, 1000 + 16384, 1000 + 32768]


async def test_samples_are_what_the_wearer_did(scene):
    wearer = Wearer(1, program=[(Activity.WALKING, 60)])
    sim = await scene.on(source=wearer)
    heard = await (await scene.central(sim)).listen(MOTION)
    scene.measure(10)
    values = await heard.until(has(500))

    assert np.array_equal(joined(values), wearer.accel(NOON_US, 500, 20_000.0))


async def test_comes_home_with_half_an_hour_and_hands_it_over(scene):
    sim = scene.glasses()
    sim.remember(NOON_US - 1800 * 1_000_000, NOON_US)
    await sim.power_on()
    heard = await (await scene.central(sim)).listen(MOTION)
    values = await heard.until(has(90_000))

    motions = [Motion.read(value) for value in values]
    assert len(joined(values)) == 90_000
    assert {one.n for one in motions[:-1]} == {38}
    assert not motions[0].flags & LIVE
    assert sim.sent_samples == sim.measured_samples == 90_000


async def test_remembers_only_what_happened_before_it_measured(scene):
    sim = await scene.on()
    scene.measure(1)

    with pytest.raises(ValueError, match="has been measuring"):
        sim.remember(NOON_US - 1_000_000, NOON_US)


async def test_a_jump_of_the_clock_loses_nothing(scene):
    sim = await scene.on()
    heard = await (await scene.central(sim)).listen(MOTION)
    scene.measure(1)
    scene.measure(600)

    assert len(joined(await heard.until(has(30_050)))) == 30_050


async def test_goes_on_from_the_last_confirmed_after_a_lost_link(scene):
    sim = await scene.on()
    central = await scene.central(sim)
    heard = await central.listen(MOTION)
    scene.measure(60)
    await heard.until(has(3000))
    await central.order(0x01, 1000)
    scene.air.set_in_range(sim, False)
    await central.gone.wait()
    scene.measure(60)
    scene.air.set_in_range(sim, True)

    heard = await (await scene.central(sim)).listen(MOTION)

    values = await heard.until(has(5000))
    assert Motion.read(values[0]).first == 1000
    assert len(joined(values)) == 5000


async def test_resends_from_the_last_confirmed_when_asked(scene):
    sim = await scene.on()
    central = await scene.central(sim)
    heard = await central.listen(MOTION)
    scene.measure(60)
    await heard.until(has(3000))
    await central.order(0x01, 2000)

    await central.order(0x03)

    values = await heard.until(has(4000))
    assert Motion.read(values[-1]).first + Motion.read(values[-1]).n == 3000
    assert sim.sent_samples == 4000


async def test_subscribing_again_begins_at_the_last_confirmed(scene):
    sim = await scene.on()
    central = await scene.central(sim)
    heard = await central.listen(MOTION)
    scene.measure(10)
    await heard.until(has(500))
    await central.stop_listening(MOTION)
    await central.order(0x01, 100)
    scene.measure(10)

    again = await central.listen(MOTION)

    assert Motion.read((await again.until(has(900)))[0]).first == 100


@pytest.mark.parametrize(
    ("order", "error"),
    [
        pytest.param("01 00000000 00", 0x0D, id="too long"),
        pytest.param("01", 0x0D, id="too short"),
        pytest.param("09 00000000", 0x80, id="unknown"),
        pytest.param("01 f5010000", 0x81, id="sample not measured yet"),
        pytest.param("02 01000000", 0x81, id="minute not over yet"),
    ],
)
async def test_refuses_what_it_cannot_obey(scene, order, error):
    sim = await scene.on()
    central = await scene.central(sim)
    scene.measure(10)

    with pytest.raises(att.ATT_Error) as refused:
        await central.write(CONTROL, bytes.fromhex(order))

    assert refused.value.error_code == error
    assert sim.confirmed_samples == 0


async def test_confirming_never_goes_back(scene):
    sim = await scene.on()
    central = await scene.central(sim)
    scene.measure(10)
    await central.order(0x01, 400)
    await central.order(0x01, 300)

    assert (await central.state())["confirmed"] == 400


async def test_a_full_memory_shows_as_a_gap_in_the_counter(scene):
    sim = await scene.on(memory_s=10)
    scene.measure(60)
    central = await scene.central(sim)
    heard = await central.listen(MOTION)

    assert Motion.read((await heard.until(has(500)))[0]).first == 2500
    assert (await central.state())["oldest"] == 2500
    assert len(joined(heard.values)) == 500


async def test_state_tells_where_everything_is(scene):
    sim = await scene.on(boot=7)
    central = await scene.central(sim)
    scene.measure(150.01)
    await central.order(0x02, 1)

    assert await central.state() == {
        "boot": 7,
        "ticks": int(150.01 * 32768),
        "next": 7500,
        "oldest": 0,
        "confirmed": 0,
        "next_minute": 2,
        "oldest_minute": 0,
        "confirmed_minute": 1,
        "period": 5_120_000,
        "lsb": 4096,
    }


async def test_minutes_are_told_apart_from_samples(scene):
    sim = await scene.on()
    central = await scene.central(sim)
    scene.measure(180)
    heard = await central.listen(MINUTE)
    values = await heard.until(lambda values: len(values) == 3)

    minutes = [struct.unpack("<IIHBxH", value) for value in values]

    assert [(index, ticks, boot) for index, ticks, boot, _, _ in minutes] == [
        (0, 0, 1),
        (1, 60 * 32768, 1),
        (2, 120 * 32768, 1),
    ]
    assert [flags for *_, flags, _ in minutes] == [0, 0, LIVE]
    assert all(95 <= steps <= 135 for *_, steps in minutes)


async def test_a_batch_never_mixes_worn_and_not_worn(scene):
    program = [(Activity.WALKING, 1), (Activity.OFF_BODY, 1)]
    sim = await scene.on(source=Wearer(1, program=program))
    heard = await (await scene.central(sim)).listen(MOTION)
    scene.measure(120)
    motions = [Motion.read(value) for value in await heard.until(has(6000))]

    joined(heard.values)
    worn = [(one.first, one.first + one.n) for one in motions if not one.flags & NOT_WORN]
    assert (worn[0][0], worn[-1][1]) == (0, 3000)


async def test_speaks_on_a_link_of_23_bytes(scene):
    sim = await scene.on()
    central = await scene.central(sim, mtu=23)
    heard = await central.listen(MOTION)
    scene.measure(1)
    values = await heard.until(has(50))

    assert {len(value) for value in values} == {18}
    assert len(joined(values)) == 50


async def test_ticks_wrap_at_32_bits(scene):
    sim = await scene.on(ticks_at_boot=(1 << 32) - 32768)
    heard = await (await scene.central(sim)).listen(MOTION)
    for _ in range(4):
        scene.measure(0.5)
        await heard.until(has(sim.measured_samples))

    assert [Motion.read(value).ticks for value in heard.values[1:]] == [
        (1 << 32) - 16384,
        0,
        16384,
    ]


async def test_a_drifting_clock_counts_fewer_samples(scene):
    sim = await scene.on(drift_ppm=-1000)
    scene.measure(1000)

    assert sim.measured_samples == 49_950
    assert (await (await scene.central(sim)).state())["ticks"] == (999 * 32768)


async def test_a_reboot_loses_memory_and_says_so(scene):
    sim = await scene.on()
    central = await scene.central(sim)
    scene.measure(60)
    sim.reboot()
    await central.gone.wait()
    scene.measure(1)

    central = await scene.central(sim)
    heard = await central.listen(MOTION)
    first = Motion.read((await heard.until(bool))[0])

    assert (first.boot, first.first, first.ticks) == (2, 0, 0)
    assert (await central.state())["confirmed"] == 0
    assert sim.measured_samples == 3050


async def test_a_reboot_in_mid_hand_over_sends_nothing_of_the_old_memory(scene):
    sim = await scene.on()
    central = await scene.central(sim)
    heard = await central.listen(MOTION)
    scene.measure(600)
    await heard.until(bool)
    sim.reboot()
    scene.measure(0.5)
    await central.gone.wait()

    again = await (await scene.central(sim)).listen(MOTION)
    joined(heard.values)
    assert Motion.read((await again.until(bool))[0]).boot == 2


async def test_two_centrals_hear_everything_and_share_what_is_confirmed(scene):
    sim = await scene.on()
    one, other = await scene.central(sim), await scene.central(sim)
    first = await one.listen(MOTION)
    scene.measure(10)
    await first.until(has(500))
    await one.order(0x01, 500)
    second = await other.listen(MOTION)
    scene.measure(10)

    assert len(joined(await first.until(has(1000)))) == 1000
    assert Motion.read((await second.until(has(500)))[0]).first == 500
    assert (await other.state())["confirmed"] == 500


async def test_frozen_glasses_hand_over_the_last_sample(scene):
    sim = await scene.on()
    heard = await (await scene.central(sim)).listen(MOTION)
    scene.measure(1.3)
    sim.freeze()
    scene.measure(10)

    values = await heard.until(has(65))
    assert sim.measured_samples == sim.sent_samples == samples_of(values) == 65


async def test_a_recording_may_end_the_measuring(scene):
    walk = Recording.from_arrays([0, 1.1], [[0, 0, 1], [0, 0, 1]], stops_at_end=True)
    sim = await scene.on(source=walk)
    heard = await (await scene.central(sim)).listen(MOTION)
    scene.measure(20)

    await heard.until(has(55))
    assert sim.is_finished
    assert sim.measured_samples == 55


async def test_finds_my_glasses(scene):
    sim = await scene.on()
    central = await scene.central(sim)
    await central.write(0x2A06, b"\x02", with_response=False)
    await central.read(0x2A19)  # what was written before it has arrived then

    assert sim.alerts == [2]


async def test_says_who_it_is(scene):
    central = await scene.central(await scene.on())

    assert await central.read(0x2A25) == b"G1"
    assert await central.read(0x2A19) == bytes([100])
    with pytest.raises(core.ProtocolError):
        await central.read(MOTION)
    assert len(await central.read(STATE)) == 36


async def test_tells_when_the_battery_falls(scene):
    sim = await scene.on()
    heard = await (await scene.central(sim)).listen(0x2A19)
    scene.measure(3600)

    assert await asyncio.wait_for(heard.until(bool), 30) == [bytes([97])]


async def test_comes_back_from_being_off_as_from_a_reboot(scene):
    sim = await scene.on()
    scene.measure(5)
    await sim.power_off()
    scene.clock.advance(5)
    await sim.power_on()
    scene.measure(1)

    assert (await (await scene.central(sim)).state())["boot"] == 2
    assert sim.measured_samples == 300


def test_what_was_heard_is_looked_at():
    heard = Heard()
    for first in (0, 1, 3):
        heard(struct.pack("<IIHBBhhh", first, 0, 1, 0, 1, 0, 0, 0))

    with pytest.raises(AssertionError):
        joined(heard.values)
    assert len(list(itertools.pairwise(heard.values))) == 2
