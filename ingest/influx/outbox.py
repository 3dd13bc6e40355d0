"""Lines that wait for a database, in a file: they outlive its absence, and ours."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ingest import layout

_LAYOUT: Final = 1
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS waiting (
    id INTEGER PRIMARY KEY, lines INTEGER NOT NULL, body BLOB NOT NULL
) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Parcel:
    """Some lines that go together."""

    id: int
    lines: tuple[bytes, ...]


class Outbox:
    """First in, first out; beyond `limit_bytes` the newest are not taken."""

    def __init__(self, path: Path, limit_bytes: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._limit_bytes = limit_bytes
        self._db = layout.opened(path, _SCHEMA, _LAYOUT)
        count = "SELECT coalesce(sum(lines), 0), coalesce(sum(length(body)), 0) FROM waiting"
        self._lines, self._bytes = self._db.execute(count).fetchone()

    def __len__(self) -> int:
        return self._lines

    def put(self, lines: Sequence[bytes]) -> bool:
        """Keep lines, durable when this returns; return False for lack of room."""
        body = b"\n".join(lines)
        with self._lock:
            if self._bytes + len(body) > self._limit_bytes:
                return False
            self._db.execute(
                "INSERT INTO waiting (lines, body) VALUES (?, ?)", (len(lines), body)
            )
            self._lines += len(lines)
            self._bytes += len(body)
        return True

    def first(self) -> Parcel | None:
        """Return what has waited longest."""
        with self._lock:
            row = self._db.execute(
                "SELECT id, body FROM waiting ORDER BY id LIMIT 1"
            ).fetchone()
        return row and Parcel(row[0], tuple(row[1].split(b"\n")))

    def done(self, parcel: Parcel) -> None:
        """Forget lines that need not be sent again."""
        with self._lock:
            self._db.execute("DELETE FROM waiting WHERE id = ?", (parcel.id,))
            self._lines -= len(parcel.lines)
            self._bytes -= sum(map(len, parcel.lines)) + len(parcel.lines) - 1

    def close(self) -> None:
        self._db.close()
