"""Listed devices that only advertise: what they say is kept once, and of no other anything."""

import struct
from collections import Counter

import pytest

from firmware_sims.beacon import MiScale, Weather
from gateway.discovery import device_name
from gateway.settings import ListedAdvert
from tests.airborne import SITE, now_us, running, world

KEY = bytes(range(16))
OPEN, SEALED, SCALE, STRANGER = (f"F0:00:00:00:04:0{n}" for n in range(4))


@pytest.fixture
async def there(tmp_path):
    (tmp_path / "key").write_text(KEY.hex())
    async with world(tmp_path) as there:
        await there.port()
        yield there


@pytest.fixture
async def beacons(there):
    """`await beacons(Weather, OPEN)` is one that is switched on."""

    async def switch_on(kind, address, **arguments):
        beacon = kind(there.air, address=address, **arguments)
        await beacon.power_on()
        there.devices.append(beacon)
        return beacon

    return switch_on


@pytest.fixture
def radio(there, tmp_path):
    listed = (
        ListedAdvert(address=OPEN),
        ListedAdvert(address=SEALED, key_file=tmp_path / "key"),
        ListedAdvert(address=SCALE.lower()),
    )
    return there.radio(chosen={"adverts": listed})


def told(there, stream, device=None):
    return [
        (round(number * batch.scale, 3), batch.unit)
        for batch in there.kept.of(stream, device)
        for (number,) in struct.iter_unpack("<h", batch.samples)
    ]


async def test_what_listed_sensors_say_is_kept_once_each(there, beacons, radio):
    plain = await beacons(Weather, OPEN)
    sealed = await beacons(Weather, SEALED, key=KEY)
    stranger = await beacons(Weather, STRANGER)
    await stranger.measure(3000, 50)
    async with running(radio):
        for n in range(3):
            await plain.measure(2100 + n, 90)
            await sealed.measure(1500, 80)
            await there.kept.until(
                lambda n=n: len(there.kept.of("ambient_temperature")) == 2 * n + 2
            )
        seen = {it.device: it for it in radio.seen()}

    open_name, sealed_name = (device_name("ambient", SITE, it) for it in (OPEN, SEALED))
    assert told(there, "ambient_temperature", open_name) == [
        (21.0 + n / 100, "°C") for n in range(3)
    ]
    assert told(there, "ambient_temperature", sealed_name) == [(15.0, "°C")] * 3
    assert {batch.device for batch in there.kept.batches} == {open_name, sealed_name}
    assert seen[open_name].battery_percent == 90
    assert (seen[sealed_name].kind, seen[sealed_name].state) == ("ambient_sensor", "seen")
    sequences = [it.sequence for it in there.kept.of("battery", open_name)]
    assert sequences == [0, 1, 2]


async def test_a_replayed_or_forged_advert_is_not_kept(there, beacons, radio):
    sealed = await beacons(Weather, SEALED, key=KEY)
    async with running(radio):
        sealed.counter = 6
        await sealed.measure(1500, 80)
        await there.kept.until(lambda: there.kept.of("battery"))
        sealed.counter = 5
        there.air.path(sealed).rssi_dbm = -77
        await sealed.measure(1600, 80)
        await there.kept.until(lambda: [it.rssi_dbm for it in radio.seen()] == [-77])
        sealed._key, sealed.counter = bytes(16), 9
        await sealed.measure(1700, 80)
        await there.kept.until(lambda: radio.counts["malformed:fcd2"])

    assert told(there, "ambient_temperature") == [(15.0, "°C")]


async def test_a_scale_tells_a_weight_when_it_has_settled(there, beacons, radio):
    scale = await beacons(MiScale, SCALE)
    now_s = now_us() // 1_000_000
    async with running(radio):
        await scale.show(69.5, settled=False, at_s=now_s)
        await there.kept.until(lambda: any(it.kind == "scale" for it in radio.seen()))
        await scale.show(70.15, settled=True, at_s=now_s)
        await there.kept.until(lambda: there.kept.of("weight"))
        await scale.show(70.15, settled=True, ohm=500, at_s=now_s)
        await there.kept.until(lambda: there.kept.of("impedance"))

    assert Counter(batch.stream for batch in there.kept.batches) == {
        "weight": 1,
        "impedance": 1,
    }
    assert told(there, "weight") == [(70.15, "kg")]
    assert told(there, "impedance") == [(500.0, "ohm")]
    assert max(batch.start_error_us for batch in there.kept.batches) < 2_000_000
