"""Who is signed in: one-time links and sessions, in a file of their own.

Only hashes are kept: who reads the file cannot sign in with what stands there.
"""

import contextlib
import hashlib
import secrets
import sqlite3
from collections.abc import Generator
from pathlib import Path
from typing import Final

from people.authorize import Actor, Role

DAY_S: Final = 86_400
SESSION_S: Final = 30 * DAY_S

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS links (
    hash BLOB PRIMARY KEY, person TEXT NOT NULL, role TEXT NOT NULL, expires_us INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sessions (
    hash BLOB PRIMARY KEY, person TEXT NOT NULL, role TEXT NOT NULL, expires_us INTEGER NOT NULL
) WITHOUT ROWID;
"""


class Accounts:
    """Makes links, turns each into one session, and knows whose a session is."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        with self._open() as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.executescript(_TABLES)

    def one_time_link(self, person: str, role: str, now_us: int, valid_s: int = DAY_S) -> str:
        """Return a token that signs this person in once."""
        token = secrets.token_urlsafe(24)
        row = (_hash(token), person, Role(role).value, now_us + valid_s * 1_000_000)
        with self._open() as db:
            db.execute("DELETE FROM links WHERE expires_us <= ?", (now_us,))
            db.execute("INSERT INTO links VALUES (?, ?, ?, ?)", row)
        return token

    def is_good(self, token: str, now_us: int) -> bool:
        """Tell whether a token could be redeemed, without using it up."""
        query = "SELECT 1 FROM links WHERE hash = ? AND expires_us > ?"
        with self._open() as db:
            return db.execute(query, (_hash(token), now_us)).fetchone() is not None

    def redeem(self, token: str, now_us: int) -> str | None:
        """Use a token up and return a new session's id; None for one that is no good."""
        spend = "DELETE FROM links WHERE hash = ? AND expires_us > ? RETURNING person, role"
        session_id = secrets.token_urlsafe(24)
        until_us = now_us + SESSION_S * 1_000_000
        with self._open() as db:
            whose = db.execute(spend, (_hash(token), now_us)).fetchone()
            if whose is None:
                return None
            db.execute("DELETE FROM sessions WHERE expires_us <= ?", (now_us,))
            row = (_hash(session_id), *whose, until_us)
            db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", row)
        return session_id

    def session(self, session_id: str, now_us: int) -> Actor | None:
        """Return who is signed in by this session."""
        query = "SELECT person, role FROM sessions WHERE hash = ? AND expires_us > ?"
        with self._open() as db:
            row = db.execute(query, (_hash(session_id), now_us)).fetchone()
        return None if row is None else Actor(row[0], Role(row[1]))

    def sign_out(self, session_id: str) -> None:
        """End a session; its open pages notice within seconds."""
        with self._open() as db:
            db.execute("DELETE FROM sessions WHERE hash = ?", (_hash(session_id),))

    @contextlib.contextmanager
    def _open(self) -> Generator[sqlite3.Connection]:
        # A connection a call: calls come from many threads, links also from other processes.
        with contextlib.closing(sqlite3.connect(self._path, timeout=10)) as db, db:
            yield db


def _hash(secret: str) -> bytes:
    # The secrets are random and long: a slow hash would protect nothing more.
    return hashlib.sha256(secret.encode()).digest()
