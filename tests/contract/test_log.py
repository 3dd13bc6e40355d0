"""What every log owes its callers. A new adapter joins by one line in `open_log`."""

import resource
import sqlite3
from dataclasses import replace

import msgspec
import pytest

from gateway.wire import Batch
from ingest.log import Arrival, Refusal
from ingest.log.sqlite import SqliteLog
from tests.batches import batch

HOUR_US = 3_600_000_000
NOON_US = 472_222 * HOUR_US


@pytest.fixture(params=[SqliteLog])
def open_log(request, tmp_path):
    logs = []

    def open_(**options):
        logs.append(request.param(tmp_path / "log", **options))
        return logs[-1]

    yield open_
    for log in logs:
        log.close()


@pytest.fixture
def log(open_log):
    return open_log()


def arrival(sequence, *, received_us=NOON_US, first=0, **fields):
    return Arrival(received_us, "hall", first, batch(sequence, **fields))


def refusal(sequence, *, received_us=NOON_US, first=0):
    key = ("glasses-3f", 7, "accel", sequence, first)
    return Refusal(received_us, "hall", *key, samples=5, reason="overlap")


def beat(sequence, time_us, *, device="strap-1", boot=3):
    return Batch(
        device=device,
        boot=boot,
        stream="rr",
        sequence=sequence,
        start_us=time_us,
        start_error_us=5,
        period_us=None,
        offsets_us=bytes(4) + (800_000).to_bytes(4, "little"),
        scale=1000 / 1024,
        unit="ms",
        channels=1,
        samples=b"\x20\x03\x30\x03",
    )


def sequences(entries):
    return [entry.batch.sequence for entry in entries]


def test_gives_back_what_it_was_given(log):
    sent = [arrival(0), arrival(1, first=3), Arrival(NOON_US + 1, "attic", 0, beat(0, NOON_US))]

    entries = log.append(sent)

    assert log.read(0, 10) == entries
    for entry, one in zip(entries, sent, strict=True):
        said = (entry.received_us, entry.gateway, entry.first, entry.batch)
        assert said == (one.received_us, one.gateway, one.first, one.batch)


def test_positions_grow_from_one(log):
    log.append([arrival(n) for n in range(3)])
    log.append([arrival(3)], [refusal(4)])

    assert [entry.position for entry in log.read(0, 10)] == [1, 2, 3, 4]
    assert log.refusals(0, 10) == [(5, refusal(4))]
    assert log.last() == 5


def test_keeps_what_is_repeated_once(open_log):
    log = open_log()
    first = log.append([arrival(0), arrival(0), arrival(0, first=5)], [refusal(1), refusal(1)])
    again = log.append([arrival(0), arrival(0, first=5)], [refusal(1)])
    later = log.append([arrival(0, received_us=NOON_US + HOUR_US)])
    log.close()
    reopened = open_log()

    assert [(entry.batch.sequence, entry.first) for entry in first] == [(0, 0), (0, 5)]
    assert (again, later) == ([], [])
    assert reopened.append([arrival(0)], [refusal(1)]) == []
    assert (len(reopened.read(0, 10)), len(reopened.refusals(0, 10))) == (2, 1)


def test_what_comes_out_of_order_is_new_once(open_log):
    log = open_log()
    came = [5, 6, 2, 9, 3, 0, 4]
    for sequence in came:
        assert len(log.append([arrival(sequence)])) == 1
    log.close()
    reopened = open_log()

    assert reopened.append([arrival(sequence) for sequence in came]) == []
    assert sequences(reopened.append([arrival(n) for n in range(10)])) == [1, 7, 8]
    assert len(reopened.append([arrival(9, first=5)], [refusal(9, first=8)])) == 1
    assert reopened.append([arrival(9, first=5)], [refusal(9, first=8)]) == []
    assert reopened.last() == 12


@pytest.mark.parametrize("field", ["device", "boot", "stream"])
def test_others_of_the_same_sequence_are_strangers(log, field):
    other = {"device": "glasses-77", "boot": 8, "stream": "battery"}[field]

    assert len(log.append([arrival(0), arrival(0, **{field: other})])) == 2


def test_reads_in_pages_over_hours(log):
    for n in range(9):
        log.append([arrival(n, received_us=NOON_US + n * HOUR_US // 3)])

    pages, after = [], 0
    while page := log.read(after, 2):
        pages.append(sequences(page))
        after = page[-1].position

    assert pages == [[0, 1], [2, 3], [4, 5], [6, 7], [8]]
    assert [(hour.start_us, hour.first, hour.last) for hour in log.hours()] == [
        (NOON_US, 1, 3), (NOON_US + HOUR_US, 4, 6), (NOON_US + 2 * HOUR_US, 7, 9)
    ]  # fmt: skip


def test_reads_some_devices(log):
    log.append([arrival(n, device=f"glasses-{n % 3}") for n in range(9)])

    assert sequences(log.read(2, 3, ["glasses-0", "glasses-2"])) == [2, 3, 5]
    assert log.read(0, 3, []) == []


def test_reads_a_device_beyond_what_was_refused_of_it(log):
    log.append([arrival(0), arrival(1, device="glasses-b")])
    log.append([], [refusal(n) for n in range(2, 9)])
    assert sequences(log.read(1, 2, ["glasses-3f"])) == []
    log.append([arrival(9)])

    assert sequences(log.read(1, 2, ["glasses-3f"])) == [9]


def test_tells_an_hour_device_by_device(log):
    late = NOON_US + HOUR_US
    log.append([arrival(1, device="glasses-b"), arrival(2, stream="rr"), arrival(3)])
    (hour,) = log.hours()
    log.append([arrival(4), arrival(5, received_us=late)], [refusal(6)])

    assert log.devices(hour) == ["glasses-3f", "glasses-b"]
    mine = log.of_device(hour, "glasses-3f")  # by stream; what came since is not of that hour
    assert [entry.batch.sequence for entry in mine] == [3, 2]
    assert log.of_device(replace(hour, first=2), "glasses-b") == []


def test_finds_events_by_when_they_were(log):
    log.append([Arrival(NOON_US, "hall", 0, beat(n, n * 1_000_000)) for n in range(10)])
    log.append([Arrival(NOON_US, "hall", 0, beat(0, 4_000_000, device="strap-2"))])

    found = log.events("strap-1", "rr", 3_700_000, 5_000_000)

    assert sequences(found) == [3, 4, 5]  # the second event of 3 is at 3.8 s


def test_a_clock_that_steps_back_confuses_nothing(log):
    times = [NOON_US, NOON_US + HOUR_US, NOON_US + 1, NOON_US + HOUR_US + 1]
    for n, received_us in enumerate(times):
        log.append([arrival(n, received_us=received_us)])

    assert sequences(log.read(0, 10)) == [0, 1, 2, 3]
    assert [entry.position for entry in log.read(1, 10)] == [2, 3, 4]
    assert log.append([arrival(1)]) == []


def test_one_call_may_span_an_hour(log):
    before, after = NOON_US + HOUR_US - 1, NOON_US + HOUR_US

    log.append(
        [arrival(0, received_us=before), arrival(1, received_us=after)],
        [refusal(2, received_us=before), refusal(3, received_us=after)],
    )

    assert [(hour.last_entry, hour.last) for hour in log.hours()] == [(1, 2), (3, 4)]


def test_forgets_an_hour_and_never_gives_its_positions_again(open_log):
    log = open_log()
    for n in range(3):
        log.append([arrival(n, received_us=NOON_US + n * HOUR_US)])
    for hour in log.hours():
        log.drop(hour)
    empty = log.hours()[-1]
    log.drop(empty)  # holds the place of what was dropped, and so stays
    log.close()
    reopened = open_log()

    assert reopened.read(0, 10) == []
    assert reopened.last() == 3
    (entry,) = reopened.append([arrival(9, received_us=NOON_US)])
    assert entry.position == 4
    assert reopened.read(3, 10) == [entry]
    assert [hour.first for hour in reopened.hours()] == [4]


def test_an_empty_hour_may_give_way_before_it_is_dropped(log):
    log.append([arrival(0, received_us=NOON_US)])
    log.drop(*log.hours())
    (empty,) = log.hours()
    (entry,) = log.append([arrival(1, received_us=NOON_US + 3 * HOUR_US)])

    log.drop(empty)  # looked at by the thread that seals, before that was appended

    assert log.read(0, 10) == [entry]


def test_an_hour_that_goes_while_it_is_opened_holds_nobody_up(open_log, tmp_path):
    log = open_log()
    entries = log.append([arrival(0, received_us=NOON_US)])
    (path,) = tmp_path.rglob("*.db")
    gone = path.with_name(f"20300101T00-{7:019d}.db")
    gone.symlink_to(tmp_path / "gone")  # listed, and not there

    assert open_log(read_only=True).read(0, 10) == entries


def test_another_process_may_follow(open_log):
    log = open_log()
    follower = open_log(read_only=True)
    assert (follower.read(0, 10), follower.last()) == ([], 0)

    log.append([arrival(0)])
    log.append([arrival(1, received_us=NOON_US + HOUR_US)])
    assert (sequences(follower.read(0, 10)), follower.last()) == ([0, 1], 2)

    log.drop(log.hours()[0])
    assert (sequences(follower.read(0, 10)), follower.last()) == ([1], 2)
    with pytest.raises(sqlite3.OperationalError):
        follower.append([arrival(2)])


def test_after_a_full_disk_the_same_may_be_tried_again(log):
    log.append([arrival(0)])
    huge = [arrival(n, size=5_000) for n in range(1, 200)]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
    try:
        with pytest.raises(sqlite3.OperationalError):
            log.append(huge)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert sequences(log.read(0, 1_000)) == [0]
    assert len(log.append(huge)) == 199
    assert [entry.position for entry in log.read(0, 1_000)] == list(range(1, 201))


def test_an_unfinished_file_is_no_hour(open_log, tmp_path):
    log = open_log()
    log.append([arrival(0)])
    log.close()
    (tmp_path / "log" / "20240101T00-0000000000000000002.new").write_bytes(b"half")
    (tmp_path / "log" / "20240101T00-0000000000000000009.db-wal").write_bytes(b"left behind")

    assert sequences(open_log().read(0, 10)) == [0]
    assert {path.suffix for path in (tmp_path / "log").iterdir()} == {
        ".db",
        ".db-wal",
        ".db-shm",
    }


def test_a_batch_survives_to_the_last_bit(log):
    odd = msgspec.structs.replace(batch(0), scale=0.1 + 0.2, period_us=1e6 / 30, quality=3)

    log.append([Arrival(NOON_US, "hall", 0, odd)])

    assert msgspec.msgpack.encode(log.read(0, 1)[0].batch) == msgspec.msgpack.encode(odd)


def test_a_batch_is_kept_as_it_was_sent(open_log):
    said = msgspec.msgpack.decode(msgspec.msgpack.encode(batch(1)))
    sent = msgspec.msgpack.encode({**said, "of_a_later_version": 7})
    log = open_log()
    log.append([Arrival(NOON_US, "hall", 0, batch(1), sent)])
    assert [entry.batch for entry in log.read(0, 10)] == [batch(1)]
