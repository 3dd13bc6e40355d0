"""The tables of the spool's file, and how it lies on a disk."""

import sqlite3
from pathlib import Path
from typing import Final

from gateway import spool_series

_LAYOUT: Final = 1
_SCHEMA: Final = f"""{spool_series.SCHEMA}
CREATE TABLE identity (client_id TEXT NOT NULL) STRICT;
CREATE TABLE batch (
    position INTEGER PRIMARY KEY,
    series INTEGER NOT NULL, sequence INTEGER NOT NULL,
    start_us INTEGER NOT NULL, payload BLOB NOT NULL,
    UNIQUE (series, sequence)
) STRICT;
CREATE TABLE set_aside (
    device TEXT NOT NULL, boot INTEGER NOT NULL,
    stream TEXT NOT NULL, sequence INTEGER NOT NULL,
    payload BLOB NOT NULL, reason TEXT NOT NULL, passed INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (device, boot, stream, sequence)
) STRICT;
CREATE TABLE note (
    device TEXT NOT NULL, what TEXT NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (device, what)
) STRICT;
"""
_PAGE_BYTES: Final = 512  # the smallest: a commit writes whole ones, however little is new
_LOG_PAGES: Final = 8000  # until the log of commits is written into the file


def opened(path: Path) -> sqlite3.Connection:
    """Open a spool, made with its tables if there is none; raise OSError for any other file."""
    path.touch(mode=0o600)
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        db.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
        db.execute("PRAGMA synchronous = FULL")
        _settle(db)
    except sqlite3.Error as error:
        db.close()
        raise OSError(f"{path}: {error}") from error
    return db


def _settle(db: sqlite3.Connection) -> None:
    """Give a new file its tables, and refuse one with those of another layout."""
    if db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None:
        db.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_LAYOUT}; COMMIT;")
    ((found,),) = db.execute("PRAGMA user_version")
    if found != _LAYOUT:
        raise sqlite3.DatabaseError(
            f"has layout {found}, this kindstep reads layout {_LAYOUT}: let the kindstep that "
            "wrote it drain it, or move it away"
        )
