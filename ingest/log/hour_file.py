"""One hour of the log in one SQLite file."""

import json
import sqlite3
import struct
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.parse import quote

import msgspec

from gateway.wire import Batch
from ingest.log import Arrival, Entry, Hour, Refusal

HOUR_US: Final = 3_600_000_000
_STAMP: Final = "%Y%m%dT%H"
_LONGEST_BATCH_US: Final = (1 << 32) - 1  # offsets are uint32

_SCHEMA: Final = """
PRAGMA page_size=8192;
PRAGMA journal_mode=WAL;
CREATE TABLE IF NOT EXISTS entry (
    position INTEGER PRIMARY KEY,
    received_us INTEGER NOT NULL, gateway TEXT NOT NULL,
    device TEXT NOT NULL, boot INTEGER NOT NULL, stream TEXT NOT NULL,
    sequence INTEGER NOT NULL, first INTEGER NOT NULL,
    samples INTEGER NOT NULL,
    start_us INTEGER, end_us INTEGER, -- of events without counter
    refused TEXT, -- why; NULL: stored
    batch BLOB
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS entry_once ON entry (device, boot, stream, sequence, first);
CREATE INDEX IF NOT EXISTS entry_events ON entry (device, stream, start_us)
    WHERE start_us IS NOT NULL;
CREATE INDEX IF NOT EXISTS entry_refused ON entry (position) WHERE refused IS NOT NULL;
"""
_INSERT: Final = "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ENTRY: Final = "SELECT position, received_us, gateway, first, batch FROM entry "

Row: TypeAlias = tuple[Any, ...]
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Batch).decode


@dataclass(frozen=True, slots=True, order=True)
class HourName:
    """What a file's name says: the first position it may hold, and its hour."""

    first: int
    hour_us: int

    @classmethod
    def parse(cls, path: Path) -> "HourName":
        stamp, first = path.stem.split("-")
        hour = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
        return cls(int(first), int(hour.timestamp()) * 1_000_000)

    def __str__(self) -> str:
        hour = datetime.fromtimestamp(self.hour_us // 1_000_000, UTC)
        return f"{hour.strftime(_STAMP)}-{self.first:019d}.db"


def row(item: Arrival | Refusal) -> Row:
    """Return everything of a row but its position."""
    if isinstance(item, Refusal):
        key = (item.device, item.boot, item.stream, item.sequence, item.first)
        return (
            item.received_us,
            item.gateway,
            *key,
            item.samples,
            None,
            None,
            item.reason,
            None,
        )
    batch = item.batch
    key = (batch.device, batch.boot, batch.stream, batch.sequence, item.first)
    span = _span_us(batch)
    return (
        item.received_us,
        item.gateway,
        *key,
        batch.size,
        *span,
        None,
        item.sent or _encode(batch),
    )


def _span_us(batch: Batch) -> tuple[int | None, int | None]:
    if batch.period_us is not None or batch.counted is not None:
        return None, None
    offsets = struct.unpack(f"<{batch.size}I", batch.offsets_us)
    return batch.start_us + min(offsets), batch.start_us + max(offsets)


class HourFile:
    """Reads and writes one file; readers in other threads never wait for the writer."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.name = HourName.parse(path)
        self._reading = threading.Lock()
        self._closed = False
        if not read_only and not path.exists():
            _create(path)
        self._writer = _connect(path, read_only=read_only)
        self._reader = _connect(path, read_only=True)
        self.reload()

    def reload(self) -> None:
        """Learn from the file which sequences each boot and stream may have here."""
        rows = self._writer.execute(
            "SELECT device, boot, stream, max(sequence) FROM entry GROUP BY 1, 2, 3"
        )
        self._highest: dict[tuple[str, int, str], int] = {r[:3]: r[3] for r in rows}

    def holds(self, key: tuple[str, int, str, int, int]) -> bool:
        """Answer whether (device, boot, stream, sequence, first) is here."""
        if key[3] > self._highest.get(key[:3], -1):
            return False
        found = self._writer.execute(
            "SELECT 1 FROM entry "
            "WHERE device = ? AND boot = ? AND stream = ? AND sequence = ? AND first = ?",
            key,
        )
        return found.fetchone() is not None

    def write(self, rows: Sequence[Row]) -> None:
        """Insert rows, positions included, and return once they are durable."""
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            self._writer.executemany(_INSERT, rows)
            self._writer.execute("COMMIT")
        except sqlite3.Error:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            self.reload()  # an error of the disk does not say whether the commit held
            raise
        for line in rows:
            lane = line[3:6]
            self._highest[lane] = max(line[6], self._highest.get(lane, -1))

    def entries(
        self, after: int, limit: int, devices: Collection[str] | None = None
    ) -> list[Entry]:
        if devices is None:
            return self._entries(
                "WHERE position > ? AND refused IS NULL ORDER BY position LIMIT ?",
                (after, limit),
            )
        return self._entries(
            "WHERE position > ? AND refused IS NULL "
            "AND device IN (SELECT value FROM json_each(?)) ORDER BY position LIMIT ?",
            (after, json.dumps([*devices]), limit),
        )

    def events(self, device: str, stream: str, start_us: int, end_us: int) -> list[Entry]:
        return self._entries(
            "WHERE device = ? AND stream = ? AND start_us BETWEEN ? AND ? AND end_us >= ? "
            "ORDER BY position",
            (device, stream, start_us - _LONGEST_BATCH_US, end_us, start_us),
        )

    def devices(self) -> list[str]:
        return [device for (device,) in self._read("SELECT DISTINCT device FROM entry", ())]

    def of_device(self, device: str, first: int, last: int) -> list[Entry]:
        return self._entries(
            "WHERE device = ? AND position BETWEEN ? AND ? AND refused IS NULL "
            "ORDER BY stream, position",
            (device, first, last),
        )

    def refusals(self, after: int, limit: int) -> list[tuple[int, Refusal]]:
        rows = self._read(
            "SELECT position, received_us, gateway, device, boot, stream, sequence, first, "
            "samples, refused FROM entry INDEXED BY entry_refused "
            "WHERE position > ? AND refused IS NOT NULL ORDER BY position LIMIT ?",
            (after, limit),
        )
        return [(position, Refusal(*fields)) for position, *fields in rows]

    def hour(self) -> Hour:
        rows = self._read(
            "SELECT (SELECT max(position) FROM entry WHERE refused IS NULL), "
            "(SELECT max(position) FROM entry)",  # of one moment, as it is one statement
            (),
        )
        before = self.name.first - 1
        last_entry, last = rows[0] if rows else (None, None)
        return Hour(self.name.hour_us, self.name.first, last_entry or before, last or before)

    def last(self) -> int:
        """Return the last position here, or the one before the first this file may hold."""
        return self.hour().last

    def close(self) -> None:
        with self._reading:
            self._closed = True
            self._reader.close()
        self._writer.close()

    def _entries(self, condition: str, values: Row) -> list[Entry]:
        rows = self._read(_ENTRY + condition, values)
        return [Entry(p, r, g, f, _decode(batch)) for p, r, g, f, batch in rows]

    def _read(self, sql: str, values: Row) -> list[Row]:
        with self._reading:
            if self._closed:  # dropped since we were handed out: what it held is archived
                return []
            return self._reader.execute(sql, values).fetchall()


def _create(path: Path) -> None:
    """Make an empty file; under its own name it is complete, for whoever reads beside us."""
    unfinished = path.with_suffix(".new")
    db = _connect(unfinished, read_only=False)
    db.executescript(_SCHEMA)
    db.close()
    unfinished.rename(path)


def _connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    mode = "ro" if read_only else "rwc"
    db = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,  # one thread appends at a time, and readers take turns
        timeout=10.0,
    )
    db.execute("PRAGMA synchronous=FULL")
    return db
