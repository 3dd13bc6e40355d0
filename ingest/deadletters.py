"""What could not be decoded, kept with its reason until someone looks, or it can be.

The file is the hub's. Another process may read it, and ask for letters to be tried again.
"""

import sqlite3
import threading
from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ingest import layout

_LAYOUT: Final = 1
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS dead_letter (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    received_us INTEGER NOT NULL, topic TEXT NOT NULL, reason TEXT NOT NULL,
    payload BLOB NOT NULL, asked INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS dead_letter_asked ON dead_letter (id) WHERE asked;
CREATE TABLE IF NOT EXISTS reason (
    reason TEXT PRIMARY KEY, letters INTEGER NOT NULL,
    dropped INTEGER NOT NULL DEFAULT 0, replayed INTEGER NOT NULL DEFAULT 0
) STRICT;
"""
_SIZE: Final = "length(payload) + length(topic) + length(reason)"
_LETTER: Final = "SELECT id, received_us, topic, reason, payload FROM dead_letter"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message nobody could use."""

    received_us: int
    topic: str
    reason: str  # the kind of mistake first, then a colon and what was found
    payload: bytes

    @property
    def kind(self) -> str:
        """Return the kind of mistake."""
        return self.reason.partition(":")[0]

    @property
    def size(self) -> int:
        """Return about how many bytes it takes."""
        return len(self.payload) + len(self.topic) + len(self.reason)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many letters there ever were of one kind of mistake."""

    kind: str
    letters: int
    dropped: int  # the oldest, to make room
    replayed: int  # could be used in the end


class DeadLetters:
    """Keeps the latest in a file of their own, at most `limit_bytes`, and counts all."""

    def __init__(self, path: Path, limit_bytes: int = 1 << 62) -> None:
        self._lock = threading.Lock()
        self._limit_bytes = limit_bytes
        self._db = layout.opened(path, _SCHEMA, _LAYOUT)
        query = f"SELECT coalesce(sum({_SIZE}), 0) FROM dead_letter"  # noqa: S608 - ours
        (self._bytes,) = self._db.execute(query).fetchone()

    def keep(self, letters: Sequence[DeadLetter]) -> None:
        """Return once the letters are durable; the oldest make room."""
        with self._changing():
            self._db.executemany(
                "INSERT INTO dead_letter (received_us, topic, reason, payload) "
                "VALUES (?, ?, ?, ?)",
                [(dead.received_us, dead.topic, dead.reason, dead.payload) for dead in letters],
            )
            self._db.executemany(
                "INSERT INTO reason (reason, letters) VALUES (?, 1) "
                "ON CONFLICT DO UPDATE SET letters = letters + 1",
                [(dead.kind,) for dead in letters],
            )
            self._bytes += sum(dead.size for dead in letters)
            self._make_room()

    def latest(self, limit: int = 100) -> dict[int, DeadLetter]:
        """Return letters by id, the latest first."""
        return self._letters(f"{_LETTER} ORDER BY id DESC LIMIT ?", (limit,))

    def find(self, ids: Iterable[int]) -> dict[int, DeadLetter]:
        """Return those of some letters that are still here."""
        found = [self._letters(f"{_LETTER} WHERE id = ?", (each,)) for each in ids]
        return {key: dead for letters in found for key, dead in letters.items()}

    def tallies(self) -> list[Tally]:
        with self._lock:
            return _tallies(self._db)

    def counts(self) -> dict[str, int]:
        """Return how many there ever were of each kind of mistake."""
        return {tally.kind: tally.letters for tally in self.tallies()}

    # Trying again.

    def ask(self, ids: Iterable[int]) -> None:
        """Ask for letters to be tried again by whoever receives messages."""
        with self._changing():
            self._db.executemany(
                "UPDATE dead_letter SET asked = 1 WHERE id = ?", [(each,) for each in ids]
            )

    def ask_all(self) -> int:
        """Ask for all of them to be tried again; return how many that are."""
        with self._changing():
            return self._db.execute("UPDATE dead_letter SET asked = 1").rowcount

    def asked(self, limit: int) -> dict[int, DeadLetter]:
        """Return letters that wait to be tried again, in the order they came."""
        return self._letters(f"{_LETTER} WHERE asked ORDER BY id LIMIT ?", (limit,))

    def waits(self, letter: int) -> bool:
        """Answer whether a letter still waits to be tried again."""
        with self._lock:
            query = "SELECT 1 FROM dead_letter WHERE asked AND id = ?"
            return self._db.execute(query, (letter,)).fetchone() is not None

    def used(self, letters: dict[int, DeadLetter]) -> None:
        """Forget letters that are stored by now."""
        with self._changing():
            self._delete(letters)
            self._count("replayed", letters.values())

    def still_dead(self, reasons: dict[int, str]) -> None:
        """Note why letters could not be used this time either."""
        with self._changing():
            self._db.executemany(
                "UPDATE dead_letter SET asked = 0, reason = ? WHERE id = ?",
                [(reason, letter) for letter, reason in reasons.items()],
            )

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def _changing(self) -> Generator[None]:
        with self._lock:
            held = self._bytes
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield
                self._db.execute("COMMIT")
            except BaseException:
                self._bytes = held
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _letters(self, query: str, values: tuple[int, ...]) -> dict[int, DeadLetter]:
        with self._lock:
            return {row[0]: DeadLetter(*row[1:]) for row in self._db.execute(query, values)}

    def _make_room(self) -> None:
        dropped: dict[int, DeadLetter] = {}
        excess = self._bytes - self._limit_bytes
        oldest = self._db.execute(f"{_LETTER} ORDER BY id") if excess > 0 else ()
        for letter, *fields in oldest:
            if excess <= 0:
                break
            dropped[letter] = DeadLetter(*fields)
            excess -= dropped[letter].size
        self._delete(dropped)
        self._count("dropped", dropped.values())

    def _delete(self, letters: dict[int, DeadLetter]) -> None:
        self._db.executemany("DELETE FROM dead_letter WHERE id = ?", [(n,) for n in letters])
        self._bytes -= sum(dead.size for dead in letters.values())

    def _count(self, what: str, letters: Iterable[DeadLetter]) -> None:
        self._db.executemany(
            f"UPDATE reason SET {what} = {what} + ? WHERE reason = ?",  # noqa: S608 - ours
            [(n, kind) for kind, n in Counter(dead.kind for dead in letters).items()],
        )


def tallies(path: Path) -> list[Tally]:
    """Return what a hub's file counts, without disturbing it."""
    with layout.lent(path, _LAYOUT) as db:
        return _tallies(db) if db else []


def _tallies(db: sqlite3.Connection) -> list[Tally]:
    return [Tally(*row) for row in db.execute("SELECT * FROM reason ORDER BY reason")]
