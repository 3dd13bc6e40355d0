"""What could not be decoded, kept with its reason until someone looks."""

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_SCHEMA: Final = """
PRAGMA journal_mode=WAL;
CREATE TABLE IF NOT EXISTS dead_letter (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    received_us INTEGER NOT NULL, topic TEXT NOT NULL, reason TEXT NOT NULL,
    payload BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS reason (reason TEXT PRIMARY KEY, letters INTEGER NOT NULL) STRICT;
"""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message nobody could use."""

    received_us: int
    topic: str
    reason: str  # the kind of mistake first, then a colon and what was found
    payload: bytes

    @property
    def size(self) -> int:
        """Return about how many bytes it takes."""
        return len(self.payload) + len(self.topic) + len(self.reason)


class DeadLetters:
    """Keeps the latest in a file of their own, at most `limit_bytes`, and counts all."""

    def __init__(self, path: Path, limit_bytes: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._limit_bytes = limit_bytes
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.executescript(_SCHEMA)
        self._db.execute("PRAGMA synchronous=FULL")
        (self._bytes,) = self._db.execute(
            "SELECT coalesce(sum(length(payload) + length(topic) + length(reason)), 0) "
            "FROM dead_letter"
        ).fetchone()

    def keep(self, letters: Sequence[DeadLetter]) -> None:
        """Return once the letters are durable; the oldest make room."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._db.executemany(
                    "INSERT INTO dead_letter (received_us, topic, reason, payload) "
                    "VALUES (?, ?, ?, ?)",
                    [
                        (dead.received_us, dead.topic, dead.reason, dead.payload)
                        for dead in letters
                    ],
                )
                self._db.executemany(
                    "INSERT INTO reason VALUES (?, 1) "
                    "ON CONFLICT DO UPDATE SET letters = letters + 1",
                    [(dead.reason.partition(":")[0],) for dead in letters],
                )
                kept = self._make_room(self._bytes + sum(dead.size for dead in letters))
                self._db.execute("COMMIT")
            except sqlite3.Error:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self._bytes = kept

    def latest(self, limit: int = 100) -> list[DeadLetter]:
        with self._lock:
            rows = self._db.execute(
                "SELECT received_us, topic, reason, payload FROM dead_letter "
                "ORDER BY id DESC LIMIT ?",
                (limit,),
            )
            return [DeadLetter(*row) for row in rows]

    def counts(self) -> dict[str, int]:
        """Return how many there ever were of each kind of mistake."""
        with self._lock:
            return dict(self._db.execute("SELECT reason, letters FROM reason ORDER BY reason"))

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _make_room(self, held: int) -> int:
        while held > self._limit_bytes:
            oldest = self._db.execute(
                "DELETE FROM dead_letter WHERE id = (SELECT min(id) FROM dead_letter) "
                "RETURNING length(payload) + length(topic) + length(reason)"
            ).fetchone()
            if oldest is None:
                return 0
            held -= oldest[0]
        return held
