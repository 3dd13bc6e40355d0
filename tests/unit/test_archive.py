import hashlib
import json
import random
import re
import struct

import duckdb
import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gateway.wire import Batch, DeviceCount, Lost
from ingest import durable
from ingest.archive import (
    Archive,
    CutShort,
    Selection,
    ShelfAway,
    SpoiltArchive,
    blocks,
    footers,
)
from ingest.log import Arrival, Refusal
from ingest.log.sqlite import SqliteLog
from ingest.pieces import event_offsets_us

HOUR_US = 3_600_000_000
NOON_US = 472_222 * HOUR_US


@pytest.fixture
def log(tmp_path):
    log = SqliteLog(tmp_path / "log")
    yield log
    log.close()


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path / "archive")


STREAMS = [  # name, period, channels, width, counted
    ("accel", 20_000.0, 3, 2, True),
    ("ecg", 1e6 / 130, 1, 4, False),
    ("rr", None, 1, 2, False),
    ("steps", 60e6, 1, 2, True),
    ("weight", None, 2, 4, True),
]


def some_batch(rng, sequence, *, stream, period_us, channels, width, counted):
    size = rng.randint(1, 40)
    offsets = b"".join(rng.randrange(1 << 32).to_bytes(4, "little") for _ in range(size))
    lost = Lost(samples=rng.randrange(1, 99), reason=rng.choice(["missing: µ", "elsewhere"]))
    count = DeviceCount(
        boot=rng.randrange(1 << 16), sample=rng.randrange(1 << 32), ticks=sequence
    )
    return Batch(
        device=rng.choice(["glasses-1", "strap:2", "strap-3"]),
        boot=rng.randrange(1 << 63),
        stream=stream,
        sequence=sequence,
        start_us=NOON_US + rng.randrange(HOUR_US),
        start_error_us=rng.randrange(1_000),
        period_us=period_us,
        offsets_us=b"" if period_us else offsets,
        scale=rng.choice([1.0, 1 / 256, 0.1 + 0.2, -1e-300]),
        unit=rng.choice(["g", "ms", "µg, \n"]),
        channels=channels,
        width=width,
        samples=rng.randbytes(size * channels * width),
        quality=rng.randrange(16),
        counted=count if counted else None,
        lost=rng.choice([lost, None]),
    )


def some_arrivals(seed, number):
    rng = random.Random(seed)  # noqa: S311 - chance that can be repeated
    for n in range(number):
        stream, period_us, channels, width, counted = rng.choice(STREAMS)
        batch = some_batch(
            rng, n, stream=stream, period_us=period_us, channels=channels, width=width,
            counted=counted,
        )  # fmt: skip
        gateway = rng.choice(["hall", "attic"])
        yield Arrival(NOON_US + n * HOUR_US // (number // 2), gateway, n % 3, batch)


@pytest.fixture
def filled(log):
    """A log of two hours, and what is in it."""
    log.append(list(some_arrivals(0, 300)))
    return log.read(0, 1_000)


READ = {
    "entries": lambda archive, log: archive.everything(log),
    "arrays": lambda archive, log: archive.blocks(log, Selection(), archive.last()),
}


def bits(entries):
    """Return entries as bytes: equal numbers may differ in their bits."""
    return [msgspec.msgpack.encode((e.position, e.received_us, e.gateway, e.first, e.batch))
            for e in entries]  # fmt: skip


def test_gives_back_every_bit(log, archive, filled):
    assert archive.seal(log, NOON_US + 5 * HOUR_US, log.last) == 2

    assert log.read(0, 1) == []
    assert bits(archive.entries()) == bits(filled)
    assert bits(archive.everything(log)) == bits(filled)
    assert archive.last() == log.last() == 300


def test_an_hour_waits_until_it_is_over(log, archive, filled):
    over_us = NOON_US + HOUR_US + 60_000_000

    assert archive.seal(log, over_us - 1, log.last) == 0
    assert archive.seal(log, over_us, log.last) == 1
    assert archive.seal(log, over_us + HOUR_US - 1, log.last, grace_s=0) == 1
    assert bits(archive.everything(log)) == bits(filled)


def test_an_hour_waits_until_it_is_worked_through(log, archive, filled):
    first = log.hours()[0]

    assert archive.seal(log, NOON_US * 2, lambda: first.last - 1) == 0
    assert archive.seal(log, NOON_US * 2, lambda: first.last) == 1
    assert bits(archive.everything(log)) == bits(filled)


def test_refusals_at_the_end_of_an_hour_hold_up_nothing(log, archive, filled):
    refusal = Refusal(NOON_US + 2 * HOUR_US - 1, "hall", "d", 1, "accel", 1, 0, 9, "overlap")
    log.append([], [refusal])

    assert archive.seal(log, NOON_US * 2, lambda: filled[-1].position) == 2
    assert list(archive.refusals()) == [(301, refusal)]
    assert list(archive.refusals(301)) == []


def test_reads_some_devices_streams_and_times(log, archive, filled):
    archive.seal(log, NOON_US * 2, log.last)
    start_us, end_us = NOON_US + HOUR_US // 4, NOON_US + HOUR_US // 2

    asked = Selection({"strap-3"}, ["accel", "ecg"], (start_us, end_us))
    found = list(archive.batches(asked))

    def ours(batch):
        last_us = batch.start_us + (batch.size - 1) * (batch.period_us or 0)
        inside = batch.start_us < end_us and last_us >= start_us
        return batch.device == "strap-3" and batch.stream in {"accel", "ecg"} and inside

    assert bits(found) == bits(entry for entry in filled if ours(entry.batch))
    assert bits(archive.during(log, asked)) == bits(found)
    assert len(found) > 3


def test_log_and_archive_are_read_as_one(log, archive, filled):
    first = log.hours()[0]
    archive.seal(log, NOON_US * 2, lambda: first.last)
    log.append([Arrival(NOON_US + 9 * HOUR_US, "hall", 0, filled[0].batch)])

    for after in (0, 5, first.last, first.last + 1, 299):
        beyond = [entry for entry in filled if entry.position > after]
        assert bits(archive.everything(log, after))[: len(beyond)] == bits(beyond)
    only = [entry for entry in filled if entry.batch.device == "strap-3"]
    assert bits(archive.everything(log, 0, ["strap-3"]))[: len(only)] == bits(only)


def test_an_hour_that_moves_while_it_is_read_is_read_once(log, archive, filled):
    entries = archive.everything(log)
    found = [next(entries)]
    archive.seal(log, NOON_US * 2, log.last)

    assert bits(found + list(entries)) == bits(filled)


def test_an_hour_that_is_sealed_while_another_is_read_is_read_once(log, archive, filled):
    archive.seal(log, NOON_US + HOUR_US + 60_000_000, log.last)
    entries = archive.everything(log)
    first = next(entries)
    archive.seal(log, NOON_US + 5 * HOUR_US, log.last)

    assert bits([first, *entries]) == bits(filled)


def test_a_selection_is_read_once_though_an_hour_moves_meanwhile(log, archive, filled):
    archive.seal(log, NOON_US + HOUR_US + 60_000_000, log.last)
    asked = Selection(streams=["accel"])
    sealed = list(archive.batches(asked))
    entries = archive.during(log, asked)
    found = [next(entries) for _ in range(len(sealed) + 1)]
    archive.seal(log, NOON_US * 2, log.last)

    assert bits([*found, *entries]) == bits(e for e in filled if e.batch.stream == "accel")


def told(blocks):
    """Give what blocks say of each batch, by its position."""
    found = {}
    for block in blocks:
        end = np.cumsum(block.heads["samples"])
        for head, last in zip(block.heads, end, strict=True):
            own = slice(last - head["samples"], last)
            times_us = block.times_us[own].tolist() if head["period_us"] == 0 else []
            numbers = [head[name].item() for name in head.dtype.names]
            values = block.values[own].tolist()
            found[numbers[0]] = (block.device, block.stream, numbers, values, times_us)
    return found


def test_arrays_say_what_entries_say(log, archive, filled):
    """Of any batches, sealed or not, up to a position."""
    archive.seal(log, NOON_US + HOUR_US + 60_000_000, log.last)
    assert 20 < archive.last() < 280

    for upto in (archive.last() - 20, 280):
        found = told(archive.blocks(log, Selection({"strap-3"}), upto))
        known = [e for e in filled if e.batch.device == "strap-3" and e.position <= upto]
        assert found == told(block for entry in known for block in blocks.of_entries([entry]))
        for entry in known:
            batch = entry.batch
            _, stream, numbers, values, times_us = found[entry.position]
            samples = struct.unpack(
                f"<{batch.size * batch.channels}{'i' if batch.width == 4 else 'h'}",
                batch.samples,
            )
            assert (stream, numbers[2]) == (batch.stream, batch.boot)
            assert tuple(value for row in values for value in row) == samples
            offsets_us = event_offsets_us(batch)
            assert times_us == [batch.start_us + offset for offset in offsets_us]


def test_arrays_of_an_hour_that_moves_meanwhile_come_once(log, archive, filled):
    archive.seal(log, NOON_US + HOUR_US + 60_000_000, log.last)
    sealed, whole = archive.last(), archive.blocks(log, Selection(), 300)
    found = [next(whole)]
    while found[-1].heads["position"].max() <= sealed:
        found.append(next(whole))
    archive.seal(log, NOON_US * 2, log.last)  # what is half read from the log
    found += whole

    assert sum(len(block.heads) for block in found) == len(filled)
    assert told(found).keys() == {entry.position for entry in filled}


def test_what_many_devices_said_is_found_though_few_footers_are_kept(
    log, archive, filled, monkeypatch
):
    monkeypatch.setattr(footers, "_MOST", 4)
    archive.seal(log, NOON_US * 2, log.last)

    for _ in range(2):
        assert bits(archive.batches(Selection())) == bits(filled)


def test_the_manifest_names_what_is_there(log, archive, filled, tmp_path):
    archive.seal(log, NOON_US * 2, log.last)

    manifest = json.loads((tmp_path / "archive" / "manifest.json").read_bytes())
    files = [file for hour in manifest["hours"] for file in hour["files"]]
    for file in files:
        content = (tmp_path / "archive" / file["path"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (
            file["size"],
            file["sha256"],
        )
    assert sum(file["rows"] for file in files) == len(filled)
    assert {file["stream"] for file in files} == {name for name, *_ in STREAMS}


def test_rows_are_sorted_by_device_and_position(log, archive, filled):
    archive.seal(log, NOON_US * 2, log.last)
    assert filled

    rows = archive.query("SELECT device, position, index FROM rr WHERE position < 140")
    assert len(rows) > 50
    assert rows == sorted(rows)


def test_sql_sees_every_sample_of_a_batch(log, archive, filled):
    archive.seal(log, NOON_US * 2, log.last)
    weighed = next(entry for entry in filled if entry.batch.stream == "weight")
    batch = weighed.batch

    rows = archive.query(
        "SELECT position, start_us + offset_us, v0, v1 FROM weight ORDER BY position, index"
    )
    values = struct.unpack(f"<{2 * batch.size}i", batch.samples)
    times_us = [batch.start_us + offset for offset in event_offsets_us(batch)]
    found = [row for position, *row in rows if position == weighed.position]
    assert found == [list(row) for row in zip(times_us, values[::2], values[1::2], strict=True)]


def test_answers_sql_over_named_files_only(log, archive, filled, tmp_path):
    archive.seal(log, NOON_US * 2, log.last)
    (stray,) = list((tmp_path / "archive").rglob("*-accel.parquet"))[:1]
    stray.with_name("00-9-accel.parquet").write_bytes(stray.read_bytes())
    (tmp_path / "secret.csv").write_text("a\n1\n")
    samples = sum(entry.batch.size for entry in filled if entry.batch.stream == "accel")

    assert archive.query("SELECT count(*) FROM accel") == [(samples,)]
    with pytest.raises(duckdb.PermissionException):
        archive.query(f"FROM '{tmp_path}/secret.csv'")


def test_streams_of_different_shape_share_a_file(log, archive):
    def one(sequence, channels, width):
        rng = random.Random(sequence)  # noqa: S311 - chance that can be repeated
        return some_batch(
            rng, sequence, stream="odd", period_us=1e4, channels=channels, width=width,
            counted=False,
        )  # fmt: skip

    log.append(
        [Arrival(NOON_US, "hall", 0, one(n, 1 + n % 3, 2 + 2 * (n % 2))) for n in range(9)]
    )
    entries = log.read(0, 10)
    archive.seal(log, NOON_US * 2, log.last)

    assert bits(archive.entries()) == bits(entries)


class Interrupted(Exception):
    """A power cut."""


class FailingLog:
    """A log before a power cut: after so many calls, none gets through."""

    def __init__(self, log, calls):
        self._log = log
        self._calls = calls

    def __getattr__(self, name):
        self._calls -= 1
        if self._calls < 0:
            raise Interrupted
        return getattr(self._log, name)


def test_may_be_cut_short_anywhere(log, archive, filled, tmp_path):
    calls = 0
    while True:
        try:
            archive.seal(FailingLog(log, calls), NOON_US * 2, log.last)
            break
        except Interrupted:
            calls += 1
            archive = Archive(tmp_path / "archive")
            assert bits(archive.everything(log)) == bits(filled)

    assert calls > 5
    assert bits(archive.entries()) == bits(filled)
    assert log.read(0, 1) == []


def test_leaves_when_asked_and_the_hour_stays_in_the_log(log, archive, filled, tmp_path):
    looks = iter([False, True])
    with pytest.raises(CutShort):
        archive.seal(log, NOON_US * 2, log.last, stops=lambda: next(looks))

    assert archive.last() == 0
    assert not list((tmp_path / "archive").rglob("*.parquet"))
    archive.seal(log, NOON_US * 2, log.last)
    assert bits(archive.entries()) == bits(filled)


class BusyLog:
    """A log into which something of an hour is written just when that hour is sealed."""

    def __init__(self, log, moment, late):
        self._log = log
        self._moment = moment
        self._late = late

    def __getattr__(self, name):
        if name == self._moment and self._late:
            self._log.append([self._late.pop()])
        return getattr(self._log, name)


@pytest.mark.parametrize("moment", ["hours", "devices", "of_device", "refusals", "drop"])
def test_what_is_written_while_an_hour_is_sealed_is_not_lost(log, archive, moment):
    late = next(some_arrivals(5, 2))
    log.append([Arrival(NOON_US, "hall", 0, batch) for batch in (one.batch for one in few())])
    archive.seal(BusyLog(log, moment, [late]), NOON_US * 2, log.last)

    assert len(list(archive.everything(log))) == 10
    assert len(log.read(archive.last(), 100)) == (0 if moment == "hours" else 1)

    archive.seal(log, NOON_US * 2, log.last)
    assert [entry.position for entry in archive.entries()] == list(range(1, 11))
    assert log.read(0, 10) == []


def few():
    return list(some_arrivals(6, 10))[:9]


def test_what_a_disk_keeps_otherwise_stays_in_the_log(log, archive, filled, monkeypatch):
    def spoil(path):
        table = pq.read_table(path)
        sequences = pa.array([0] * len(table))
        pq.write_table(table.set_column(5, "sequence", sequences), path)

    monkeypatch.setattr(durable, "sync", spoil)
    with pytest.raises(SpoiltArchive):
        archive.seal(log, NOON_US * 2, log.last)

    assert archive.last() == 0
    assert bits(log.read(0, 1_000)) == bits(filled)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("begin", [0, 0.5, 1], ids=["at once", "half way", "near the end"])
@pytest.mark.parametrize("spoilt", [b"", bytes(64), b"no Parquet at all"])
@pytest.mark.parametrize("read", READ.values(), ids=READ)
def test_a_file_that_is_not_what_was_sealed_is_named(
    log, archive, tmp_path, begin, spoilt, read
):
    archive.seal(log, NOON_US * 2, log.last)
    file = archive.manifest().files()[0]
    path = tmp_path / "archive" / file.path
    content = path.read_bytes()[: int(begin * (file.size - 1))]
    path.write_bytes(content + spoilt)

    with pytest.raises(ShelfAway, match=re.escape(file.path)):
        list(read(archive, log))


def test_an_empty_archive_holds_nothing(log, archive):
    assert archive.last() == 0
    assert list(archive.everything(log)) == []
    assert list(archive.batches(Selection())) == []
    assert archive.seal(log, NOON_US, log.last) == 0
    assert archive.query("SELECT 1") == [(1,)]
