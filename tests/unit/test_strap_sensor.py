import struct

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
        assert uuid == measurement.UUID

    strap = Strap(None)
    await strap.begin(Link(None, Batches("strap-1"), listen))
    return strap


def said(text):
    return Arrival(measurement.UUID, bytes.fromhex(text), NOON_US)


def test_a_notification_is_one_rate_and_its_beats(strap):
    strap.take(said("16 48 0004 0003"))
    rate, beats = strap.batches(flush=False)

    assert (rate.stream, rate.start_us, rate.samples, rate.quality) == (
        "heart_rate",
        NOON_US,
        b"\x48\x00",
        0,
    )
    assert (beats.stream, beats.scale) == ("rr", 1000 / 1024)
    assert struct.unpack("<2h", beats.samples) == (1024, 768)
    # The newest beat ended as it was heard, the one before it 750 ms earlier.
    assert beats.start_us == NOON_US - 750_000
    assert struct.unpack("<2I", beats.offsets_us) == (0, 750_000)
    assert strap.batches(flush=True) == []


@pytest.mark.parametrize(("flags", "quality"), [("04", Quality.NOT_WORN), ("06", 0), ("00", 0)])
def test_contact_lost_is_no_heart_rate_of_zero(strap, flags, quality):
    strap.take(said(f"{flags} 00"))
    (rate,) = strap.batches(flush=False)

    assert rate.quality == quality


def test_keeps_nothing_of_a_malformed_notification(strap):
    with pytest.raises(MalformedValue):
        strap.take(said("10 3c 0004 09"))

    assert strap.batches(flush=True) == []
