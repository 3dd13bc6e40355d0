"""The spool's SQLite file: every batch that the hub has not confirmed, in the order kept.

Everything here belongs to one thread; `gateway.spool` is the face that the rest sees.
"""

import contextlib
import secrets
import shutil
import sqlite3
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway import lock, spool_tables, wire
from gateway.spool_series import SpoolSeries

_FORGET: Final = """
DELETE FROM batch WHERE sequence BETWEEN ? AND ?
AND series = (SELECT id FROM series WHERE (device, boot, stream) = (?, ?, ?))
"""
_PASSED: Final = """
UPDATE set_aside SET passed = 1 WHERE sequence BETWEEN ? AND ?
AND (device, boot, stream) = (?, ?, ?)
"""
_HEAD: Final = """
SELECT device, boot, stream, (
    SELECT min(sequence) FROM batch AS every WHERE every.series = head.series
) AS lowest
FROM (SELECT series FROM batch ORDER BY position LIMIT ?) AS head
JOIN series ON series.id = head.series
GROUP BY head.series HAVING lowest > 0
"""
_ROWS: Final = """
SELECT position, device, boot, stream, sequence, payload
FROM batch JOIN series ON series.id = batch.series
"""
_DAY_US: Final = 86_400_000_000
_LAST: Final = (1 << 63) - 1
#: Left on the disk: forgetting has to write first, and would never come about on a full one.
_RESERVE_BYTES: Final = 32 << 20
_SPARE_PAGES: Final = 2048  # room that forgetting left in the file itself
_MOST_SET_ASIDE_TOLD: Final = 100


class SpoolUnusable(OSError):
    """The file cannot be opened, or not by this process; the message says why."""


class SpoolFull(OSError):
    """The disk, or the limit set for the spool, leaves no room; nothing was kept."""


@dataclass(frozen=True, slots=True)
class Spooled:
    """A batch as it waits, ready for the wire."""

    position: int  # global order of keeping, never used again by this process
    device: str
    boot: int
    stream: str
    sequence: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """How far a device's memory is ours: longer true than what it told is here."""

    device: str
    what: str
    number: int


@dataclass(frozen=True, slots=True)
class Depth:
    """How much waits for the hub."""

    batches: int
    oldest_us: int | None
    bytes: int  # of the disk
    set_aside: tuple[wire.SetAside, ...]  # those that no watermark has passed yet
    spooled_from: tuple[wire.SpooledFrom, ...]  # of the streams whose turn it is


class SpoolFile:
    """Rows of batches; every change happens within `transaction`."""

    def __init__(self, path: Path, limit_bytes: int, limit_days: float) -> None:
        self._folder = path.parent
        self._limit_us = limit_days * _DAY_US
        self._folder.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as held:
            try:
                # Two gateways on one spool would throw each other off the broker for ever.
                held.enter_context(lock.hold(path.with_name(f"{path.name}.lock")))
                self._db = held.enter_context(contextlib.closing(spool_tables.opened(path)))
            except OSError as error:
                raise SpoolUnusable(str(error)) from error
            self._limit(limit_bytes)
            self._series = SpoolSeries(self._db)
            self.client_id = self._identify()
            ((self.size,),) = self._db.execute("SELECT count(*) FROM batch")
            self._position = self.end()
            self._held = held.pop_all()

    @contextlib.contextmanager
    def transaction(self) -> Generator[None, None, None]:
        """Commit what is done inside, or nothing of it; raise SpoolFull for want of room."""
        size, committed = self.size, False
        try:
            self._db.execute("BEGIN")
            yield
            self._db.execute("COMMIT")
            committed = True
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
                raise SpoolFull(f"no room in {self._folder}: {error}") from error
            raise
        finally:
            if not committed:
                self._undo(size)

    def insert(self, rows: Sequence[tuple[wire.Batch, bytes]]) -> None:
        """Add batches; one that is here already stays as it is."""
        if self._must_grow() and shutil.disk_usage(self._folder).free < _RESERVE_BYTES:
            raise SpoolFull(f"less than {_RESERVE_BYTES >> 20} MiB free in {self._folder}")
        self._refuse_beyond(max(b.start_us for b, _ in rows))
        self._series.tidy()
        number = self._series.number
        cursor = self._db.executemany(
            "INSERT INTO batch VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [
                (position, number((b.device, b.boot, b.stream)), b.sequence, b.start_us, raw)
                for position, (b, raw) in enumerate(rows, self._position + 1)
            ],
        )
        self._position += len(rows)  # here, as SQLite would write a page to count by itself
        self.size += cursor.rowcount

    def note(self, notes: Sequence[Note]) -> None:
        """Remember the newest of what is known of some memories."""
        self._db.executemany(
            "INSERT INTO note VALUES (?, ?, ?) "
            "ON CONFLICT DO UPDATE SET number = excluded.number",
            [(it.device, it.what, it.number) for it in notes],
        )

    def noted(self, device: str, what: str) -> int | None:
        """Return what was noted last, if anything was."""
        asked = "SELECT number FROM note WHERE device = ? AND what = ?"
        row = self._db.execute(asked, (device, what)).fetchone()
        return None if row is None else int(row[0])

    def delete(self, marks: Sequence[wire.Mark]) -> None:
        """Remove what the marks have passed."""
        keys = [
            (first, last, mark.device, mark.boot, mark.stream)
            for mark in marks
            for first, last in ((-1, mark.sequence), *mark.beyond)
        ]
        self.size -= self._db.executemany(_FORGET, keys).rowcount
        self._db.executemany(_PASSED, keys)

    def after(self, position: int, limit: int, upto: int = _LAST) -> list[Spooled]:
        """Return the next batches in order."""
        rows = self._db.execute(
            f"{_ROWS} WHERE position > ? AND position <= ? ORDER BY position LIMIT ?",
            (position, upto, limit),
        )
        return [Spooled(*row) for row in rows]

    def at(self, positions: Sequence[int]) -> list[Spooled]:
        """Return those of some batches that are here still."""
        found = (self._db.execute(f"{_ROWS} WHERE position = ?", (it,)) for it in positions)
        return [Spooled(*row) for rows in found for row in rows]

    def end(self) -> int:
        """Return the position kept last, or 0."""
        ((last,),) = self._db.execute("SELECT max(position) FROM batch")
        return last or 0

    def set_aside(self, position: int, reason: str) -> None:
        """Move a batch out of the way, with the reason."""
        for it in self.at([position]):
            self._db.execute("DELETE FROM batch WHERE position = ?", (position,))
            self._db.execute(
                "INSERT INTO set_aside (device, boot, stream, sequence, payload, reason) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (it.device, it.boot, it.stream, it.sequence, it.payload, reason),
            )
            self.size -= 1

    def depth(self) -> Depth:
        aside = self._db.execute(
            "SELECT device, boot, stream, sequence, reason FROM set_aside "
            "WHERE NOT passed ORDER BY rowid LIMIT ?",
            (_MOST_SET_ASIDE_TOLD,),
        )
        ((used_bytes,),) = self._db.execute(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        )
        head = self._db.execute(_HEAD, (wire.WINDOW_BATCHES,))
        return Depth(
            self.size,
            self._oldest_us(),
            used_bytes,
            tuple(_told(*row) for row in aside),
            tuple(_left(*row) for row in head),
        )

    def close(self) -> None:
        self._held.close()

    def _oldest_us(self) -> int | None:
        oldest = self._db.execute("SELECT start_us FROM batch ORDER BY position LIMIT 1")
        (start_us,) = oldest.fetchone() or (None,)
        return start_us

    def _refuse_beyond(self, newest_us: int) -> None:
        oldest_us = self._oldest_us()
        if oldest_us is not None and newest_us > oldest_us + self._limit_us:
            days = (newest_us - oldest_us) / _DAY_US
            raise SpoolFull(f"no hub has stored anything for {days:.0f} days")

    def _must_grow(self) -> bool:
        return self._db.execute("PRAGMA freelist_count").fetchone()[0] < _SPARE_PAGES

    def _undo(self, size: int) -> None:
        if self._db.in_transaction:  # sqlite undoes by itself what the disk had no room for
            self._db.execute("ROLLBACK")
        self._series.forget()
        self.size = size

    def _limit(self, limit_bytes: int) -> None:
        ((page_bytes,),) = self._db.execute("PRAGMA page_size")
        self._db.execute(f"PRAGMA max_page_count = {limit_bytes // page_bytes}")

    def _identify(self) -> str:
        row = self._db.execute("SELECT client_id FROM identity").fetchone()
        if row is None:
            row = (secrets.token_hex(16),)
            self._db.execute("INSERT INTO identity VALUES (?)", row)
        return str(row[0])


def waiting(path: Path) -> int:
    """Return how many batches wait in a spool that another process may hold."""
    with contextlib.closing(
        sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    ) as db:
        return int(db.execute("SELECT count(*) FROM batch").fetchone()[0])


def _told(device: str, boot: int, stream: str, sequence: int, reason: str) -> wire.SetAside:
    return wire.SetAside(
        device=device, boot=boot, stream=stream, sequence=sequence, reason=reason
    )


def _left(device: str, boot: int, stream: str, sequence: int) -> wire.SpooledFrom:
    return wire.SpooledFrom(device=device, boot=boot, stream=stream, sequence=sequence)
