"""Orders to a Polar device, and its frames on the gateway's time line."""

import struct
from collections import Counter
from types import SimpleNamespace

import pytest
from bleak.exc import BleakError, BleakGATTProtocolError

from gateway.arrivals import Arrival
from gateway.batches import Batches
from gateway.sensors.polar import Polar
from gateway.sensors.sensor import Link
from gateway.vendors.polar import control_point, data

NOON_US = 1_700_000_000_000_000
STAMP_NS = 800_000_000 * 10**9
ALL = "0f 07" + "00" * 15
RATES = "f0 01 02 00 00 00 04 1900 3200 6400 c800 01 01 1000 02 03 0200 0400 0800"
STARTED = "f0 02 02 00 00"
PERIOD_US = 20_000


class Client:
    """A device that offers this, and may refuse to be written to."""

    def __init__(self, offers, refusal=None):
        self.services = SimpleNamespace(get_characteristic=lambda _: True)
        self.orders, self._offers, self._refusal = [], offers, refusal

    async def read_gatt_char(self, uuid):
        assert uuid == control_point.UUID
        return bytearray.fromhex(self._offers)

    async def write_gatt_char(self, uuid, value, *, response):
        assert (uuid, response) == (control_point.UUID, True)
        if self._refusal:
            raise BleakGATTProtocolError(self._refusal)
        self.orders.append(value.hex(" "))


class Held:
    def __init__(self, raw):
        self.counts = Counter()
        self.now_us = NOON_US
        self.polar = Polar(
            SimpleNamespace(
                raw=raw,
                recorded=(),
                counts=self.counts,
                now_us=lambda: self.now_us,
            )
        )

    async def connect(self, offers=ALL, refusal=None):
        self.client = Client(offers, refusal)

        async def listen(_):
            pass

        await self.polar.begin(Link(self.client, Batches("strap-1"), listen, listen, None))

    async def answers(self, text):
        self.polar.take(Arrival(control_point.UUID, bytes.fromhex(text), self.now_us))
        await self.polar.settle()

    def says(self, first, count, *, late_us=30_000, frame_type=1, stamp_ns=0):
        """Tell rows by their number; they were measured from `now_us` on."""
        last_us = (first + count - 1) * PERIOD_US
        head = struct.pack("<BQB", 2, STAMP_NS + stamp_ns + last_us * 1000, frame_type)
        rows = b"".join(struct.pack("<hhh", n, -n, 1000) for n in range(first, first + count))
        arrived_us = self.now_us + last_us + late_us
        self.polar.take(Arrival(data.UUID, head + rows, arrived_us))

    def kept(self, *, flush=True):
        return self.polar.batches(flush=flush)


@pytest.fixture
async def held():
    held = Held(("accel",))
    await held.connect()
    await held.answers(RATES)
    await held.answers(STARTED)
    return held


async def test_is_asked_what_it_can_and_then_to_begin(held):
    assert held.client.orders == ["01 02", "02 02 00 01 32 00 01 01 10 00 02 01 08 00"]
    assert not +held.counts


async def test_frames_are_joined_and_placed_by_its_clock(held):
    held.says(0, 10)
    held.says(10, 10, late_us=250_000)
    (first,) = held.kept()
    held.says(20, 10)
    (last,) = held.kept()

    assert (first.size, last.size) == (20, 10)
    assert (first.stream, first.scale, first.period_us) == ("accel", 0.001, 20_000)
    assert struct.unpack_from("<hhh", last.samples) == (20, -20, 1000)
    assert abs(first.start_us - NOON_US) <= first.start_error_us < 100_000
    assert abs(last.start_us - NOON_US - 20 * PERIOD_US) <= last.start_error_us


async def test_a_lost_frame_is_a_gap_and_one_that_comes_twice_is_none(held):
    held.says(0, 10)
    held.says(0, 10)
    held.says(20, 10)
    before, after = held.kept()

    assert (before.size, after.size) == (10, 10)
    assert after.start_us - before.start_us == pytest.approx(20 * PERIOD_US, abs=20_000)
    assert held.counts == {"missing:accel": 10}
    assert (before.lost, after.lost.samples) == (None, 10)


@pytest.mark.parametrize("by_s", [3600, -3600])
async def test_a_clock_that_is_set_ends_the_link(held, by_s):
    held.says(0, 10)

    with pytest.raises(BleakError, match="its clock was set"):
        held.says(10, 10, stamp_ns=by_s * 10**9)


async def test_a_device_that_began_anew_has_its_times_anew(held):
    held.says(0, 10)
    assert held.kept()
    held.now_us += 600_000_000
    await held.connect()
    await held.answers(RATES)
    await held.answers(STARTED)
    held.says(0, 10, stamp_ns=-500 * 10**9)
    (batch,) = held.kept()

    assert abs(batch.start_us - held.now_us) <= batch.start_error_us < 100_000


@pytest.mark.parametrize(
    ("offers", "refusal", "answer"),
    [
        pytest.param("0f 01" + "00" * 15, None, None, id="not offered"),
        pytest.param("", None, None, id="no features"),
        pytest.param(ALL, 0x80, None, id="an ATT error"),
        pytest.param(ALL, None, "f0 01 02 0d", id="in its charger"),
    ],
)
async def test_what_it_will_not_measure_is_counted(offers, refusal, answer):
    held = Held(("accel",))
    await held.connect(offers, refusal)
    if answer:
        await held.answers(answer)

    assert held.counts == {"refused:accel": 1}
    assert held.kept() == []


async def test_one_that_wants_to_be_paired_says_so():
    with pytest.raises(BleakGATTProtocolError):
        await Held(("accel",)).connect(ALL, 0x05)


async def test_a_factor_is_part_of_the_scale():
    held = Held(("accel",))
    await held.connect()
    await held.answers(RATES)
    await held.answers(STARTED + "05 01 00000040")
    held.says(0, 10)
    (batch,) = held.kept()

    assert batch.scale == 0.002
