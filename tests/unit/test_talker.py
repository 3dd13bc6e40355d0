"""What single values become on the wire, and when they were measured."""

import struct
import time
from types import SimpleNamespace

import pytest
from bleak.exc import BleakError

from gateway.arrivals import Arrival
from gateway.batches import Batches, Stream
from gateway.gatt import current_time
from gateway.gatt.errors import MalformedValue
from gateway.sensors import (
    activity_monitor,
    cuff,
    foot_pod,
    oximeter,
    scale,
    thermometer,
    watch,
)
from gateway.sensors.calendar import ARRIVAL_ERROR_US, Calendar
from gateway.sensors.said import sample
from gateway.sensors.sensor import Link
from gateway.sensors.talker import Talker
from gateway.wire import Quality

NOON_US = 1_709_208_030_000_000  # 29 February 2024, 12:00:30
HOUR_US = 3_600_000_000
NOON = "e807 02 1d 0c 00 1e"
TOLD = current_time.encode(NOON_US)
MOMENT = "0700 0100 3c000000 09000000"


class Client:
    """A device that holds these characteristics and answers reads with one value."""

    def __init__(self, uuids, answer=None):
        self.services = SimpleNamespace(get_characteristic=lambda uuid: uuid in uuids or None)
        self._answer = answer

    async def read_gatt_char(self, uuid):
        assert uuid == current_time.UUID
        if self._answer is None:
            raise BleakError("not permitted")
        return bytearray(self._answer)

    async def write_gatt_char(self, uuid, value, *, response):
        assert (uuid, response) == (current_time.UUID, True)
        self.written = value


async def told(sayings, uuid, text, *, clock=None, arrived_us=NOON_US):
    """Return stream, unit, values, time, its error and quality of each batch."""
    listened = []

    async def listen(to):
        listened.append(to)

    uuids = {uuid, current_time.UUID} if clock else {uuid}
    talker, client = Talker(sayings, None), Client(uuids, clock)
    calendar = await Calendar.read(client, NOON_US)
    await talker.begin(Link(client, Batches("x"), listen, listen, None, calendar))
    assert listened == [uuid]
    talker.take(Arrival(uuid, bytes.fromhex(text), arrived_us))
    batches = talker.batches(flush=False)
    assert talker.batches(flush=True) == []
    return [
        (
            batch.stream, batch.unit,
            [
                round(raw * batch.scale, 3)
                for (raw,) in struct.iter_unpack(f"<{'_h_i'[batch.width - 1]}", batch.samples)
            ],
            batch.quality,
        )
        for batch in batches
    ], batches  # fmt: skip


def uuid(number):
    return f"0000{number}-0000-1000-8000-00805f9b34fb"


@pytest.mark.parametrize(
    ("sayings", "number", "text", "expected"),
    [
        (
            oximeter.SAYINGS, uuid("2a5f"), "00 6200 4800",
            [("spo2", "percent", [98.0], 0), ("pulse", "bpm", [72.0], 0)],
        ),
        (
            oximeter.SAYINGS, uuid("2a5f"), "08 ff07 ff07 000800",
            [
                ("spo2", "percent", [0.0], Quality.NOT_WORN | Quality.SPECIAL),
                ("pulse", "bpm", [0.0], Quality.NOT_WORN | Quality.SPECIAL),
            ],
        ),
        (
            thermometer.SAYINGS, uuid("2a1c"), "00 6e0100ff",
            [("temperature", "°C", [36.6], 0)],
        ),
        (
            thermometer.SAYINGS, uuid("2a1e"), "01 da0300ff",
            [("temperature", "°F", [98.6], Quality.DOUBTED)],
        ),
        (
            cuff.SAYINGS, uuid("2a35"), "14 7800 5000 ff07 4800 0100",
            [
                ("blood_pressure", "mmHg", [120.0, 80.0], Quality.DOUBTED),
                ("mean_arterial_pressure", "mmHg", [0.0], Quality.DOUBTED | Quality.SPECIAL),
                ("pulse", "bpm", [72.0], Quality.DOUBTED),
            ],
        ),
        (
            cuff.SAYINGS, uuid("2b34"), "01 a0f0 6bf0 7cf0",
            [
                ("blood_pressure", "kPa", [16.0, 10.7], 0),
                ("mean_arterial_pressure", "kPa", [12.4], 0),
            ],
        ),
        (scale.SAYINGS, uuid("2a9d"), "00 d036", [("weight", "kg", [70.16], 0)]),
        (scale.SAYINGS, uuid("2a9d"), "00 ffff", []),
        (
            scale.SAYINGS, uuid("2a9c"), "0002 e700 8813",
            [("body_fat", "percent", [23.1], 0), ("impedance", "ohm", [500.0], 0)],
        ),
        (
            foot_pod.SAYINGS, uuid("2a53"), "06 0003 58 ffffffff",
            [
                ("speed", "m/s", [3.0], 0), ("cadence", "1/min", [88.0], 0),
                ("distance", "m", [214748364.7], Quality.SATURATED),
            ],
        ),
        (
            activity_monitor.SAYINGS, uuid("2b40"), f"80 03 {MOMENT} e80300 640000",
            [("session_steps", "count", [1100.0], 0)],
        ),
        (
            activity_monitor.SAYINGS, uuid("2b3e"), f"80 0200 {MOMENT} 48",
            [("heart_rate", "bpm", [72.0], Quality.NOT_WORN)],
        ),
        (
            watch.SAYINGS, "00030001-78fc-48fe-8e23-433b3a1942d0", "e8030000",
            [("steps_so_far", "count", [1000.0], 0)],
        ),
        (
            watch.SAYINGS, "00030002-78fc-48fe-8e23-433b3a1942d0", "0000 0080 0004",
            [("raw_motion", "g", [0.0, -32.0, 1.0], 0)],
        ),
        (watch.SAYINGS, uuid("2a37"), "00 00", []),
        (watch.SAYINGS, uuid("2a37"), "00 48", [("heart_rate", "bpm", [72.0], 0)]),
    ],
)  # fmt: skip
async def test_a_value_becomes_batches(sayings, number, text, expected):
    said, batches = await told(sayings, number, text)

    assert said == expected
    assert {(each.start_us, each.start_error_us) for each in batches} <= {
        (NOON_US, ARRIVAL_ERROR_US)
    }


@pytest.mark.parametrize(
    ("clock", "at_us", "error_us"),
    [
        pytest.param(
            # Its calendar is two hours ahead of UTC: what it measured at noon is old.
            f"{NOON.replace('0c', '0e')} 04 00 00", NOON_US - 2 * HOUR_US, 1_600_000,
            id="its clock can be read",
        ),
        pytest.param(None, NOON_US, 14 * HOUR_US, id="its clock cannot"),
        pytest.param("0000 00 00 0e 00 1e 04 00 00", NOON_US, 14 * HOUR_US, id="nor is it set"),
    ],
)  # fmt: skip
async def test_places_what_was_measured_some_time_ago(clock, at_us, error_us):
    reads = bytes.fromhex(clock) if clock else None
    _, (batch,) = await told(
        thermometer.SAYINGS, uuid("2a1c"), f"02 6e0100ff {NOON}", clock=reads
    )

    assert (batch.start_us, batch.start_error_us) == (at_us, error_us)


@pytest.mark.parametrize(
    "never", ["0000 00 00 0c 00 1e", "cf07 01 01 0c 00 1e", "e807 02 1f 0c 00 1e"]
)
async def test_believes_no_calendar_that_was_never_set(never):
    _, (batch,) = await told(thermometer.SAYINGS, uuid("2a1c"), f"02 6e0100ff {never}")

    assert (batch.start_us, batch.start_error_us) == (NOON_US, ARRIVAL_ERROR_US)


async def test_a_clock_that_may_not_be_read_is_as_good_as_none():
    calendar = await Calendar.read(Client({current_time.UUID}), NOON_US)

    assert calendar.place(None, NOON_US) == (NOON_US, ARRIVAL_ERROR_US)
    assert calendar.place(current_time.decode(TOLD).at, NOON_US)[1] > 12 * HOUR_US


@pytest.fixture
def far_east(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("far_east")
async def test_a_clock_that_is_set_shows_the_time_of_day_here_and_is_ours_from_then_on():
    client = Client({current_time.UUID}, TOLD)
    calendar = await Calendar.read(client, NOON_US + 2 * HOUR_US)
    (taken_us, _) = calendar.place(current_time.decode(TOLD).at, NOON_US + 2 * HOUR_US)
    assert taken_us == NOON_US + 2 * HOUR_US

    await calendar.set(client, NOON_US)

    assert client.written == current_time.encode(NOON_US + 9 * HOUR_US)
    taken_us, error_us = calendar.place(current_time.decode(client.written).at, NOON_US)
    assert (taken_us, error_us < 2_000_000) == (NOON_US, True)


async def test_keeps_nothing_of_a_malformed_value():
    with pytest.raises(MalformedValue):
        await told(scale.SAYINGS, uuid("2a9d"), "00 d0")


def test_a_number_too_large_to_tell_says_so():
    (said,) = sample(Stream("x", 0.1, "m"), 1e12)

    assert (said.numbers, said.quality) == ((2**31 - 1,), Quality.SATURATED)
