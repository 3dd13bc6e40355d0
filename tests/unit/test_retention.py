"""Samples go when they are old and exported; all that is counted of them stays exact."""

import msgspec
import pytest

from gateway.wire import Lost
from ingest import audit
from ingest.archive import Retention, SamplesDropped, Selection
from ingest.ledger import Ledger
from ingest.log import Entry, Head
from ingest.log.hour_file import HOUR_US
from tests.books import START_US, Books, beats, walk

DAY_US = 24 * HOUR_US
OLD_US = START_US + 8 * DAY_US
WEEK = Retention({"accel": 7, "heart_rate": 7, "ecg": 7}, until_exported=False)


def electrocardiogram(sequence):
    """Samples at a period, of a strap that counts nothing."""
    return msgspec.structs.replace(
        walk(0, 60, sequence, device="strap-1", boot=5),
        stream="ecg",
        counted=None,
        start_us=START_US + sequence * 2_000_000,
        period_us=1e6 / 130,
    )


@pytest.fixture
def books(tmp_path):
    """Give books with three sealed streams, a gap, a duplicate and an echo."""
    books = Books(tmp_path)
    full = Lost(samples=50, reason="missing: its memory was full")
    after = msgspec.structs.replace(walk(150, 200, 2), lost=full)
    books.receive(walk(0, 100, 0), after, walk(50, 120, 0, boot=8))
    unheard = Lost(samples=70, reason="missing: not heard")
    books.receive(*[electrocardiogram(n) for n in range(2)])
    books.receive(msgspec.structs.replace(electrocardiogram(2), lost=unheard))
    for n in range(20):
        books.receive(beats([START_US + n * 1_000_000], [70], n))
    books.receive(beats([START_US + 5_100_000], [70], 0, boot=6))
    books.archive.seal(books.log, START_US + 3 * HOUR_US, books.log.last)
    books.accounts.keep()
    yield books
    books.close()


def differences(books):
    with Ledger(books.ledger, read_only=True) as ledger:
        return list(audit.differences(ledger, books.journal))


def streams(books, kind):
    return {getattr(r, "batch", r).stream for r in books.entries() if isinstance(r, kind)}


def test_what_is_young_stays(books):
    assert books.archive.drop(WEEK, START_US + 7 * DAY_US) == 0
    assert books.archive.drop(Retention({"rr": 7}, until_exported=False), OLD_US) == 0
    assert streams(books, Head) == set()


def test_accounts_are_counted_again_exactly_from_what_stays(books):
    said = books.accounts.report("glasses-3f") + books.accounts.report("strap-1")
    assert books.archive.drop(WEEK, OLD_US) == 2
    assert streams(books, Head) == {"accel", "ecg"}
    assert differences(books) == []

    books.close()
    books.ledger.unlink()
    books.reopen()
    assert books.accounts.report("glasses-3f") + books.accounts.report("strap-1") == said
    missing = [(gap.missing, gap.reasons) for report in said for gap in report.gaps]
    assert missing == [(30, ("missing: its memory was full",)), (70, ("missing: not heard",))]


def test_what_comes_late_is_still_told_from_what_was_there(books):
    books.archive.drop(WEEK, OLD_US)
    books.reopen(kept=True)

    late = walk(100, 160, 0, boot=9)
    assert [(e.first, e.batch.size) for e in books.receive(late, received_us=OLD_US)] == [
        (20, 30)
    ]
    echo = beats([START_US + 7_200_000], [70], 1, boot=6)
    assert books.receive(echo, received_us=OLD_US) == []
    assert books.report("glasses-3f", "accel").gaps == ()


def test_events_without_a_counter_are_never_dropped(books):
    books.archive.drop(WEEK, OLD_US)

    assert "heart_rate" in streams(books, Entry)


def test_what_was_dropped_is_refused_and_never_nothing(books):
    books.archive.drop(WEEK, OLD_US)
    hour_us = (START_US, START_US + HOUR_US)

    def read(device=None, span_us=hour_us, stream="accel"):
        devices = None if device is None else {device}
        return list(books.archive.batches(Selection(devices, [stream], span_us)))

    with pytest.raises(SamplesDropped, match="accel of glasses-3f at 2023-11-14 22:13Z"):
        read()
    with pytest.raises(SamplesDropped):
        list(books.archive.entries())
    with pytest.raises(SamplesDropped, match="accel of glasses-3f"):
        list(books.archive.blocks(books.log, Selection(), books.log.last()))
    assert len(read(stream="heart_rate")) == 20
    assert read("glasses-1") == read(span_us=(0, START_US)) == []


def test_sql_sees_what_was_dropped_as_that(books):
    (samples,) = books.archive.query("SELECT count(*) FROM accel")
    assert books.archive.query("SELECT count(*) FROM dropped") == [(0,)]
    books.archive.drop(WEEK, OLD_US)

    query = "SELECT sum(samples) FROM dropped WHERE stream = 'accel'"
    assert books.archive.query(query) == [samples] == [(170,)]


def test_a_file_is_removed_one_call_after_nothing_names_it(books, tmp_path):
    def lie():
        paths = (tmp_path / "archive").rglob("*.parquet")
        return {str(path.relative_to(tmp_path / "archive")) for path in paths}

    before = lie()
    books.archive.drop(WEEK, OLD_US)
    named = {file.path for file in books.archive.manifest().files()}
    assert lie() == before | named

    books.archive.drop(WEEK, OLD_US)
    assert lie() == named
    assert list(books.archive.spoilt()) == []


def test_a_reader_that_was_slow_goes_on_with_what_stays(books):
    books.receive(walk(300, 400, 3), received_us=START_US + DAY_US)
    books.archive.seal(books.log, START_US + 2 * DAY_US, books.log.last)
    reading = books.journal.entries()
    found = [next(reading)]
    for _ in range(2):
        books.archive.drop(WEEK, START_US + 9 * DAY_US)

    assert [record.position for record in [*found, *reading]] == [
        record.position for record in books.entries()
    ]


EXPORTED = Retention({"accel": 7})
SPAN_US = (START_US, START_US + HOUR_US)


def test_nothing_goes_before_it_was_exported(books):
    assert books.archive.drop(EXPORTED, OLD_US) == 0
    assert books.archive.waiting_bytes(EXPORTED, OLD_US) > 0

    books.archive.export("before it was sealed", SPAN_US, ["accel"], START_US, last=0)
    assert books.archive.drop(EXPORTED, OLD_US) == 0
    books.archive.export("study", SPAN_US, ["accel"], START_US)
    assert books.archive.waiting_bytes(EXPORTED, OLD_US) == 0
    assert books.archive.drop(EXPORTED, OLD_US) == 1


@pytest.mark.parametrize(
    "spans",
    [
        [(START_US, START_US + 1_000_000)],
        [(START_US + 1, START_US + HOUR_US)],
        [(START_US, START_US + 1_000_000), (START_US + 1_000_001, START_US + HOUR_US)],
    ],
    ids=["its end", "its begin", "its middle"],
)
def test_an_export_that_lacks_a_part_is_none(books, spans):
    for span in spans:
        books.archive.export("study", span, None, START_US)

    assert books.archive.drop(EXPORTED, OLD_US) == 0


def test_exports_of_parts_make_a_whole(books):
    middle_us = START_US + 1_000_000
    books.archive.export("study", (START_US, middle_us), None, START_US)
    books.archive.export("study", (middle_us, START_US + HOUR_US), ["accel"], START_US)

    assert books.archive.drop(EXPORTED, OLD_US) == 1


def test_an_export_took_nothing_that_was_sealed_later(books):
    books.archive.export("study", SPAN_US, None, START_US)
    books.receive(walk(300, 310, 3), received_us=START_US + 4 * HOUR_US)
    books.archive.seal(books.log, START_US + DAY_US, books.log.last)

    assert books.archive.drop(EXPORTED, OLD_US + DAY_US) == 1
    assert {"accel"} == streams(books, Head) == streams(books, Entry) - {"ecg", "heart_rate"}
