"""The file with everything by which people sign in."""

import contextlib
import hashlib
import sqlite3
import threading
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any, Final

from ingest import layout

_LAYOUT: Final = 1
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS links (
    hash BLOB PRIMARY KEY, person TEXT NOT NULL, role TEXT NOT NULL, expires_us INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sessions (
    hash BLOB PRIMARY KEY, person TEXT NOT NULL, role TEXT NOT NULL,
    expires_us INTEGER NOT NULL, begun_us INTEGER NOT NULL, browser TEXT NOT NULL,
    lacks TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sessions_by_person ON sessions (person);
CREATE TABLE IF NOT EXISTS passwords (
    person TEXT PRIMARY KEY, role TEXT NOT NULL, user TEXT NOT NULL UNIQUE, hash TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS second_factors (
    person TEXT PRIMARY KEY, seed TEXT NOT NULL, step INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS linked (
    issuer TEXT NOT NULL, subject TEXT NOT NULL, person TEXT NOT NULL, role TEXT NOT NULL,
    PRIMARY KEY (issuer, subject)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS recovery_codes (
    hash BLOB PRIMARY KEY, person TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS passkeys (
    id BLOB PRIMARY KEY, person TEXT NOT NULL, role TEXT NOT NULL, key BLOB NOT NULL,
    sign_count INTEGER NOT NULL, made_us INTEGER NOT NULL, browser TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tokens (
    hash BLOB PRIMARY KEY, person TEXT NOT NULL, role TEXT NOT NULL, name TEXT NOT NULL,
    scopes TEXT NOT NULL, made_us INTEGER NOT NULL, expires_us INTEGER NOT NULL, seen_us INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS languages (
    person TEXT PRIMARY KEY, language TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS gateway_codes (
    hash BLOB PRIMARY KEY, gateway TEXT NOT NULL, expires_us INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS gateway_tokens (
    hash BLOB PRIMARY KEY, gateway TEXT NOT NULL, user TEXT NOT NULL UNIQUE,
    bcrypt TEXT NOT NULL, pbkdf2 TEXT NOT NULL, made_us INTEGER NOT NULL, seen_us INTEGER,
    asked INTEGER NOT NULL
) WITHOUT ROWID;
"""


class _Kept(threading.local):
    """A connection for each thread, as long as that lives: to open one takes half a ms."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, timeout=10, isolation_level=None)


class SignInFile:
    """Opens a connection a call: from many threads, and links from other processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        with self.opened() as db:
            layout.settle(db, _TABLES, _LAYOUT)
        self._kept = _Kept(path)

    @contextlib.contextmanager
    def opened(self) -> Generator[sqlite3.Connection]:
        """Give a connection; what is done on it is one transaction."""
        with contextlib.closing(sqlite3.connect(self._path, timeout=10)) as db, db:
            yield db

    def ask(self, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """Return the rows of what every request and open page asks."""
        return self._kept.db.execute(query, values).fetchall()


def digest(secret: str) -> bytes:
    """Return what is kept of a secret of ours.

    Such secrets are random and long: a slow hash would protect nothing more.
    """
    return hashlib.sha256(secret.encode()).digest()
