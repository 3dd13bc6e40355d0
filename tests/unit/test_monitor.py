"""What a glucose monitor is asked for, and what of its answers is kept."""

from types import SimpleNamespace

import pytest

from gateway.arrivals import Arrival
from gateway.batches import Batches
from gateway.gatt import record_access
from gateway.gatt.cgm import measurement, state
from gateway.sensors.monitor import Monitor
from gateway.sensors.sensor import Link
from gateway.wire import Quality

MINUTE_US = 60_000_000
NOON_US = 1_700_000_040_000_000
ALL, DONE = "01 01", "06 00 01 01"


class Held:
    """A monitor and its connections; `noted` is what a spool would remember."""

    def __init__(self):
        self.noted, self.orders, self.minute = {}, [], 100
        self.now_us = NOON_US
        self.offers = {state.UUID, record_access.UUID}
        self.monitor = Monitor(SimpleNamespace(now_us=lambda: self.now_us))

    async def connect(self):
        self.orders.clear()
        there = SimpleNamespace(get_characteristic=lambda uuid: uuid in self.offers or None)
        client = SimpleNamespace(
            services=there, read_gatt_char=self._read, write_gatt_char=self._write
        )
        self.batches = Batches("cgm-1")
        await self.monitor.begin(Link(client, self.batches, self._listen, None, self._noted))

    async def _listen(self, uuid):
        assert uuid in {measurement.UUID, record_access.UUID}

    async def _noted(self, what):
        return self.noted.get(what)

    async def _read(self, uuid):
        assert uuid == state.UUID
        return bytearray(self.minute.to_bytes(2, "little") + bytes(3))

    async def _write(self, uuid, value, *, response):
        assert (uuid, response) == (record_access.UUID, True)
        self.orders.append(value.hex(" "))

    def tells(self, *minutes):
        """Let one notification tell these minutes, each as many mg/dL."""
        raw = b"".join(bytes([6, 0]) + 2 * minute.to_bytes(2, "little") for minute in minutes)
        self.monitor.take(Arrival(measurement.UUID, raw, self.now_us))

    async def answers(self, text):
        self.monitor.take(Arrival(record_access.UUID, bytes.fromhex(text), self.now_us))
        await self.monitor.settle()

    def keeps(self):
        """Commit; give the values that went along."""
        kept = self.monitor.batches(flush=False)
        self.noted |= {note.what: note.number for note in self.batches.notes()}
        return [int.from_bytes(batch.samples, "little") // 10 for batch in kept]


@pytest.fixture
async def held():
    held = Held()
    await held.connect()
    return held


async def test_a_session_is_asked_for_whole_and_placed_by_its_minutes(held):
    assert held.orders == [ALL]
    held.tells(90, 95)
    (first, second) = held.monitor.batches(flush=False)

    assert (first.start_us, second.start_us) == (
        NOON_US - 10 * MINUTE_US,
        NOON_US - 5 * MINUTE_US,
    )
    assert (first.stream, first.unit, first.start_error_us) == ("glucose", "mg/dL", MINUTE_US)


async def test_after_a_gap_the_rest_is_asked_for_and_what_is_known_is_passed_over(held):
    held.tells(90, 95, 100)
    await held.answers(DONE)
    held.keeps()
    held.minute, held.now_us = 130, NOON_US + 30 * MINUTE_US + MINUTE_US // 2
    await held.connect()

    assert held.orders == ["01 03 01 65 00"]
    held.tells(100, 105)
    (batch,) = held.monitor.batches(flush=False)
    assert batch.start_us == NOON_US + 5 * MINUTE_US  # placed as it was before


async def test_what_is_measured_during_a_report_neither_hides_it_nor_comes_twice(held):
    held.tells(90)
    held.tells(101)
    held.keeps()
    assert held.noted["newest minute"] == 90
    held.tells(95, 100, 101)
    await held.answers(DONE)

    assert held.keeps() == [95, 100]
    held.tells(105)
    held.keeps()
    assert held.noted["newest minute"] == 105


async def test_a_new_session_is_asked_for_whole(held):
    held.tells(100)
    held.keeps()
    held.minute, held.now_us = 3, NOON_US + 60 * MINUTE_US
    await held.connect()

    assert held.orders == [ALL]
    held.tells(2)
    assert held.keeps() == [2]


async def test_one_that_cannot_tell_a_part_tells_all(held):
    held.tells(100)
    held.keeps()
    await held.connect()
    await held.answers("06 00 01 04")

    assert held.orders == ["01 03 01 65 00", ALL]
    held.tells(95, 100, 101)
    assert held.keeps() == [101]


async def test_one_that_does_not_say_its_minute_is_placed_by_what_comes():
    held = Held()
    held.offers = set()
    await held.connect()
    held.tells(5, 7)
    older, newer = held.monitor.batches(flush=False)

    assert held.orders == []
    assert (older.start_us, newer.start_us) == (NOON_US - 2 * MINUTE_US, NOON_US)


async def test_what_it_has_against_a_reading_goes_along(held):
    held.monitor.take(Arrival(measurement.UUID, bytes.fromhex("07 80 6500 5f00 08"), NOON_US))
    held.monitor.take(Arrival(measurement.UUID, bytes.fromhex("06 00 6400 6000"), NOON_US))
    faulty, sound = held.monitor.batches(flush=False)

    assert (faulty.quality, sound.quality) == (Quality.FAULT, 0)
