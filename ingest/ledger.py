"""Where accounts are kept between two starts: a row for whatever changes by itself."""

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeAlias
from urllib.parse import quote

import msgspec

from gateway.wire import DeviceCount, Lost
from ingest import layout
from ingest.coverage import Coverage, Gap, Loss, Span
from ingest.lanes import GivenUp, Lane, LaneKey, Stretch
from ingest.rhythm import Rhythm, Run

StreamKey: TypeAlias = tuple[str, str]  # device, stream

_LAYOUT: Final = 3
_TABLES: Final = ("lane", "stream", "coverage", "rhythm", "position")
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS lane (
    device TEXT, boot INTEGER, stream TEXT,
    gateway TEXT NOT NULL, upto INTEGER NOT NULL, beyond BLOB NOT NULL,
    heard_us INTEGER NOT NULL, given_up BLOB NOT NULL,
    PRIMARY KEY (device, boot, stream)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS lane_heard ON lane (gateway, heard_us);
CREATE TABLE IF NOT EXISTS stream (
    device TEXT, stream TEXT,
    tally BLOB NOT NULL, intervals_us BLOB NOT NULL, young BLOB NOT NULL,
    losses BLOB NOT NULL,
    PRIMARY KEY (device, stream)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS coverage (
    device TEXT, stream TEXT, boot INTEGER, spans BLOB NOT NULL, losses BLOB NOT NULL,
    PRIMARY KEY (device, stream, boot)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rhythm (
    device TEXT, stream TEXT, day INTEGER, runs BLOB NOT NULL,
    PRIMARY KEY (device, stream, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS position (one INTEGER PRIMARY KEY CHECK (one = 1), upto INTEGER);
INSERT OR IGNORE INTO position VALUES (1, 0);
"""

_LANE: Final = (
    "SELECT boot, gateway, upto, beyond, heard_us, given_up, device, stream FROM lane"
)

_KEEP_LANE: Final = "INSERT OR REPLACE INTO lane VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_KEEP_STREAM: Final = "INSERT OR REPLACE INTO stream VALUES (?, ?, ?, ?, ?, ?)"
_KEEP_COVERAGE: Final = "INSERT OR REPLACE INTO coverage VALUES (?, ?, ?, ?, ?)"
_KEEP_RHYTHM: Final = "INSERT OR REPLACE INTO rhythm VALUES (?, ?, ?, ?)"

Row: TypeAlias = tuple[Any, ...]

_encode = msgspec.msgpack.Encoder().encode
_stretches = msgspec.msgpack.Decoder(list[Stretch])
_given_up = msgspec.msgpack.Decoder(list[GivenUp])
_intervals = msgspec.msgpack.Decoder(list[int])
_young = msgspec.msgpack.Decoder(list[tuple[int, int]])
_spans = msgspec.msgpack.Decoder(list[Span])
_losses = msgspec.msgpack.Decoder(list[Loss])
_gaps = msgspec.msgpack.Decoder(list[Gap])
_runs = msgspec.msgpack.Decoder(list[Run])


class Tally(msgspec.Struct):
    """Samples of one stream by what became of them."""

    stored: int = 0
    redelivered: int = 0  # the gateway sent a sequence again
    overlap: int = 0  # the device handed over counters that were here
    echo: int = 0  # another gateway had heard the same event


_tally = msgspec.msgpack.Decoder(Tally)


@dataclass(slots=True)
class StreamAccount:
    """All that is known of one stream of one device."""

    tally: Tally = field(default_factory=Tally)
    rhythm: Rhythm = field(default_factory=Rhythm)
    coverages: dict[int, Coverage] = field(default_factory=dict[int, Coverage])
    changed_boots: set[int] = field(default_factory=set[int])
    losses: list[Gap] = field(default_factory=list[Gap])  # of a stream that nobody counts

    def coverage(self, boot: int) -> Coverage:
        coverage = self.coverages.get(boot)
        if coverage is None:
            coverage = self.coverages[boot] = Coverage()
        return coverage

    def cover(self, count: DeviceCount, samples: int, start_us: int, end_us: int) -> None:
        """Note samples of a device that counts them."""
        span = Span(count.sample, count.sample + samples, start_us, end_us)
        self.coverage(count.boot).add(span)
        self.changed_boots.add(count.boot)

    def lose(
        self, lost: Lost, count: DeviceCount | None, start_us: int, period_us: float | None
    ) -> None:
        """Note what a gateway says is missing before some samples."""
        if count is not None:
            self.coverage(count.boot).lose(count.sample, lost)
            self.changed_boots.add(count.boot)
        elif period_us is not None:
            before_us = start_us - round((lost.samples + 1) * period_us)
            self.losses.append(Gap(before_us, start_us, lost.samples, (lost.reason,)))


class Ledger:
    """Reads one account at a time, writes all that changed together with the log position."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._db = sqlite3.connect(
            f"file:{quote(str(path.absolute()))}?mode={'ro' if read_only else 'rwc'}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
        if read_only:
            layout.check(self._db, _LAYOUT)
        else:
            self._drop_older()
            layout.settle(self._db, _SCHEMA, _LAYOUT)
            self._db.execute("PRAGMA synchronous=FULL")

    def __enter__(self) -> Self:
        self._db.execute("BEGIN")  # all that is read is of one moment
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def position(self) -> int:
        """Return the log position up to which everything is accounted for here."""
        return self._db.execute("SELECT upto FROM position").fetchone()[0]

    def clear(self) -> None:
        """Forget everything."""
        self._db.executescript(
            "BEGIN; DELETE FROM lane; DELETE FROM stream; DELETE FROM coverage; "
            "DELETE FROM rhythm; UPDATE position SET upto = 0; COMMIT;"
        )

    def lane(self, key: LaneKey) -> Lane | None:
        row = self._db.execute(
            f"{_LANE} WHERE device = ? AND boot = ? AND stream = ?", key
        ).fetchone()
        return row and _lane(row)

    def lanes(self, device: str, stream: str) -> dict[LaneKey, Lane]:
        """Return every connection to a device that brought a stream."""
        rows = self._db.execute(f"{_LANE} WHERE device = ? AND stream = ?", (device, stream))
        return {(device, row[0], stream): _lane(row) for row in rows}

    def latest(self, gateway: str, limit: int) -> dict[LaneKey, Lane]:
        """Return a gateway's lanes, those heard last."""
        rows = self._db.execute(
            f"{_LANE} WHERE gateway = ? ORDER BY heard_us DESC LIMIT ?", (gateway, limit)
        )
        return {(row[-2], row[0], row[-1]): _lane(row) for row in rows}

    def streams(self, device: str) -> list[str]:
        rows = self._db.execute(
            "SELECT DISTINCT stream FROM lane WHERE device = ? ORDER BY 1", (device,)
        )
        return [stream for (stream,) in rows]

    def every(self) -> list[StreamKey]:
        """Return every stream there is."""
        return self._db.execute("SELECT DISTINCT device, stream FROM lane").fetchall()

    def account(self, key: StreamKey) -> StreamAccount:
        row = self._db.execute(
            "SELECT tally, intervals_us, young, losses FROM stream"
            " WHERE device = ? AND stream = ?",
            key,
        ).fetchone()
        if row is None:
            return StreamAccount()
        coverages = self._db.execute(
            "SELECT boot, spans, losses FROM coverage WHERE device = ? AND stream = ?", key
        )
        days = self._db.execute("SELECT runs FROM rhythm WHERE device = ? AND stream = ?", key)
        runs = [run for (day,) in days for run in _runs.decode(day)]
        return StreamAccount(
            _tally.decode(row[0]),
            Rhythm(_intervals.decode(row[1]), runs, _young.decode(row[2])),
            {
                boot: Coverage(_spans.decode(spans), _losses.decode(losses))
                for boot, spans, losses in coverages
            },
            losses=_gaps.decode(row[3]),
        )

    def keep(self, changes: "Changes") -> None:
        """Make what changed durable, together with the position it stands for."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.executemany(_KEEP_LANE, changes.lanes)
            self._db.executemany(_KEEP_STREAM, changes.streams)
            self._db.executemany(_KEEP_COVERAGE, changes.coverages)
            self._db.executemany(_KEEP_RHYTHM, changes.rhythms)
            self._db.execute("UPDATE position SET upto = ?", (changes.position,))
            self._db.execute("COMMIT")
        except sqlite3.Error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def close(self) -> None:
        self._db.close()

    def _drop_older(self) -> None:
        """Forget accounts of another layout: they are counted again."""
        if layout.found(self._db) not in {None, _LAYOUT}:
            drops = "; ".join(f"DROP TABLE IF EXISTS {table}" for table in _TABLES)
            self._db.executescript(f"BEGIN; {drops}; COMMIT;")


@dataclass(slots=True)
class Changes:
    """Rows of whatever changed up to a position of the log."""

    position: int
    lanes: list[Row] = field(default_factory=list[Row])
    streams: list[Row] = field(default_factory=list[Row])
    coverages: list[Row] = field(default_factory=list[Row])
    rhythms: list[Row] = field(default_factory=list[Row])

    def add_lane(self, key: LaneKey, lane: Lane) -> None:
        self.lanes.append((*key, *_row(lane)))

    def add_account(self, key: StreamKey, account: StreamAccount) -> None:
        """Take what changed of an account, which counts as kept from now on."""
        rhythm = account.rhythm
        intervals_us = _encode(list(rhythm.intervals_us))
        told = (_encode(account.tally), intervals_us, _encode(rhythm.young))
        self.streams.append((*key, *told, _encode(account.losses)))
        for boot in account.changed_boots:
            coverage = account.coverages[boot]
            spans, losses = _encode(coverage.spans), _encode(coverage.losses)
            self.coverages.append((*key, boot, spans, losses))
        for day in rhythm.changed_days:
            self.rhythms.append((*key, day, _encode(rhythm.page(day))))
        account.changed_boots.clear()
        rhythm.changed_days.clear()


def _lane(row: Row) -> Lane:
    _, gateway, upto, beyond, heard_us, given_up, _, _ = row
    return Lane(gateway, upto, _stretches.decode(beyond), heard_us, _given_up.decode(given_up))


def _row(lane: Lane) -> Row:
    beyond, given_up = _encode(lane.beyond), _encode(lane.given_up)
    return (lane.gateway, lane.upto, beyond, lane.heard_us, given_up)
