"""How fast an archive grows is told from its manifest alone."""

import msgspec
import pytest

from ingest.archive.growth import FURTHEST_DAYS, Growth, StreamGrowth, growth
from ingest.archive.manifest import Dropped, Manifest, SealedFile, SealedHour

HOUR_US = 3_600_000_000


def hour(number, **sizes):
    start_us = number * HOUR_US
    files = tuple(
        SealedFile(
            path=f"{number}-{stream}", stream=None if stream == "refused" else stream, rows=1,
            size=size, sha256="", start_us=start_us, end_us=start_us,
        )
        for stream, size in sizes.items()
    )  # fmt: skip
    return SealedHour(start_us=start_us, first=number, last=number, files=files)


def rates(*hours):
    return {each.stream: each.bytes_a_day for each in growth(Manifest(hours=hours)).streams}


def test_an_empty_archive_does_not_grow():
    assert growth(Manifest()) is None


def test_one_hour_is_taken_for_all():
    assert rates(hour(5, accel=100, rr=1)) == {"accel": 2400, "rr": 24}


def test_hours_in_which_nothing_came_count():
    assert rates(hour(0, accel=90), hour(9, accel=10)) == pytest.approx({"accel": 240})


def test_only_the_latest_week_tells_how_fast():
    old = [hour(n, accel=1_000, ecg=50) for n in range(24)]
    week = [hour(100 + n, accel=10) for n in range(7 * 24)]

    found = growth(Manifest(hours=(*old, *week)))

    assert (found.over_us, found.until_us) == (7 * 24 * HOUR_US, 268 * HOUR_US)
    assert [(each.stream, each.size, each.bytes_a_day) for each in found.streams] == [
        ("accel", 24_000 + 1_680, 240),
        ("ecg", 1_200, 0),
    ]
    assert found.size == 26_880


def test_what_grows_fastest_stands_first_and_refusals_have_no_name():
    found = growth(Manifest(hours=(hour(0, rr=5, refused=1, accel=50),)))

    assert [each.stream for each in found.streams] == ["accel", "rr", None]


def test_hours_need_not_come_in_order():
    assert rates(hour(3, accel=10), hour(1, accel=20)) == {"accel": pytest.approx(240)}


def test_what_was_dropped_tells_what_stays_of_a_file():
    file = msgspec.structs.replace(
        hour(1, accel=10).files[0], dropped=Dropped(at_us=0, rows=9, size=200)
    )
    found = growth(Manifest(hours=(hour(0, accel=100), SealedHour(
        start_us=HOUR_US, first=2, last=2, files=(file,)
    ))))  # fmt: skip

    (accel,) = found.streams
    assert (accel.size, accel.droppable, accel.bytes_a_day) == (110, 100, 3_600)
    assert accel.heads == pytest.approx(0.05)


def lasts(room_bytes, keep_days, *streams):
    return Growth(streams, 0, 0).days(room_bytes, keep_days)


def test_samples_that_go_make_room():
    new = StreamGrowth("accel", 10, 10.0, droppable=10, heads=0.1)
    full = StreamGrowth("accel", 100, 10.0, droppable=100, heads=0.1)

    assert lasts(100, {}, new) == 10
    assert lasts(100, {"rr": 1}, new) == 10
    assert lasts(50, {"accel": 10}, new) == pytest.approx(5.5, abs=0.1)
    assert lasts(50, {"accel": 10}, full) == pytest.approx(50)  # only heads grow from now on
    assert lasts(4_000, {"accel": 10}, full) == FURTHEST_DAYS


def test_events_that_stay_make_none():
    beats = StreamGrowth("rr", 10, 10.0, droppable=0)

    assert lasts(100, {"rr": 7}, beats) == 10
