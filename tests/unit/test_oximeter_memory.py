"""An oximeter's memory is deleted only when all of it was told, and kept."""

import struct
from collections import Counter
from types import SimpleNamespace

import pytest

from gateway.arrivals import Arrival
from gateway.batches import Batches
from gateway.gatt import current_time, record_access
from gateway.gatt.errors import MalformedValue
from gateway.gatt.oximeter import continuous, spot_check
from gateway.sensors.calendar import Calendar
from gateway.sensors.oximeter_memory import Oximeter
from gateway.sensors.sensor import Link

NOON_US = 1_709_208_030_000_000  # 29 February 2024, 12:00:30
REPORT, COUNT, DELETE = "01 01", "04 01", "02 01"
REPORTED, DELETED, NO_RECORDS = "06 00 01 01", "06 00 02 01", "06 00 01 06"
NO_SUCH_ORDER = "06 00 04 02"


class Client:
    """An oximeter with these characteristics."""

    def __init__(self, *uuids):
        self.services = SimpleNamespace(get_characteristic=lambda uuid: uuid in uuids or None)
        self.asked = []

    async def write_gatt_char(self, uuid, value, *, response):
        assert (uuid, response) == (record_access.UUID, True)
        self.asked.append(value.hex(" ", 1))

    async def read_gatt_char(self, _):
        return bytearray(current_time.encode(NOON_US))


class Held:
    """An oximeter and its connections."""

    def __init__(self):
        self.noted, self.counts = None, Counter()
        self.begin_anew()

    def begin_anew(self):
        """Be another gateway process, which knows what was noted."""
        self.oximeter = Oximeter(SimpleNamespace(counts=self.counts))

    async def connect(self, *uuids):
        self.client = Client(*uuids or (spot_check.UUID, record_access.UUID, current_time.UUID))

        async def listen(_):
            pass

        async def noted(_):
            return self.noted

        self.batches = Batches("oximeter-1")
        calendar = await Calendar.read(self.client, NOON_US)
        link = Link(self.client, self.batches, listen, listen, noted, calendar)
        await self.oximeter.begin(link)

    def says(self, percent, minute=None, status="0003"):
        date = "" if minute is None else f"e807 02 1d 0b {minute:02x} 00"
        flags = "02" if minute is None else "03"
        value = bytes.fromhex(f"{flags} {percent:02x}00 4800 {date} {status}")
        self.oximeter.take(Arrival(spot_check.UUID, value, NOON_US))

    async def answers(self, text):
        """Answer, and have what was told kept; give the saturations and minutes of it."""
        self.oximeter.take(Arrival(record_access.UUID, bytes.fromhex(text), NOON_US))
        return await self.keeps()

    async def keeps(self):
        batches = self.oximeter.batches(flush=False)
        if batches:
            self.noted = next((it.number for it in self.batches.notes()), self.noted)
        await self.oximeter.settle()
        return [
            (struct.unpack("<h", each.samples)[0] // 10, each.start_us // 60_000_000 % 60)
            for each in batches
            if each.stream == "spo2"
        ]


@pytest.fixture
async def held():
    held = Held()
    await held.connect()
    return held


def counted(number):
    return f"05 00 {number.to_bytes(2, 'little').hex()}"


async def test_deletes_what_was_told_and_kept(held):
    held.says(97, 10)
    held.says(96, 20)

    assert await held.answers(REPORTED) == [(97, 10), (96, 20)]
    assert held.oximeter.handing_over
    assert await held.answers(counted(2)) == []
    assert held.client.asked == [REPORT, COUNT, DELETE]
    await held.answers(DELETED)
    assert not held.oximeter.handing_over


async def test_what_it_measured_meanwhile_is_told_before_anything_is_deleted(held):
    held.says(97, 10)
    await held.answers(REPORTED)
    await held.answers(counted(2))
    held.says(97, 10)
    held.says(95, 30)

    assert await held.answers(REPORTED) == [(95, 30)]
    await held.answers(counted(2))
    assert held.client.asked == [REPORT, COUNT, REPORT, COUNT, DELETE]


async def test_a_memory_that_does_not_stand_still_is_left_for_the_next_connection(held):
    for number in range(1, 4):
        for minute in range(number):
            held.says(97, minute)
        await held.answers(REPORTED)
        await held.answers(counted(number + 1))

    assert DELETE not in held.client.asked
    assert not held.oximeter.handing_over


@pytest.mark.parametrize("answer", [NO_RECORDS, "06 00 01 02"])
async def test_an_empty_memory_is_left_alone(held, answer):
    assert await held.answers(answer) == []
    assert (held.client.asked, held.oximeter.handing_over) == ([REPORT], False)


async def test_one_that_cannot_be_counted_keeps_what_it_has_and_it_is_told_once(held):
    held.says(97, 10)
    assert await held.answers(REPORTED) == [(97, 10)]
    await held.answers(NO_SUCH_ORDER)
    held.begin_anew()
    await held.connect()
    held.says(97, 10)
    held.says(98, 11)

    assert await held.answers(REPORTED) == [(98, 11)]
    assert DELETE not in held.client.asked


async def test_what_cannot_be_read_stays_on_the_device(held):
    held.says(97, 10)
    with pytest.raises(MalformedValue):
        held.says(97, 77)

    assert await held.answers(REPORTED) == [(97, 10)]
    assert held.client.asked == [REPORT]


async def test_what_was_stored_without_a_time_stays_on_the_device(held):
    held.says(97)

    assert await held.answers(REPORTED) == []
    assert (held.client.asked, held.counts["undated"]) == ([REPORT], 1)


async def test_a_reading_of_now_needs_no_time(held):
    held.says(97, 10)
    held.says(96, status="0001")
    assert await held.keeps() == [(96, 0)]
    assert await held.answers(REPORTED) == [(97, 10)]
    await held.answers(counted(1))
    held.says(95)

    assert await held.keeps() == [(95, 0)]
    assert held.client.asked == [REPORT, COUNT, DELETE]


async def test_one_that_streams_as_well_keeps_its_slot(held):
    assert held.oximeter.has_memory
    await held.connect(spot_check.UUID, continuous.UUID, record_access.UUID)

    assert not held.oximeter.has_memory


async def test_one_without_a_memory_is_asked_for_nothing(held):
    await held.connect(spot_check.UUID)
    held.says(97)

    assert await held.keeps() == [(97, 0)]
    assert (held.client.asked, held.oximeter.has_memory) == ([], False)
