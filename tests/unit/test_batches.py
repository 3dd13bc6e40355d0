import struct

from gateway.batches import Batches, Stream
from gateway.clock import Instant
from gateway.runs import Run
from gateway.wire import decode_batch, encode

RATE = Stream("heart_rate", 1.0, "bpm")
ACCEL = Stream("accel", 1 / 4096, "g", 3, 20_000.0)


def test_numbers_each_stream_from_nothing():
    batches = Batches("strap-1")
    numbers = [
        batches.events(stream, [0], [1], error_us=0).sequence
        for stream in (RATE, RATE, Stream("rr", 1.0, "ms"), RATE)
    ]

    assert numbers == [0, 1, 0, 2]


def test_every_connection_is_another_boot():
    boots = {Batches("strap-1").boot for _ in range(100)}

    assert len(boots) == 100
    assert max(boots) < 1 << 63


def test_places_events_after_the_first():
    batch = Batches("strap-1").events(RATE, [100, 900, 1700], [70, 71, 72], error_us=5)

    assert (batch.start_us, batch.start_error_us, batch.period_us) == (100, 5, None)
    assert struct.unpack("<3I", batch.offsets_us) == (0, 800, 1600)
    assert struct.unpack("<3h", batch.samples) == (70, 71, 72)
    assert decode_batch(encode(batch)) == batch


def test_a_value_too_large_for_two_bytes_gets_four():
    batch = Batches("strap-1").events(RATE, [0, 1], [70, 65535], error_us=0)

    assert batch.width == 4
    assert struct.unpack("<2i", batch.samples) == (70, 65535)


def test_says_where_samples_stand_in_the_device():
    run = Run(first=50, ticks=32768, row_bytes=6, quality=1, live=True, rows=bytes(12))
    batch = Batches("glasses-1").samples(ACCEL, run, 7, Instant(1_000, 20))

    assert (batch.start_us, batch.start_error_us) == (1_000, 20)
    assert (batch.size, batch.quality, batch.period_us) == (2, 1, 20_000.0)
    assert (batch.counted.boot, batch.counted.sample, batch.counted.ticks) == (7, 50, 32768)
    assert decode_batch(encode(batch)) == batch
