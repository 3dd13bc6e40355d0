import sqlite3
from contextlib import closing
from itertools import accumulate, cycle, islice

import pytest
from msgspec.structs import replace

from gateway.wire import Lost
from ingest import audit
from ingest.lanes import GivenUp
from ingest.ledger import Ledger
from tests.books import PERIOD_US, START_US, Books, beats, counters, walk

SECOND_US = 1_000_000


@pytest.fixture
def books(tmp_path):
    books = Books(tmp_path)
    yield books
    books.close()


def at_s(*seconds):
    return [START_US + round(second * SECOND_US) for second in seconds]


def heard(books, seconds, *, boot=5, first=0, bpm=70, gateway="hall"):
    """Receive one event a batch."""
    for n, second in enumerate(seconds, first):
        books.receive(beats(at_s(second), [bpm], n, boot=boot), gateway=gateway)


def give_up(books, batch, reason):
    lane = (batch.device, batch.boot, batch.stream)
    refusals = books.accounts.set_aside(START_US, "hall", lane, batch.sequence, reason)
    books.log.append([], refusals)
    books.accounts.committed()


def given_up(books):
    return [g for lane in books.report("glasses-3f", "accel").lanes for g in lane.given_up]


def differences(books):
    """Return where the accounts differ from what is counted again."""
    books.accounts.keep()
    with Ledger(books.ledger, read_only=True) as ledger:
        return list(audit.differences(ledger, books.journal))


def irregular(after_s, events):
    """Return the times of events that follow no pace."""
    waits_s = islice(cycle([1, 9, 2, 14, 30, 5, 3, 20]), events)
    return [after_s + wait_s for wait_s in accumulate(waits_s)]


def gaps(report):
    """Return gaps as seconds after the start, and what each holds."""
    to_s = [
        ((gap.start_us - START_US) / SECOND_US, (gap.end_us - START_US) / SECOND_US)
        for gap in report.gaps
    ]
    return [(*span, gap.missing) for span, gap in zip(to_s, report.gaps, strict=True)]


class TestReasons:
    """Why something is missing, as its gateway says."""

    FULL = Lost(samples=20, reason="missing: its memory was full before a gateway came")
    ELSEWHERE = Lost(samples=30, reason="elsewhere: another gateway confirmed it")

    def told(self, books, kept):
        books.receive(
            walk(0, 50, 0),
            replace(walk(70, 100, 1), lost=self.FULL),
            replace(walk(130, 150, 0, boot=8), lost=self.ELSEWHERE),
            walk(160, 170, 1, boot=8),
        )
        books.reopen(kept=kept)
        return books.report("glasses-3f", "accel")

    @pytest.mark.parametrize("kept", [False, True])
    def test_a_gap_says_why_it_is_one(self, books, kept):
        report = self.told(books, kept)

        reasons = [(gap.missing, *gap.reasons) for gap in report.gaps]
        full, elsewhere = self.FULL.reason, self.ELSEWHERE.reason
        assert reasons == [(20, full), (30, elsewhere), (10,)]
        assert report.given_up == {(full,): 20, (elsewhere,): 30}
        assert [gap.missing for gap in report.open_gaps] == [10]
        assert differences(books) == []

    def test_what_comes_after_all_needs_no_reason(self, books):
        self.told(books, kept=True)
        books.receive(walk(100, 130, 0, boot=9), walk(55, 60, 1, boot=9))

        report = books.report("glasses-3f", "accel")
        assert [(gap.missing, len(gap.reasons)) for gap in report.gaps] == [
            (5, 1), (10, 1), (10, 0),
        ]  # fmt: skip
        assert differences(books) == []

    @pytest.mark.parametrize("kept", [False, True])
    def test_samples_that_nobody_counts_have_gaps_by_what_is_said(self, books, kept):
        lost = Lost(samples=10, reason="missing: it was sent and not heard")
        books.receive(
            replace(walk(0, 50, 0), counted=None),
            replace(walk(60, 90, 1), counted=None, lost=lost),
            replace(walk(60, 90, 1), counted=None, lost=lost),  # sent again
        )
        books.reopen(kept=kept)

        (gap,) = books.report("glasses-3f", "accel").gaps
        assert (gap.missing, gap.reasons) == (10, (lost.reason,))
        assert gap.end_us - gap.start_us == 11 * PERIOD_US
        assert differences(books) == []

    def test_what_is_trimmed_away_takes_no_reason_along(self, books):
        lost = Lost(samples=5, reason="missing: it was sent and not heard")
        books.receive(walk(0, 50, 0))
        books.receive(replace(walk(40, 60, 0, boot=8), lost=lost))

        assert books.report("glasses-3f", "accel").gaps == ()
        assert differences(books) == []


class TestSequences:
    def test_a_batch_sent_again_is_settled_and_not_stored(self, books):
        (entry,) = books.receive(walk(0, 50, 0))

        assert books.receive(walk(0, 50, 0)) == []
        assert books.mark(entry.batch) == 0
        assert books.report("glasses-3f", "accel").redelivered == 50

    def test_twice_in_one_group_is_once(self, books):
        assert len(books.receive(walk(0, 50, 0), walk(0, 50, 0))) == 1

    def test_the_mark_waits_at_a_hole(self, books):
        batches = [walk(n * 50, n * 50 + 50, n) for n in range(5)]
        marks = []
        for batch in (batches[0], batches[2], batches[3], batches[1], batches[4]):
            books.receive(batch)
            marks.append(books.mark(batch))

        assert marks == [0, 0, 0, 3, 4]
        assert len(books.entries()) == 5

    def test_what_is_set_aside_holds_up_nothing(self, books):
        batch = walk(0, 50, 1)
        books.receive(batch)
        assert books.mark(batch) == -1

        lane = (batch.device, batch.boot, batch.stream)
        refusals = books.accounts.set_aside(START_US, "hall", lane, 0, "dead_letter")
        books.log.append([], refusals)
        books.accounts.committed()
        assert books.mark(batch) == 1
        assert books.accounts.set_aside(START_US, "hall", lane, 0, "dead_letter") == []

        books.reopen()
        assert books.mark(batch) == 1

    @pytest.mark.parametrize("kept", [False, True])
    def test_what_was_given_up_is_told_until_it_comes_after_all(self, books, kept):
        books.receive(walk(0, 50, 0), walk(200, 250, 4))
        for sequence in (1, 2, 3):
            give_up(books, walk(0, 1, sequence), "set_aside: too large")
        books.reopen(kept=kept)
        (lane,) = books.report("glasses-3f", "accel").lanes
        assert (lane.given_up, lane.waiting) == ((GivenUp(1, 3, "set_aside: too large"),), 0)

        (entry,) = books.receive(walk(100, 150, 2))

        books.reopen(kept=kept)
        assert entry.batch.size == 50
        assert [(g.first, g.last) for g in given_up(books)] == [(1, 1), (3, 3)]
        assert books.receive(walk(100, 150, 2)) == []

    @pytest.mark.parametrize("kept", [False, True])
    def test_what_its_gateway_has_no_longer_holds_up_nothing(self, books, kept):
        batch = walk(0, 50, 1_000_007)
        lane = (batch.device, batch.boot, batch.stream)
        books.receive(batch)
        (refusal,) = books.accounts.give_up(START_US, "hall", lane, 1_000_003)
        books.log.append([], [refusal])
        books.accounts.committed()
        mark = books.accounts.mark(lane)
        assert (mark.sequence, mark.beyond) == (1_000_002, ((1_000_007, 1_000_007),))
        assert books.accounts.give_up(START_US, "hall", lane, 1_000_003) == []

        books.reopen(kept=kept)
        assert books.accounts.mark(lane) == mark

    def test_each_gateway_hears_of_its_own(self, books):
        books.receive(walk(0, 50, 0, boot=7), gateway="hall")
        books.receive(walk(50, 99, 0, boot=8), gateway="attic")

        assert [mark.boot for mark in books.accounts.marks("hall")] == [7]
        assert [mark.boot for mark in books.accounts.marks("attic")] == [8]
        assert books.accounts.marks("cellar") == []

    @pytest.mark.parametrize("kept", [False, True])
    def test_a_hub_that_returns_knows_its_marks(self, books, kept):
        books.receive(walk(0, 50, 0), walk(50, 99, 2), beats(at_s(0), [70], 0))
        before = sorted(map(str, books.accounts.marks("hall")))

        books.reopen(kept=kept)

        assert sorted(map(str, books.accounts.marks("hall"))) == before
        assert books.receive(walk(50, 99, 2)) == []

    def test_marks_of_long_ago_are_told_too(self, books):
        books.receive(walk(0, 50, 0))
        books.accounts.keep()
        books.receive(walk(50, 99, 0, boot=8))
        books.accounts.keep()

        assert {mark.boot for mark in books.accounts.marks("hall")} == {7, 8}


class TestCounters:
    def test_what_another_gateway_handed_over_is_trimmed(self, books):
        books.receive(walk(0, 100, 0, boot=7), gateway="hall")

        (entry,) = books.receive(walk(60, 160, 0, boot=8), gateway="attic")

        piece = entry.batch
        assert (entry.first, piece.size, piece.sequence) == (40, 60, 0)
        assert piece.start_us == START_US + 100 * PERIOD_US
        assert (piece.counted.sample, piece.counted.ticks) == (100, 60 * 655 + 26_214)
        assert books.report("glasses-3f", "accel").overlap == 40
        assert books.mark(piece) == 0

    def test_a_batch_over_a_hole_is_split(self, books):
        books.receive(walk(10, 20, 0), walk(30, 40, 1), walk(60, 70, 2))

        pieces = books.receive(walk(0, 65, 0, boot=8))

        assert [(e.first, e.first + e.batch.size) for e in pieces] == [
            (0, 10),
            (20, 30),
            (40, 60),
        ]
        assert sorted(counters(books.entries())) == list(range(70))

    def test_nothing_new_is_settled_all_the_same(self, books):
        books.receive(walk(0, 100, 0))

        assert books.receive(walk(20, 80, 0, boot=8), walk(80, 99, 1, boot=8)) == []
        assert books.mark(walk(0, 1, 0, boot=8)) == 1
        books.reopen()
        assert books.mark(walk(0, 1, 0, boot=8)) == 1
        assert books.report("glasses-3f", "accel").overlap == 79

    def test_a_device_that_rebooted_counts_anew(self, books):
        books.receive(walk(0, 100, 0))

        (entry,) = books.receive(walk(0, 100, 1, device_boot=2))

        assert entry.batch.size == 100

    def test_others_have_their_own_counters(self, books):
        books.receive(walk(0, 100, 0))

        assert len(books.receive(walk(0, 100, 0, device="glasses-77"))) == 1

    def test_states_what_is_missing(self, books):
        books.receive(walk(0, 100, 0), walk(150, 200, 1), walk(0, 10, 2, device_boot=2))
        report = books.report("glasses-3f", "accel")

        assert (report.stored, report.missing, report.duplicates) == (160, 50, 0)
        assert gaps(report) == [(1.98, 3.0, 50)]
        assert [(r.boot, r.counted, r.samples) for r in report.ranges] == [
            (1, (0, 100), 100),
            (2, (0, 10), 10),
            (1, (150, 200), 50),
        ]

        books.receive(walk(100, 150, 3))
        assert books.report("glasses-3f", "accel").gaps == ()

    def test_a_ticks_counter_wraps(self, books):
        books.receive(walk(0, 10, 0))
        late = walk(0, 20, 0, boot=8)
        late = type(late)(
            **{
                name: getattr(late, name)
                for name in late.__struct_fields__
                if name != "counted"
            },
            counted=type(late.counted)(boot=1, sample=0, ticks=(1 << 32) - 100),
        )

        (entry,) = books.receive(late)

        assert entry.batch.counted.ticks == round(10 * 655.36) - 100


class TestEvents:
    def test_a_strap_heard_by_two_counts_once(self, books):
        heard(books, range(10), boot=5)
        heard(books, [n + 0.08 for n in range(4, 14)], boot=6, gateway="attic")

        report = books.report("strap-1", "heart_rate")
        assert (report.stored, report.echo, report.missing) == (14, 6, 0)
        assert books.mark(beats(at_s(0), [70], 0, boot=6)) == 9

    def test_it_does_so_in_one_batch(self, books):
        books.receive(beats(at_s(0, 1, 2, 3), [70, 71, 72, 73], 0))

        entries = books.receive(
            beats(at_s(-1, 0.1, 1.1, 1.5, 3.2, 4), [69, 70, 71, 90, 73, 74], 0, boot=6)
        )

        assert [entry.first for entry in entries] == [0, 3, 5]
        assert [entry.batch.samples[0] for entry in entries] == [69, 90, 74]

    def test_it_does_so_within_one_group(self, books):
        entries = books.receive(
            beats(at_s(0), [70], 0),
            beats(at_s(1), [70], 1),
            beats(at_s(0.1, 1.1, 2.1), [70, 70, 70], 0, boot=6),
        )

        assert [(e.batch.boot, e.first) for e in entries] == [(5, 0), (5, 0), (6, 2)]

    def test_an_event_excuses_one_echo(self, books):
        books.receive(beats(at_s(0), [70], 0))

        entries = books.receive(beats(at_s(0.1, 0.45), [70, 70], 0, boot=6))

        assert [entry.first for entry in entries] == [1]

    def test_another_value_is_another_event(self, books):
        books.receive(beats(at_s(0), [70], 0))

        assert len(books.receive(beats(at_s(0.1), [71], 0, boot=6))) == 1

    def test_the_same_connection_repeats_itself_rightly(self, books):
        books.receive(beats(at_s(0, 0.4), [70, 70], 0))

        assert len(books.receive(beats(at_s(0.8, 1.2), [70, 70], 1))) == 1

    def test_half_a_second_apart_is_not_the_same(self, books):
        books.receive(beats(at_s(0), [70], 0))

        assert len(books.receive(beats(at_s(0.51), [70], 0, boot=6))) == 1

    @pytest.mark.parametrize("kept", [False, True])
    @pytest.mark.parametrize("sealed", [False, True])
    def test_an_echo_that_comes_hours_late_is_known(self, books, kept, sealed):
        heard(books, range(50))
        books.reopen(kept=kept)
        if sealed:
            books.archive.seal(books.log, START_US * 2, books.log.last)

        heard(books, [n + 0.1 for n in range(40, 60)], boot=6)

        report = books.report("strap-1", "heart_rate")
        assert (report.stored, report.echo) == (60, 10)

    def test_states_what_a_silence_swallowed(self, books):
        heard(books, [*range(20), *range(27, 40)])

        report = books.report("strap-1", "heart_rate")
        assert gaps(report) == [(19, 27, 7)]
        assert [(r.boot, r.counted, r.samples) for r in report.ranges] == [
            (5, None, 20),
            (5, None, 13),
        ]
        assert report.stored + report.missing == 40

    @pytest.mark.parametrize("kept", [False, True])
    @pytest.mark.parametrize(
        ("first", "order"),
        [
            (1, range(10)),
            (2, [5, 0, 1, 2, 3, 4, 6, 7, 8, 9]),
            (1, [3, 0, 1, 2, 7, 4, 5, 6, 9, 8]),
        ],
    )
    def test_a_silence_before_the_pace_was_known_is_stated(self, books, first, order, kept):
        heard(books, range(first), boot=5)
        for n in order:
            heard(books, [first + 4 + n], first=n, boot=6)
            books.reopen(kept=kept)

        assert gaps(books.report("strap-1", "heart_rate")) == [(first - 1, first + 4, 4)]
        assert differences(books) == []

    def test_so_is_one_within_a_connection(self, books):
        heard(books, [0, 1, *range(9, 18)])

        assert gaps(books.report("strap-1", "heart_rate")) == [(1, 9, 7)]

    def test_a_delay_before_the_pace_was_known_is_no_gap(self, books):
        heard(books, range(3), boot=5)
        heard(books, [3.6, *range(4, 13)], boot=6)

        assert books.report("strap-1", "heart_rate").gaps == ()

    @pytest.mark.parametrize("kept", [False, True])
    def test_until_the_pace_is_sure_nobody_says_how_many(self, books, kept):
        heard(books, range(2), boot=5)
        heard(books, range(6, 9), boot=6)
        books.reopen(kept=kept)

        report = books.report("strap-1", "heart_rate")
        assert gaps(report) == [(1, 6, None)]
        assert (report.open_gaps, report.missing, report.uncounted) == (report.gaps, 0, 1)

        heard(books, range(9, 15), first=3, boot=6)
        report = books.report("strap-1", "heart_rate")
        assert (gaps(report), report.uncounted) == ([(1, 6, 4)], 0)
        assert differences(books) == []

    @pytest.mark.parametrize("kept", [False, True])
    def test_a_gap_outlives_the_pace_that_showed_it(self, books, kept):
        heard(books, [*range(20), *range(27, 40)])
        heard(books, irregular(39, 80), first=33)
        books.reopen(kept=kept)

        assert (19, 27, 7) in gaps(books.report("strap-1", "heart_rate"))
        assert differences(books) == []

    @pytest.mark.parametrize("kept", [False, True])
    def test_a_slower_pace_is_no_row_of_gaps_once_it_shows(self, books, kept):
        heard(books, [*range(20), *range(27, 40)])
        heard(books, [39 + 60 * n for n in range(1, 80)], first=33)
        books.reopen(kept=kept)

        assert gaps(books.report("strap-1", "heart_rate")) == [(19, 27, 7)]
        assert differences(books) == []

    def test_so_does_one_that_a_pace_showed_only_later(self, books):
        heard(books, irregular(0, 64), boot=5)
        heard(books, range(1_000, 1_080), boot=6)
        (shown,) = gaps(books.report("strap-1", "heart_rate"))
        heard(books, irregular(1_079, 80), first=80, boot=6)

        assert shown == (672, 1_000, 327)
        assert shown in gaps(books.report("strap-1", "heart_rate"))
        assert differences(books) == []

    def test_a_gap_ends_when_its_events_come(self, books):
        heard(books, [*range(20), *range(27, 40)])
        heard(books, range(20, 27), boot=6)

        assert books.report("strap-1", "heart_rate").gaps == ()

    def test_a_delay_is_no_gap(self, books):
        on_time = [*range(10), 10.8, *range(11, 20)]
        heard(books, on_time)

        assert books.report("strap-1", "heart_rate").missing == 0

    def test_a_delay_before_a_gap_does_not_hide_it(self, books):
        heard(books, [*range(9), 9.7, *range(14, 30)])

        assert books.report("strap-1", "heart_rate").missing == 4

    def test_a_reconnection_without_a_loss_is_no_gap(self, books):
        heard(books, range(20), boot=5)
        heard(books, range(20, 40), boot=6)

        assert books.report("strap-1", "heart_rate").gaps == ()

    def test_who_speaks_when_it_likes_leaves_no_gaps(self, books):
        heard(books, [0, 7, 9, 60, 65, 300, 301, 2_000, 2_400])

        assert books.report("strap-1", "heart_rate").gaps == ()

    @pytest.mark.parametrize("kept", [False, True])
    def test_a_hub_that_returns_counts_the_same(self, books, kept):
        heard(books, [*range(20), *range(27, 40)])
        heard(books, [n + 0.1 for n in range(35, 45)], boot=6)
        before = books.report("strap-1", "heart_rate")

        books.reopen(kept=kept)
        assert books.report("strap-1", "heart_rate") == before

        heard(books, range(50, 60), boot=7)
        assert books.report("strap-1", "heart_rate").missing == 7 + 5


class TestKeeping:
    def test_what_is_admitted_meanwhile_is_kept_next(self, books):
        books.receive(walk(0, 50, 0))
        changes = books.accounts.changes()
        books.receive(walk(50, 100, 1), walk(0, 50, 0, device="glasses-77"))
        books.accounts.keep_changes(changes)
        assert books.accounts.position == 1
        books.reopen(kept=True)

        assert books.accounts.position == 3
        assert books.report("glasses-3f", "accel").stored == 100
        assert differences(books) == []

    def test_what_could_not_be_kept_is_kept_next(self, books):
        books.receive(walk(0, 50, 0), walk(70, 100, 1))
        heard(books, [*range(20), *range(27, 40)])
        changes = books.accounts.changes()
        books.receive(walk(100, 150, 2))
        books.accounts._ledger._db.execute("PRAGMA busy_timeout = 0")
        with closing(sqlite3.connect(books.ledger, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                books.accounts.keep_changes(changes)
        assert books.accounts.position == 0
        books.reopen(kept=True)

        assert gaps(books.report("glasses-3f", "accel")) == [(0.98, 1.4, 20)]
        assert gaps(books.report("strap-1", "heart_rate")) == [(19, 27, 7)]
        assert differences(books) == []

    def test_never_runs_ahead_of_the_log(self, books):
        books.accounts.admit(START_US, "hall", walk(0, 50, 0))

        with pytest.raises(RuntimeError, match="ahead of the log"):
            books.accounts.keep()

    def test_a_lost_ledger_is_written_anew_from_log_and_archive(self, books):
        books.receive(walk(0, 50, 0), walk(0, 60, 0, boot=8))
        books.archive.seal(books.log, START_US * 2, books.log.last)
        books.receive(walk(70, 90, 1))
        heard(books, range(10))
        before = books.accounts.report("glasses-3f"), books.accounts.report("strap-1")
        books.close()
        for path in books.folder.glob("accounts.db*"):
            path.unlink()

        books.reopen()

        assert (books.accounts.report("glasses-3f"), books.accounts.report("strap-1")) == before
        assert books.mark(walk(0, 1, 0, boot=8)) == 0

    def test_a_ledger_of_another_log_is_no_use(self, books, tmp_path):
        books.receive(*[walk(n, n + 1, n) for n in range(9)])
        books.accounts.keep()
        books.close()
        for path in (tmp_path / "log").iterdir():
            path.unlink()

        books.reopen()

        assert books.accounts.report("glasses-3f") == ()
        assert len(books.receive(walk(0, 50, 0))) == 1

    def test_an_idle_account_is_forgotten_and_found_again(self, books):
        books.receive(walk(0, 50, 0))
        books.accounts.keep()
        books.receive(walk(0, 50, 0, device="glasses-77"))
        books.accounts.keep()

        assert books.report("glasses-3f", "accel").stored == 50
        assert books.receive(walk(0, 50, 0, boot=8)) == []
