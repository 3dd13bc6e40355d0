"""One-time links, and the sessions that they and passwords begin."""

import secrets
import sqlite3
from pathlib import Path
from typing import Final

from people.authorize import Actor, Role
from web.accounts.passkeys import Passkeys
from web.accounts.passwords import Passwords
from web.accounts.sessions import Session
from web.accounts.sign_in_file import SignInFile, digest
from web.accounts.tokens import Tokens

DAY_S: Final = 86_400
SESSION_S: Final = 30 * DAY_S


class Accounts:
    """Makes links, begins sessions, and knows whose a session is."""

    def __init__(self, path: Path) -> None:
        self._file = SignInFile(path)
        self.passwords = Passwords(self._file)
        self.passkeys = Passkeys(self._file)
        self.tokens = Tokens(self._file)

    def one_time_link(self, person: str, role: str, now_us: int, valid_s: int = DAY_S) -> str:
        """Return a token that signs this person in once."""
        token = secrets.token_urlsafe(24)
        row = (digest(token), person, Role(role).value, now_us + valid_s * 1_000_000)
        with self._file.opened() as db:
            db.execute("DELETE FROM links WHERE expires_us <= ?", (now_us,))
            db.execute("INSERT INTO links VALUES (?, ?, ?, ?)", row)
        return token

    def is_good(self, token: str, now_us: int) -> bool:
        """Tell whether a token could be redeemed, without using it up."""
        query = "SELECT 1 FROM links WHERE hash = ? AND expires_us > ?"
        with self._file.opened() as db:
            return db.execute(query, (digest(token), now_us)).fetchone() is not None

    def redeem(self, token: str, now_us: int, browser: str = "") -> str | None:
        """Use a token up and return a new session's id; None for one that is no good."""
        spend = "DELETE FROM links WHERE hash = ? AND expires_us > ? RETURNING person, role"
        with self._file.opened() as db:
            whose = db.execute(spend, (digest(token), now_us)).fetchone()
            if whose is None:
                return None
            return _begin(db, Actor(whose[0], Role(whose[1])), now_us, browser)

    def begin(self, actor: Actor, now_us: int, browser: str = "") -> str:
        """Return a new session's id for somebody who has proved who they are."""
        with self._file.opened() as db:
            return _begin(db, actor, now_us, browser)

    def forget(self, person: str) -> None:
        """Let nobody sign in as this person any more, and end what they began."""
        with self._file.opened() as db:
            for table in (
                "links",
                "sessions",
                "passwords",
                "recovery_codes",
                "passkeys",
                "tokens",
            ):
                db.execute(f"DELETE FROM {table} WHERE person = ?", (person,))  # noqa: S608 - ours

    def session(self, session_id: str, now_us: int) -> Actor | None:
        """Return who is signed in by this session."""
        query = "SELECT person, role FROM sessions WHERE hash = ? AND expires_us > ?"
        with self._file.opened() as db:
            row = db.execute(query, (digest(session_id), now_us)).fetchone()
        return None if row is None else Actor(row[0], Role(row[1]))

    def sessions(self, person: str, now_us: int) -> list[Session]:
        """Return where somebody is signed in, the latest first."""
        query = (
            "SELECT hash, begun_us, browser FROM sessions "
            "WHERE person = ? AND expires_us > ? ORDER BY begun_us DESC"
        )
        with self._file.opened() as db:
            return [
                Session(row[0].hex(), *row[1:]) for row in db.execute(query, (person, now_us))
            ]

    def sign_out(self, session_id: str) -> None:
        """End a session; its open pages notice within seconds."""
        with self._file.opened() as db:
            db.execute("DELETE FROM sessions WHERE hash = ?", (digest(session_id),))

    def end(self, person: str, handle: str) -> bool:
        """End one of somebody's sessions by its handle; return False for none of theirs."""
        query = "DELETE FROM sessions WHERE hash = ? AND person = ?"
        with self._file.opened() as db:
            return db.execute(query, (bytes.fromhex(handle), person)).rowcount > 0

    def end_others(self, person: str, session_id: str) -> None:
        """End all of somebody's sessions but one."""
        query = "DELETE FROM sessions WHERE person = ? AND hash <> ?"
        with self._file.opened() as db:
            db.execute(query, (person, digest(session_id)))


def _begin(db: sqlite3.Connection, actor: Actor, now_us: int, browser: str) -> str:
    session_id = secrets.token_urlsafe(24)
    until_us = now_us + SESSION_S * 1_000_000
    db.execute("DELETE FROM sessions WHERE expires_us <= ?", (now_us,))
    row = (digest(session_id), actor.person, actor.role.value, until_us, now_us, browser)
    db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?)", row)
    return session_id
