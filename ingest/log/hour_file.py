"""One hour of the log in one SQLite file."""

import json
import sqlite3
import struct
import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.parse import quote

import msgspec

from gateway.wire import Batch
from ingest import layout
from ingest.layout import FileUnusable
from ingest.log import Arrival, Entry, Hour, Key, Refusal
from ingest.log.hour_name import HourName
from ingest.log.places import Added, Places
from ingest.log.sequences import Sequences

HOUR_US: Final = 3_600_000_000
_LONGEST_BATCH_US: Final = (1 << 32) - 1  # offsets are uint32
_LAST: Final = (1 << 63) - 1

_LAYOUT: Final = 1
_PAGE_BYTES: Final = 8192
_SCHEMA: Final = """
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
CREATE TABLE IF NOT EXISTS added ( -- a row a commit
    first INTEGER PRIMARY KEY, -- position
    keys BLOB NOT NULL -- device, boot, stream, sequence, first: position by position
) STRICT;
CREATE INDEX IF NOT EXISTS entry_events ON entry (device, stream, start_us)
    WHERE start_us IS NOT NULL;
CREATE INDEX IF NOT EXISTS entry_refused ON entry (position) WHERE refused IS NOT NULL;
"""
_INSERT: Final = "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ADDED: Final = "SELECT first, keys FROM added WHERE first > ? ORDER BY first LIMIT 100"
_ENTRY: Final = (
    "SELECT position, received_us, gateway, first, batch FROM entry WHERE refused IS NULL AND "
)
_HELD: Final = (
    "SELECT 1 FROM entry WHERE boot = ? AND stream = ? AND sequence = ? AND first = ? AND "
)
_AMONG: Final = "position IN (SELECT value FROM json_each(?))"

Row: TypeAlias = tuple[Any, ...]
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Batch).decode
_keys = msgspec.msgpack.Decoder(list[Key]).decode


def row(position: int, key: Key, item: Arrival | Refusal) -> Row:
    """Return what stands at a position."""
    said = (position, item.received_us, item.gateway, *key)
    if isinstance(item, Refusal):
        return (*said, item.samples, None, None, item.reason, None)
    batch = item.batch
    return (*said, batch.size, *_span_us(batch), None, item.sent or _encode(batch))


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
        self._places = Places(self._added)
        self._sequences: defaultdict[Row, Sequences] = defaultdict(Sequences)
        self._learned = 0  # the commit whose sequences are known, by its first position
        if not read_only:
            self._learn()

    def holds(self, key: Key) -> bool:
        """Answer whether an entry or a refusal is here."""
        lane, sequence = key[:3], key[3]
        if lane not in self._sequences or sequence not in self._sequences[lane]:
            return False
        mine = self._places.of(key[0], self.name.first, _LAST)
        found = self._read(f"{_HELD}{_AMONG}", (*key[1:], json.dumps(mine)))
        return bool(found)

    def write(self, first: int, keys: Sequence[Key], rows: Sequence[Row]) -> None:
        """Insert rows from a position on, each with its key; return once they are durable."""
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            self._writer.executemany(_INSERT, rows)
            self._writer.execute("INSERT INTO added VALUES (?, ?)", (first, _encode(keys)))
            self._writer.execute("COMMIT")
        except sqlite3.Error:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            self._learn()  # an error of the disk does not say whether the commit held
            raise
        self._know(first, keys)

    def entries(
        self, after: int, limit: int, devices: Collection[str] | None = None
    ) -> list[Entry]:
        if devices is None:
            return self._entries("position > ? ORDER BY position LIMIT ?", (after, limit))
        places = self._places.beyond(after, devices)
        found: list[Entry] = []
        while len(found) < limit and (some := list(islice(places, limit - len(found)))):
            found += self._at(some)
        return found

    def events(self, device: str, stream: str, start_us: int, end_us: int) -> list[Entry]:
        return self._entries(
            "device = ? AND stream = ? AND start_us BETWEEN ? AND ? AND end_us >= ? "
            "ORDER BY position",
            (device, stream, start_us - _LONGEST_BATCH_US, end_us, start_us),
        )

    def devices(self) -> list[str]:
        return self._places.devices()

    def of_device(self, device: str, first: int, last: int) -> list[Entry]:
        found = self._at(self._places.of(device, first, last))
        return sorted(found, key=lambda entry: entry.batch.stream)

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

    def _learn(self) -> None:
        """Find out from the file which sequences each boot and stream may have here."""
        for first, keys in self._added(self._learned):
            self._know(first, _keys(keys))

    def _know(self, first: int, keys: Iterable[Key]) -> None:
        for device, boot, stream, sequence, _ in keys:
            self._sequences[device, boot, stream].add(sequence)
        self._learned = first

    def _added(self, after: int) -> Iterator[Added]:
        while rows := self._read(_ADDED, (after,)):
            yield from rows
            after = rows[-1][0]

    def _at(self, places: Sequence[int]) -> list[Entry]:
        return self._entries(f"{_AMONG} ORDER BY position", (json.dumps(places),))

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
    db.execute(f"PRAGMA page_size={_PAGE_BYTES}")
    layout.settle(db, _SCHEMA, _LAYOUT)
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
    try:
        layout.check(db, _LAYOUT)
    except FileUnusable:
        db.close()
        raise
    db.execute("PRAGMA synchronous=FULL")
    return db
