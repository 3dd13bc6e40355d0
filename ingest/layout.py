"""Which layout a SQLite file of ours has: a number in it, looked at whenever it is opened.

The study's tables have steps from one release to the next; these files have none. One of
another layout is named and left as it is.
"""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path


class FileUnusable(Exception):
    """A file is none of this release; the message says which, what was found and what to do."""


def opened(path: Path, tables: str, layout: int) -> sqlite3.Connection:
    """Open a file for any thread to use, one at a time; a new one gets its tables."""
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        settle(db, tables, layout)
        db.execute("PRAGMA synchronous=FULL")
    except BaseException:
        db.close()
        raise
    return db


@contextmanager
def lent(path: Path, layout: int) -> Generator[sqlite3.Connection | None]:
    """Lend what another process writes, to read it; None: there is nothing yet."""
    if not path.exists():
        yield None
        return
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        yield db if check(db, layout) else None


def settle(db: sqlite3.Connection, tables: str, layout: int) -> None:
    """Give a new file its tables; raise FileUnusable for a file with those of another layout.

    Another process may do the same at once: tables and number are there together.
    """
    is_new = not check(db, layout)
    db.execute("PRAGMA journal_mode=WAL")
    if is_new:
        db.executescript(f"BEGIN IMMEDIATE; {tables} PRAGMA user_version = {layout}; COMMIT;")


def check(db: sqlite3.Connection, layout: int) -> bool:
    """Return whether there are tables; raise FileUnusable if they are of another layout."""
    stands = found(db)
    if stands not in {None, layout}:
        raise FileUnusable(
            f"{_path(db)} has layout {stands}, this kindstep reads layout {layout}: "
            "run the kindstep that wrote it, or move it away to begin without what it holds"
        )
    return stands is not None


def found(db: sqlite3.Connection) -> int | None:
    """Return a file's layout, None while it has no tables; raise FileUnusable if it is none."""
    try:
        if db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None:
            return None
        return int(db.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_NOTADB:
            raise
        raise FileUnusable(f"{_path(db)} is no database: move it away") from error


def _path(db: sqlite3.Connection) -> str:
    return str(db.execute("PRAGMA database_list").fetchone()[2])
