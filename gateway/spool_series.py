"""The series in a spool: what one connection to a device says in one stream, numbered from 0.

Batches name theirs by a small number: with a device, a boot and a stream in each row, and once
more in the index, a commit writes half as much again.
"""

import sqlite3
from typing import Final, TypeAlias

Key: TypeAlias = tuple[str, int, str]  # device, boot, stream

SCHEMA: Final = """
CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    device TEXT NOT NULL, boot INTEGER NOT NULL, stream TEXT NOT NULL,
    UNIQUE (device, boot, stream)
) STRICT;
"""
_FIND: Final = "SELECT id FROM series WHERE (device, boot, stream) = (?, ?, ?)"
_ADD: Final = "INSERT INTO series (device, boot, stream) VALUES (?, ?, ?) RETURNING id"
#: Of connections that are over and stored: each connection draws a boot of its own.
_TIDY: Final = """
DELETE FROM series WHERE device = ? AND boot <> ?
AND NOT EXISTS (SELECT 1 FROM batch WHERE batch.series = series.id)
"""


class SpoolSeries:
    """Numbers them, within the transactions of whoever asks."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._numbers: dict[Key, int] = {}
        self._begun: list[Key] = []  # since it was tidied

    def number(self, key: Key) -> int:
        """Return a series' number, a new one if there is none yet."""
        known = self._numbers.get(key)
        return self._look_up(key) if known is None else known

    def tidy(self) -> None:
        """Remove those of connections before the ones that began, if all of it is stored."""
        if not self._begun:
            return
        self._db.executemany(_TIDY, [(device, boot) for device, boot, _ in self._begun])
        self._begun.clear()
        self.forget()

    def forget(self) -> None:
        """Look all up again: what was done last was undone."""
        self._numbers.clear()

    def _look_up(self, key: Key) -> int:
        row = self._db.execute(_FIND, key).fetchone()
        number = self._add(key) if row is None else int(row[0])
        self._numbers[key] = number
        return number

    def _add(self, key: Key) -> int:
        self._begun.append(key)
        ((number,),) = self._db.execute(_ADD, key)
        return int(number)
