"""Records that a meter keeps: asked for after a gap, given up by nobody before a commit."""

import itertools

import pytest

from firmware_sims.meter import Meter
from firmware_sims.monitor import Monitor
from firmware_sims.oximeter import Oximeter
from gateway.discovery import KINDS, pseudonym
from tests.airborne import SITE, now_us, running, world

METER = next(kind for kind in KINDS if kind.name == "meter")
M1 = pseudonym(METER, SITE, "M1")
OXIMETER = next(kind for kind in KINDS if kind.name == "oximeter")
P1 = pseudonym(OXIMETER, SITE, "P1")
HOUR_S = 3600
MINUTE_US = 60_000_000


@pytest.fixture
async def there(tmp_path):
    async with world(tmp_path) as there:
        await there.port()
        yield there


@pytest.fixture
async def meter(there):
    meter = Meter(
        there.air, address="F0:00:00:00:03:01", serial="M1", clock=now_us, ahead_s=2 * HOUR_S
    )
    there.devices.append(meter)
    now_s = now_us() // 1_000_000
    for n in range(40):
        meter.measure(now_s - 40 * HOUR_S + n * HOUR_S, 80 + n)
    await meter.power_on()
    return meter


def told(there):
    """Give every reading that was kept: when in s, and how much in mg/dL."""
    return [
        (round(batch.start_us / 1e6), int.from_bytes(batch.samples, "little") // 10)
        for batch in there.kept.of("glucose", M1)
    ]


def is_near(kept, measured):
    return all(
        value == wanted and abs(at_s - then_s) <= 1
        for (at_s, value), (then_s, wanted) in zip(kept, measured, strict=True)
    )


async def test_what_it_remembers_is_told_once_with_its_time(there, meter):
    async with running(there.radio(lease_idle_s=0.2)):
        await there.kept.until(lambda: len(told(there)) == 40)
        meter.measure(now_us() // 1_000_000, 200)
        await there.kept.until(lambda: len(told(there)) == 41)

    assert is_near(told(there), meter.records)
    assert meter.asked[0] == 0
    assert set(meter.asked[1:]) <= {40, 41}
    assert max(batch.start_error_us for batch in there.kept.of("glucose")) < 2_000_000


async def test_a_gateway_that_begins_anew_asks_for_the_rest_only(there, meter):
    async with running(there.radio(lease_idle_s=0.2)):
        await there.kept.until(lambda: len(told(there)) == 40)
    meter.measure(now_us() // 1_000_000, 200)
    async with running(there.radio(lease_idle_s=0.2)):
        await there.kept.until(lambda: len(told(there)) == 41)

    assert is_near(told(there), meter.records)
    assert 0 not in meter.asked[1:]


async def test_what_was_not_committed_is_asked_for_again(there, meter):
    there.kept.full = True
    async with running(there.radio(lease_idle_s=0.2)) as radio:
        await there.kept.until(lambda: radio.counts["refused"] >= 2)
        refused = len(meter.asked)
        there.kept.full = False
        await there.kept.until(lambda: len(told(there)) == 40)

    assert set(meter.asked[:refused]) == {0}
    assert is_near(told(there), meter.records)


async def test_a_link_lost_in_mid_report_loses_no_record(there, meter):
    there.air.path(meter).latency_s = 0.02
    async with running(there.radio(lease_idle_s=0.2)):
        await there.kept.until(lambda: len(told(there)) >= 5)
        there.air.set_in_range(meter, False)
        await there.kept.until(lambda: not meter.connected)
        there.air.set_in_range(meter, True)
        there.air.path(meter).latency_s = 0
        await there.kept.until(lambda: len(set(told(there))) == 40)

    assert 0 < meter.asked[1] < 40
    assert all(later >= earlier for earlier, later in itertools.pairwise(meter.asked))
    assert is_near(sorted(set(told(there))), meter.records)


async def test_a_meter_gives_its_slot_back(there, meter):
    async with running(there.radio(slots=1, lease_idle_s=0.1)):
        await there.kept.until(lambda: len(told(there)) == 40)
        await there.kept.until(lambda: meter.connected == 0)


async def test_what_a_monitor_measured_out_of_range_is_told_when_it_is_back(there):
    began_us = now_us() - 500 * MINUTE_US
    monitor = Monitor(
        there.air, address="F0:00:00:00:03:02", serial="C1", clock=now_us, began_us=began_us
    )
    there.devices.append(monitor)
    for minute in range(0, 400, 5):
        monitor.measure(minute, 80 + minute // 5)
    await monitor.power_on()

    def values():
        return [int.from_bytes(it.samples, "little") // 10 for it in there.kept.of("glucose")]

    async with running(there.radio()):
        await there.kept.until(lambda: len(values()) == 80)
        there.air.set_in_range(monitor, False)
        await there.kept.until(lambda: not monitor.connected)
        for minute in range(400, 500, 5):
            monitor.measure(minute, 80 + minute // 5)
        there.air.set_in_range(monitor, True)
        await there.kept.until(lambda: len(values()) == 100)
        monitor.measure(500, 200)
        await there.kept.until(lambda: len(values()) == 101)

    assert values() == [mg_dl for _, mg_dl in monitor.records]
    assert monitor.asked == [0, 396]
    for batch, (minute, _) in zip(there.kept.of("glucose"), monitor.records, strict=True):
        true_us = began_us + minute * MINUTE_US
        assert abs(batch.start_us - true_us) <= batch.start_error_us


@pytest.fixture
async def oximeter(there):
    oximeter = Oximeter(there.air, address="F0:00:00:00:03:03", serial="P1", clock=now_us)
    there.devices.append(oximeter)
    now_s = now_us() // 1_000_000
    for n in range(20):
        oximeter.measure(now_s - 20 * HOUR_S + n * HOUR_S, 80 + n, 60 + n)
    await oximeter.power_on()
    return oximeter


def checked(there):
    """Give every spot check that was kept: when in s, and the saturation in percent."""
    return [
        (round(batch.start_us / 1e6), int.from_bytes(batch.samples, "little") // 10)
        for batch in there.kept.of("spo2", P1)
    ]


async def test_an_oximeter_forgets_once_its_spot_checks_are_kept(there, oximeter):
    stored = list(oximeter.records)
    there.kept.full = True
    async with running(there.radio()) as radio:
        await there.kept.until(lambda: radio.counts["refused"] >= 2)
        assert (oximeter.deleted, oximeter.records) == (0, stored)
        there.kept.full = False
        await there.kept.until(lambda: oximeter.deleted == 1)
        kept = checked(there)
        now_s = now_us() // 1_000_000
        oximeter.measure(now_s, 99, 70)
        await there.kept.until(lambda: len(checked(there)) == 21)

    assert is_near(kept, [(at_s, percent) for at_s, percent, _ in stored])
    assert is_near(checked(there)[20:], [(now_s, 99)])
    assert (oximeter.records, oximeter.deleted) == ([], 1)


async def test_spot_checks_that_are_still_there_are_not_told_twice(there, oximeter):
    oximeter.obeys_delete = False
    async with running(there.radio()):
        await there.kept.until(lambda: len(checked(there)) == 20)
        there.air.set_in_range(oximeter, False)
        await there.kept.until(lambda: not oximeter.connected)
        oximeter.measure(now_us() // 1_000_000, 98, 66)
        oximeter.obeys_delete = True
    there.air.set_in_range(oximeter, True)
    async with running(there.radio()):
        await there.kept.until(lambda: oximeter.deleted == 1)

    assert [percent for _, percent in checked(there)] == [*range(80, 100), 98]
