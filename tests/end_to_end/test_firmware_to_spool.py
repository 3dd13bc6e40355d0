"""Simulated firmware, real GATT, bleak: what the spool is given, sample by sample."""

import itertools
import logging
import random
import struct
from collections import Counter, defaultdict
from dataclasses import replace

import pytest

from firmware_sims.air import Air
from firmware_sims.glasses import Glasses
from firmware_sims.hci_port import HciPort
from firmware_sims.strap import Strap
from firmware_sims.wearer import Activity, Wearer
from gateway.discovery import GLASSES, STRAP, pseudonym
from gateway.radio import Radio
from gateway.settings import GatewaySettings
from gateway.spool import Spool
from gateway.wire import Command, Quality
from tests.airborne import HURRY, SECOND_US, SITE, Kept, at_a_desk, now_us, running


@pytest.fixture
async def air():
    return Air()


@pytest.fixture
async def kept(tmp_path):
    with Spool(tmp_path / "spool.db", limit_bytes=1 << 30) as spool:
        yield Kept(spool)


@pytest.fixture
async def devices(air):
    """`await devices(Glasses, "G1", past_s=300)` is one that is switched on."""
    made, numbers = [], itertools.count(1)

    async def make(kind, serial, *, past_s=0, source=None, **arguments):
        address = f"F0:00:00:00:01:{next(numbers):02X}"
        source, present_us = source or at_a_desk(len(made)), now_us()
        device = kind(
            air, address=address, serial=serial, source=source, clock=now_us, **arguments
        )
        if past_s:
            device.begun_us = present_us - past_s * SECOND_US
            device.remember(device.begun_us, present_us)
        await device.power_on()
        made.append(device)
        return device

    yield make
    for device in made:
        await device.power_off()


@pytest.fixture
async def port(air):
    port = HciPort(air, "gateway")
    await port.open()
    yield port
    port.close()


@pytest.fixture
def radio(port, kept, tmp_path):
    def build(transport=None, spool=kept, **patience):
        settings = GatewaySettings(
            name="gw",
            site=SITE,
            radio=transport or port.transport,
            spool=tmp_path / "spool.db",
        )
        return Radio(settings, spool, now_us, patience=replace(HURRY, **patience))

    return build


def assert_contiguous(batches):
    """Within a boot and a stream the hub must see every sequence number from 0."""
    numbers = defaultdict(list)
    for batch in batches:
        numbers[batch.device, batch.boot, batch.stream].append(batch.sequence)
    assert all(found == list(range(len(found))) for found in numbers.values())


def assert_each_once(counters, expected):
    assert counters == Counter(expected)


async def test_a_strap_is_heard_beat_by_beat(devices, radio, kept):
    strap = await devices(Strap, "S1")
    async with running(radio()):
        await kept.until(lambda: len(kept.of("heart_rate")) >= 2)
        sent = strap.sent
        await kept.until(lambda: len(kept.of("heart_rate")) >= sent)

    name = pseudonym(STRAP, SITE, "S1")
    assert {batch.device for batch in kept.batches} == {name}
    assert len(kept.of("heart_rate")) == strap.sent
    assert len(kept.of("battery")) == 1
    assert all(batch.counted is None for batch in kept.batches)
    assert_contiguous(kept.batches)


async def test_glasses_hand_over_all_they_remember(devices, radio, kept):
    glasses = await devices(Glasses, "G1", past_s=300)
    glasses.freeze()
    gateway = radio()
    async with running(gateway):
        await kept.until(lambda: kept.size("accel") >= glasses.samples.next)
        await kept.until(lambda: glasses.confirmed_samples == glasses.samples.next)
        await kept.until(lambda: glasses.confirmed_minutes == 5)

    assert_each_once(kept.counters(), range(glasses.measured_samples))
    assert_each_once(kept.counters("steps"), range(5))
    assert_contiguous(kept.batches)
    assert max(batch.size for batch in kept.of("accel")) <= 1000
    assert not +gateway.counts


async def test_what_is_kept_is_what_was_measured_and_when(devices, radio, kept):
    glasses = await devices(Glasses, "G1", past_s=60, ticks_at_boot=(1 << 32) - 40 * 32768)
    glasses.freeze()
    async with running(radio()):
        await kept.until(lambda: kept.size("accel") >= glasses.samples.next)

    for batch in kept.of("accel"):
        rows, _, n = glasses.samples.read(batch.counted.sample, batch.size)
        assert batch.samples[: 6 * n] == rows
        assert batch.period_us == 20_000.0
        assert batch.scale == 1 / 4096
        true_us = glasses.begun_us + batch.counted.sample * 20_000
        assert abs(batch.start_us - true_us) <= batch.start_error_us + 40
        assert batch.start_error_us < 50_000


async def test_live_samples_come_a_second_at_a_time(devices, radio, kept):
    glasses = await devices(Glasses, "G1", notify_live_samples=5)
    gateway = radio(idle_s=1.0)
    async with running(gateway):
        await kept.until(lambda: kept.size("accel") >= 100)
        (seen,) = gateway.seen()

    assert len(kept.of("accel")) <= 5  # of 20 notifications
    assert (seen.kind, seen.state, seen.has_memory) == ("glasses", "streaming", True)
    assert seen.battery_percent == glasses.battery_percent
    assert seen.rssi_dbm == -55
    assert seen.device == pseudonym(GLASSES, SITE, "G1")


async def test_a_link_lost_in_mid_hand_over_loses_nothing(air, devices, radio, kept):
    glasses = await devices(Glasses, "G1", past_s=600)
    glasses.freeze()
    air.path(glasses).latency_s = 0.01
    gateway = radio()
    async with running(gateway):
        await kept.until(lambda: kept.size("accel") > 2000)
        air.set_in_range(glasses, False)
        await kept.until(lambda: not glasses.connected)
        handed_over = kept.size("accel")
        air.set_in_range(glasses, True)
        air.path(glasses).latency_s = 0
        await kept.until(lambda: glasses.confirmed_samples == glasses.samples.next)
        await kept.until(lambda: glasses.confirmed_minutes == 10)

    assert handed_over < glasses.measured_samples
    assert set(kept.counters()) == set(range(glasses.measured_samples))
    assert set(kept.counters("steps")) == set(range(10))
    assert len({batch.boot for batch in kept.of("accel")}) == 2
    assert_contiguous(kept.batches)


async def test_what_a_full_queue_dropped_is_asked_for_again(devices, radio, kept):
    glasses = await devices(Glasses, "G1", past_s=120)
    glasses.freeze()
    gateway = radio(queued=20)
    async with running(gateway):
        await kept.until(lambda: glasses.confirmed_samples == glasses.samples.next)
        await kept.until(lambda: glasses.confirmed_minutes == 2)

    assert gateway.counts["dropped"] > 0
    assert gateway.counts["asked_again"] > 0
    assert not gateway.counts["missing:accel"]
    assert_each_once(kept.counters(), range(glasses.measured_samples))
    assert_each_once(kept.counters("steps"), range(2))


async def test_malformed_notifications_cost_nothing_else(air, devices, radio, kept, caplog):
    glasses = await devices(Glasses, "G1", past_s=120)
    glasses.freeze()
    luck = random.Random(1)  # noqa: S311 - chance that can be repeated

    def tamper(pdu):
        """Take a byte out of every twentieth motion value, and mend the length before it."""
        is_motion = len(pdu) > 100 and pdu[4] == 0x1B
        if not is_motion or luck.random() > 0.05:
            return pdu
        return struct.pack("<H", len(pdu) - 5) + pdu[2:-1]

    air.path(glasses).tamper = tamper
    gateway = radio()
    with caplog.at_level(logging.WARNING, "gateway"):
        async with running(gateway):
            await kept.until(lambda: glasses.confirmed_samples == glasses.samples.next)

    assert gateway.counts["malformed:6b730002"] > 1
    assert len([log for log in caplog.messages if "malformed" in log]) == 1
    assert_each_once(kept.counters(), range(glasses.measured_samples))


async def test_a_full_spool_leaves_it_in_the_device(devices, radio, kept):
    glasses = await devices(Glasses, "G1", past_s=60)
    glasses.freeze()
    kept.full = True
    gateway = radio()
    async with running(gateway):
        await kept.until(lambda: gateway.counts["refused"] >= 3)
        confirmed_without_room = glasses.confirmed_samples
        kept.full = False
        await kept.until(lambda: glasses.confirmed_samples == glasses.samples.next)

    assert confirmed_without_room == 0
    assert_each_once(kept.counters(), range(glasses.measured_samples))
    assert_contiguous(kept.batches)


async def test_a_device_that_starts_anew_counts_anew(devices, radio, kept):
    glasses = await devices(Glasses, "G1", past_s=30)
    async with running(radio()):
        await kept.until(lambda: kept.size("accel") >= 1500)
        glasses.reboot()
        await kept.until(lambda: any(b.counted.boot == 2 for b in kept.of("accel")))

    second = [batch for batch in kept.of("accel") if batch.counted.boot == 2]
    assert second[0].counted.sample == 0
    assert_contiguous(kept.batches)


async def test_glasses_on_a_table_are_not_worn(devices, radio, kept):
    wearer = Wearer(seed=1, program=[(Activity.DESK, 1), (Activity.OFF_BODY, 1)])
    glasses = await devices(Glasses, "G1", past_s=240, source=wearer)
    glasses.freeze()
    async with running(radio()):
        await kept.until(lambda: glasses.confirmed_samples == glasses.samples.next)

    assert {batch.quality for batch in kept.of("accel")} == {0, Quality.NOT_WORN}
    for batch in kept.of("accel"):
        _, flags, n = glasses.samples.read(batch.counted.sample, batch.size)
        assert n == batch.size  # of one kind
        assert (batch.quality == Quality.NOT_WORN) == bool(flags)


async def test_many_are_held_at_once(devices, radio, kept):
    made = [await devices(Glasses, f"G{n}", past_s=20) for n in range(4)]
    made += [await devices(Strap, f"S{n}") for n in range(3)]
    names = {pseudonym(GLASSES, SITE, f"G{n}") for n in range(4)} | {
        pseudonym(STRAP, SITE, f"S{n}") for n in range(3)
    }
    gateway = radio()
    async with running(gateway):
        await kept.until(lambda: {b.device for b in kept.of("accel") + kept.of("rr")} == names)

        assert {seen.device for seen in gateway.seen()} == names
        assert all(device.connected == 1 for device in made)
    assert all(device.connected == 0 for device in made)  # it said goodbye
    assert_contiguous(kept.batches)


async def test_glasses_heard_by_two_gateways_are_whole_between_them(
    air, devices, radio, kept, tmp_path
):
    glasses = await devices(Glasses, "G1", past_s=1800)
    glasses.freeze()
    air.path(glasses).latency_s = 0.005
    air.set_in_range(glasses, False)
    await devices(Strap, "S1")
    second_port = HciPort(air, "gateway-2")
    await second_port.open()
    with Spool(tmp_path / "second.db", limit_bytes=1 << 30) as spool:
        second_kept = Kept(spool)
        first = radio(queued=100)
        second = radio(second_port.transport, spool=second_kept, queued=100)
        async with running(first), running(second):
            await kept.until(lambda: kept.of("rr") and second_kept.of("rr"))
            air.set_in_range(glasses, True)  # both have been waiting for it
            await kept.until(lambda: glasses.confirmed_samples == glasses.samples.next)
            await kept.until(lambda: glasses.confirmed_minutes == 30)
    second_port.close()

    assert kept.size("accel")
    assert second_kept.size("accel")
    assert kept.of("accel")[0].device == second_kept.of("accel")[0].device
    both = set(kept.counters()) | set(second_kept.counters())
    assert both == set(range(glasses.measured_samples))
    for gateway in (first, second):
        assert not gateway.counts["missing:accel"]


async def test_a_radio_that_goes_away_is_waited_for(devices, port, radio, kept):
    glasses = await devices(Glasses, "G1", past_s=30)
    gateway = radio()
    async with running(gateway):
        await kept.until(lambda: kept.size("accel") >= 1500)
        port.close()
        await kept.until(lambda: not glasses.connected)
        before = kept.size("accel")
        await port.open()
        await kept.until(lambda: kept.size("accel") >= before + 50)

    assert set(kept.counters()) == set(range(max(kept.counters()) + 1))
    assert_contiguous(kept.batches)


async def test_a_radio_that_is_not_there_is_named_once(radio, kept, caplog):
    gateway = radio("tcp-client:127.0.0.1:1")
    with caplog.at_level(logging.WARNING, "gateway"):
        async with running(gateway):
            await kept.until(lambda: gateway.counts["radio_missing"] >= 3)

    (message,) = caplog.messages
    assert message.startswith("no radio at tcp-client:127.0.0.1:1: ")


async def test_strangers_are_ignored_and_counted(devices, radio, kept):
    stranger = await devices(Strap, "X")
    stranger.device.advertising_data = b"\x02\x01\x06"
    await stranger.device.stop_advertising()
    await stranger.device.start_advertising(advertising_data=b"\x02\x01\x06", auto_restart=True)
    gateway = radio()
    async with running(gateway):
        await kept.until(lambda: gateway.counts["ignored"])

    assert gateway.counts == {"ignored": 1}
    assert gateway.seen() == ()


async def test_lost_glasses_can_be_found(air, devices, radio, kept):
    glasses = await devices(Glasses, "G1")
    name = pseudonym(GLASSES, SITE, "G1")
    gateway = radio()

    def ring(**arguments):
        fields = {"id": "c1", "device": name, "kind": "alert", "expires_us": now_us()}
        return gateway.perform(Command(**fields | arguments))

    async with running(gateway):
        too_early = await ring()
        await kept.until(lambda: kept.batches)
        rung = await ring(level=2)
        await kept.until(lambda: list(glasses.alerts) == [2])
        refused = [await ring(level=9), await ring(device="x")]
        air.set_in_range(glasses, False)
        await kept.until(lambda: gateway.seen()[0].state == "lost")

    assert (too_early.done, too_early.reason) == (False, "not connected")
    assert (rung.id, rung.done, rung.reason) == ("c1", True, "")
    assert [answer.done for answer in refused] == [False] * 2
    assert "alert level 9" in refused[0].reason


async def test_a_strap_cannot_ring(devices, radio, kept):
    await devices(Strap, "S1")
    gateway = radio()
    async with running(gateway):
        await kept.until(lambda: kept.batches)
        command = Command(
            id="c", device=kept.batches[0].device, kind="alert", level=1, expires_us=0
        )
        answer = await gateway.perform(command)

    assert (answer.done, answer.reason) == (False, "it cannot ring")
