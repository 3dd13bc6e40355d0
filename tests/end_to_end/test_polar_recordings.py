"""What a Polar device recorded alone: fetched after a gap, removed once it is committed."""

import pytest

from firmware_sims.polar import PolarStrap
from firmware_sims.polar_frames import ACCELERATION
from firmware_sims.strap import Strap
from tests.airborne import running, world
from tests.end_to_end.test_raw_signals import rows_of

AT_50_HZ = bytes.fromhex("00 01 3200")
RECORDED = {"recorded": ("accel",)}
MINUTE_US = 60_000_000


@pytest.fixture
async def there(tmp_path):
    async with world(tmp_path) as there:
        await there.port()
        yield there


@pytest.fixture
async def strap(there):
    """Give one that recorded for a minute, in several files."""
    strap = await there.device(PolarStrap, "P1", drift_ppm=50, on=False)
    strap.largest_file = 4_000
    strap._on_since_us -= MINUTE_US
    strap._done(2, ACCELERATION | 0x80, AT_50_HZ)
    strap.measuring[ACCELERATION].begun_us -= MINUTE_US
    await strap.power_on()
    return strap


def is_all_there(there, strap):
    return len(list(rows_of(there.kept.of("accel")))) >= 2900 and not strap.files.kept


def as_recorded(there, strap):
    """Compare every row that was kept with what was measured; return how many there are."""
    kept = list(rows_of(there.kept.of("accel")))
    measured = strap.recorded[: len(kept)]
    assert [row for _, _, row in kept] == [row for _, _, row in measured]
    assert all(
        abs(at_us - true_us) <= error_us + 2
        for (at_us, error_us, _), (_, true_us, _) in zip(kept, measured, strict=True)
    )
    return len(kept)


async def test_it_is_fetched_row_by_row_and_records_anew(there, strap):
    async with running(there.radio(chosen=RECORDED, fetch_s=0.5)) as radio:
        await there.kept.until(lambda: is_all_there(there, strap))
        first = len(strap.files.removed)
        await there.kept.until(lambda: len(strap.files.removed) >= first + 2)

    assert first >= 3
    assert as_recorded(there, strap) > 2900
    assert strap.files.read == strap.files.removed
    assert strap.measuring[ACCELERATION].path
    assert not +radio.counts
    assert {batch.start_error_us < 100_000 for batch in there.kept.of("accel")} == {True}


async def test_nothing_is_removed_that_is_not_committed(there, strap):
    strap.largest_file = 1 << 20
    there.air.path(strap).latency_s = 0.02
    async with running(there.radio(chosen=RECORDED)) as radio:
        await there.kept.until(lambda: strap.files.read)
        there.kept.full = True
        await there.kept.until(lambda: radio.counts["refused"] >= 3)
        assert not strap.files.removed
        there.air.path(strap).latency_s = 0
        there.kept.full = False
        await there.kept.until(lambda: is_all_there(there, strap))

    as_recorded(there, strap)


async def test_a_link_lost_in_mid_file_loses_and_doubles_nothing(there, strap):
    strap.largest_file = 1 << 20
    there.air.path(strap).latency_s = 0.01
    async with running(there.radio(chosen=RECORDED)):
        await there.kept.until(lambda: there.kept.of("accel"))
        there.air.set_in_range(strap, False)
        await there.kept.until(lambda: not strap.connected)
        there.air.path(strap).latency_s = 0
        there.air.set_in_range(strap, True)
        await there.kept.until(lambda: is_all_there(there, strap))

    assert len(strap.files.read) > len(strap.files.removed)
    as_recorded(there, strap)


async def test_a_file_that_is_kept_already_is_only_removed(there, strap):
    async with running(there.radio(chosen=RECORDED)):
        await there.kept.until(lambda: is_all_there(there, strap))
        before = dict.fromkeys(strap.files.removed[-1:])
        held = len(list(rows_of(there.kept.of("accel"))))
    (path,) = before
    strap.files.kept[path] = strap.files.sent[path]
    async with running(there.radio(chosen=RECORDED)):
        await there.kept.until(lambda: strap.files.removed.count(path) == 2)

    assert as_recorded(there, strap) >= held


async def test_one_that_keeps_no_files_says_so(there):
    await there.device(Strap, "S1")
    strap = await there.device(PolarStrap, "P1", can_record=False)
    async with running(there.radio(chosen=RECORDED)) as radio:
        await there.kept.until(lambda: radio.counts["refused:accel"])
        await there.kept.until(lambda: len({it.device for it in there.kept.of("rr")}) == 2)

    assert radio.counts == {"refused:accel": 1}
    assert not strap.files.read
