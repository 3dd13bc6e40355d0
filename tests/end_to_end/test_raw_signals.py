"""A Polar strap's raw signals over the virtual radio: asked for, in order, at their time."""

import struct

import pytest

from firmware_sims import polar_frames as polar
from firmware_sims.polar import PolarStrap
from tests.airborne import running, world

RAW = {"raw": ("accel", "ecg", "ppg"), "live_batch_s": 0.5}
KINDS = {"accel": polar.ACCELERATION, "ecg": polar.ECG, "ppg": polar.PPG}


@pytest.fixture
async def there(tmp_path):
    async with world(tmp_path) as there:
        await there.port()
        yield there


def rows_of(batches):
    """Give time, how far it may be off, and numbers of every row that was kept."""
    for batch in batches:
        numbers = f"<{batch.channels}{'_h_i'[batch.width - 1]}"
        for n, row in enumerate(struct.iter_unpack(numbers, batch.samples)):
            yield batch.start_us + n * batch.period_us, batch.start_error_us, row


async def test_what_is_asked_for_is_kept_row_by_row(there):
    strap = await there.device(PolarStrap, "P1", drift_ppm=50)
    async with running(there.radio(chosen=RAW)) as radio:
        await there.kept.until(lambda: all(len(there.kept.of(name)) >= 3 for name in KINDS))
        await there.kept.until(lambda: len(there.kept.of("rr")) >= 2)

    for name, kind in KINDS.items():
        kept = list(rows_of(there.kept.of(name)))
        measured = list(strap.measuring[kind].rows)[: len(kept)]
        assert [row for _, _, row in kept] == [row for _, row in measured]
        off = [
            (abs(at_us - true_us), error_us)
            for (at_us, error_us, _), (true_us, _) in zip(kept, measured, strict=True)
        ]
        assert all(us <= error_us + 2 for us, error_us in off)
        assert max(error_us for _, error_us in off) < 500_000
    assert (there.kept.of("accel")[0].scale, there.kept.of("accel")[0].unit) == (0.001, "g")
    assert {batch.period_us for batch in there.kept.of("accel")} == {20_000.0}
    beats_us = [at for batch in there.kept.of("rr") for at in beat_times_us(batch)]
    assert all(near(at_us, error_us, strap) for at_us, error_us in beats_us)
    assert not +radio.counts


def beat_times_us(batch):
    offsets = struct.unpack(f"<{batch.size}I", batch.offsets_us)
    return [(batch.start_us + offset, batch.start_error_us) for offset in offsets]


def near(at_us, error_us, strap):
    return min(abs(at_us - end_us) for end_us in strap.beat_ends_us) <= error_us


async def test_what_was_under_way_is_begun_anew_and_a_lost_frame_is_counted(there):
    strap = await there.device(PolarStrap, "P1")
    assert strap._done(2, polar.ACCELERATION, bytes.fromhex("00 01 c800")) == (0, b"")
    lost = []

    def swallow(pdu):
        """Take the fifth frame of acceleration from the air."""
        if len(pdu) > 17 and pdu[4] == 0x1B and pdu[7] == polar.ACCELERATION:
            lost.append(pdu)
            return None if len(lost) == 5 else pdu
        return pdu

    there.air.path(strap).tamper = swallow
    async with running(there.radio(chosen={"raw": ("accel",), "live_batch_s": 0.5})) as radio:
        await there.kept.until(lambda: radio.counts["missing:accel"])
        await there.kept.until(lambda: len(there.kept.of("accel")) >= 6)

    assert [order[0] for order in strap.orders] == [1, 2, 3, 1, 2]
    assert radio.counts["missing:accel"] == 16
    kept = [row for _, _, row in rows_of(there.kept.of("accel"))]
    measured = [row for _, row in strap.measuring[polar.ACCELERATION].rows]
    assert kept == (measured[: 4 * 16] + measured[5 * 16 :])[: len(kept)]
