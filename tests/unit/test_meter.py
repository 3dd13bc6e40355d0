"""A glucose meter is asked for what is not in the spool yet, and only for that."""

import struct
from types import SimpleNamespace

import pytest

from gateway.arrivals import Arrival
from gateway.batches import Batches
from gateway.gatt import record_access
from gateway.gatt.glucose import measurement
from gateway.sensors.meter import Meter
from gateway.sensors.sensor import Link
from gateway.wire import Quality

NOON_US = 1_709_208_030_000_000  # 29 February 2024, 12:00:30
NOON = "e807 02 1d 0c 00 1e"
ALL = "01 01"


class Client:
    """A meter without a clock that can be read."""

    def __init__(self):
        self.services = SimpleNamespace(get_characteristic=lambda _: None)
        self.asked = []

    async def write_gatt_char(self, uuid, value, *, response):
        assert (uuid, response) == (record_access.UUID, True)
        self.asked.append(value.hex(" ", 1))


class Held:
    """A meter and its connections."""

    def __init__(self):
        self.noted = None
        self.begin_anew()

    def begin_anew(self):
        """Be another gateway process, which knows what was noted."""
        self.meter = Meter(None)

    async def connect(self):
        self.client, listened = Client(), []

        async def listen(uuid):
            listened.append(uuid)

        async def noted(_):
            return self.noted

        self.batches = Batches("meter-1")
        await self.meter.begin(Link(self.client, self.batches, listen, listen, noted))
        assert listened == [measurement.UUID, record_access.UUID]

    def says(self, sequence, *, flags="02", offset="", result="69b0 11", status=""):
        text = (
            f"{flags} {sequence.to_bytes(2, 'little').hex()} {NOON} {offset} {result} {status}"
        )
        self.meter.take(Arrival(measurement.UUID, bytes.fromhex(text), NOON_US))

    def answers(self, text):
        self.meter.take(Arrival(record_access.UUID, bytes.fromhex(text), NOON_US))

    async def keeps(self):
        """Give what it told, kept with what is to be noted."""
        told = self.told()
        self.noted = next((it.number for it in self.batches.notes()), self.noted)
        await self.meter.settle()
        return told

    def told(self):
        return [
            (batch.stream, batch.unit, round(value * batch.scale, 2), batch.quality)
            for batch in self.meter.batches(flush=False)
            for (value,) in struct.iter_unpack("<h", batch.samples)
        ]


@pytest.fixture
async def held():
    held = Held()
    await held.connect()
    return held


async def test_tells_all_its_records(held):
    assert (held.client.asked, held.meter.handing_over) == ([ALL], True)

    held.says(1)
    held.says(2, flags="06", result="3ac0 11")
    held.says(3, flags="0a", status="2000")
    held.says(4, flags="08", result="", status="0400")
    held.answers("06 00 01 01")

    assert held.told() == [
        ("glucose", "mg/dL", 105.0, 0),
        ("glucose", "mmol/L", 5.8, 0),
        ("glucose", "mg/dL", 105.0, Quality.SATURATED),
    ]
    assert held.meter.handing_over is False


async def test_is_asked_for_the_rest_after_a_lost_link(held):
    held.says(7)
    await held.keeps()
    held.says(8)  # the link was lost before this one was kept
    held.meter.batches(flush=False)
    await held.connect()

    assert held.client.asked == ["01 03 01 08 00"]
    held.says(8)
    assert len(held.told()) == 1


async def test_a_simple_meter_tells_all_again_and_nothing_counts_twice(held):
    held.says(7)
    assert len(await held.keeps()) == 1
    held.begin_anew()
    await held.connect()
    held.answers("06 00 01 04")
    await held.meter.settle()

    assert held.client.asked == ["01 03 01 08 00", ALL]
    held.says(7)
    held.says(8)
    assert len(held.told()) == 1


async def test_a_meter_with_nothing_new_is_done(held):
    held.answers("06 00 01 06")
    await held.meter.settle()

    assert (held.client.asked, held.meter.handing_over) == ([ALL], False)
    assert held.told() == []


async def test_its_offset_moves_a_record(held):
    held.says(1, flags="03", offset="c4ff")
    (batch,) = held.meter.batches(flush=False)

    assert batch.start_us == NOON_US - 3600 * 1_000_000


async def test_a_meter_that_counts_anew_is_asked_for_all(held):
    held.says(7)
    await held.keeps()
    await held.connect()
    held.answers("06 00 01 06")
    await held.meter.settle()
    held.says(2)
    held.answers("06 00 01 01")
    await held.meter.settle()

    assert held.client.asked == ["01 03 01 08 00", "01 06", ALL]
    held.says(1)
    held.says(2)
    assert len(held.told()) == 2


async def test_a_meter_without_news_is_left_alone_after_its_last_record(held):
    held.says(7)
    await held.keeps()
    await held.connect()
    for answer in ("06 00 01 06", "06 00 01 01"):
        held.answers(answer)
        await held.meter.settle()
        held.says(7)

    assert held.client.asked == ["01 03 01 08 00", "01 06"]
    assert held.told() == []
