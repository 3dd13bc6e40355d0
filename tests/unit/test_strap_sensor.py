import struct
from collections import Counter
from types import SimpleNamespace

import pytest

from gateway.arrivals import Arrival
from gateway.batches import Batches
from gateway.gatt.errors import MalformedValue
from gateway.gatt.heart_rate import measurement
from gateway.sensors.sensor import Link
from gateway.sensors.strap import Strap
from gateway.wire import Quality

NOON_US = 1_700_000_000_000_000


@pytest.fixture
async def strap():
    async def listen(uuid):
        assert uuid == measurement.UUID  # and to nothing raw, which nobody asked for

    client = SimpleNamespace(services=SimpleNamespace(get_characteristic=lambda _: True))
    strap = Strap(SimpleNamespace(counts=Counter(), raw=(), recorded=()))
    await strap.begin(Link(client, Batches("strap-1"), listen, listen, None))
    return strap


def said(text):
    return Arrival(measurement.UUID, bytes.fromhex(text), NOON_US)


def test_a_notification_is_one_rate_and_its_beats(strap):
    strap.take(said("16 48 0004 0003"))
    beats, rate = strap.batches(flush=False)

    assert (rate.stream, rate.start_us, rate.samples, rate.quality) == (
        "heart_rate",
        NOON_US,
        b"\x48\x00",
        0,
    )
    assert (beats.stream, beats.scale) == ("rr", 1000 / 1024)
    assert struct.unpack("<2h", beats.samples) == (1024, 768)
    # The newest beat ended within its own length before it was heard, the other 750 ms earlier.
    assert abs(beats.start_us + 750_000 - NOON_US) <= beats.start_error_us
    assert struct.unpack("<2I", beats.offsets_us) == (0, 750_000)
    assert strap.batches(flush=True) == []


@pytest.mark.parametrize(("flags", "quality"), [("04", Quality.NOT_WORN), ("06", 0), ("00", 0)])
def test_contact_lost_is_no_heart_rate_of_zero(strap, flags, quality):
    strap.take(said(f"{flags} 00"))
    (rate,) = strap.batches(flush=False)

    assert rate.quality == quality


def test_what_comes_twice_is_kept_once(strap):
    for _ in range(2):
        strap.take(said("16 48 0004 0003"))

    assert [it.stream for it in strap.batches(flush=False)] == ["rr", "heart_rate"]


def test_keeps_nothing_of_a_malformed_notification(strap):
    with pytest.raises(MalformedValue):
        strap.take(said("10 3c 0004 09"))

    assert strap.batches(flush=True) == []
