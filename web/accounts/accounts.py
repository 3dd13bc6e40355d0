"""One-time links, and the sessions that they and passwords begin."""

import secrets
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from people.authorize import Actor, Role
from web.accounts.gateways import GatewayTokens
from web.accounts.languages import Languages
from web.accounts.passkeys import Passkeys
from web.accounts.passwords import Passwords
from web.accounts.providers import Linked
from web.accounts.second import SecondFactors
from web.accounts.sessions import Lack, Session
from web.accounts.sign_in_file import SignInFile, digest
from web.accounts.tokens import Tokens

DAY_S: Final = 86_400
SESSION_S: Final = 30 * DAY_S
_HELD_S: Final = 600  # to bring what a session lacks


class Accounts:
    """Makes links, begins sessions, and knows whose a session is."""

    def __init__(self, path: Path) -> None:
        self._file = SignInFile(path)
        self.passwords = Passwords(self._file)
        self.passkeys = Passkeys(self._file)
        self.second = SecondFactors(self._file)
        self.linked = Linked(self._file)
        self.tokens = Tokens(self._file)
        self.gateways = GatewayTokens(self._file)
        self.languages = Languages(self._file)

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
            return _begin(db, Actor(whose[0], Role(whose[1])), now_us, browser, Lack.NOTHING)

    def begin(
        self, actor: Actor, now_us: int, browser: str = "", lacks: Lack = Lack.NOTHING
    ) -> str:
        """Return a new session's id for somebody who has proved who they are.

        One that lacks something opens nothing but what makes up for it, for ten minutes.
        """
        with self._file.opened() as db:
            return _begin(db, actor, now_us, browser, lacks)

    def forget(self, person: str) -> None:
        """Let nobody sign in as this person any more, and end what they began."""
        with self._file.opened() as db:
            for table in (
                "links",
                "sessions",
                "passwords",
                "recovery_codes",
                "passkeys",
                "second_factors",
                "linked",
                "tokens",
                "languages",
            ):
                db.execute(f"DELETE FROM {table} WHERE person = ?", (person,))  # noqa: S608 - ours

    def lack_of(self, actor: Actor) -> Lack:
        """Return what a password alone lacks: staff need a second factor, others may."""
        is_staff = actor.role is not Role.PARTICIPANT
        if self.second.is_kept(actor.person) or (
            is_staff and self.passkeys.of_person(actor.person)
        ):
            return Lack.CODE
        return Lack.FACTOR if is_staff else Lack.NOTHING

    def session(self, session_id: str, now_us: int, lacks: Lack = Lack.NOTHING) -> Actor | None:
        """Return who is signed in by this session, if it lacks no more than this."""
        query = (
            "SELECT person, role FROM sessions "
            "WHERE hash = ? AND expires_us > ? AND lacks IN (?, '')"
        )
        rows = self._file.ask(query, (digest(session_id), now_us, lacks.value))
        return Actor(rows[0][0], Role(rows[0][1])) if rows else None

    def signed_in(self, session_ids: Iterable[str], now_us: int) -> dict[str, Actor]:
        """Return who is signed in by each of these sessions that lacks nothing."""
        hashed = {digest(each): each for each in session_ids}
        marks = ",".join("?" * len(hashed))
        query = f"SELECT hash, person, role FROM sessions WHERE hash IN ({marks})"  # noqa: S608 - marks
        rows = self._file.ask(f"{query} AND expires_us > ? AND lacks = ''", (*hashed, now_us))
        return {hashed[key]: Actor(person, Role(role)) for key, person, role in rows}

    def begun_us(self, session_id: str) -> int:
        """Return when somebody proved who they are; 0 for no session."""
        query = "SELECT begun_us FROM sessions WHERE hash = ? AND lacks = ''"
        with self._file.opened() as db:
            row = db.execute(query, (digest(session_id),)).fetchone()
        return row[0] if row else 0

    def sessions(self, person: str, now_us: int) -> list[Session]:
        """Return where somebody is signed in, the latest first."""
        query = (
            "SELECT hash, begun_us, browser FROM sessions "
            "WHERE person = ? AND expires_us > ? AND lacks = '' ORDER BY begun_us DESC"
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

    def end_all(self, person: str) -> None:
        """End all of somebody's sessions, tokens and links; how they sign in stays."""
        with self._file.opened() as db:
            for table in ("sessions", "tokens", "links"):
                db.execute(f"DELETE FROM {table} WHERE person = ?", (person,))  # noqa: S608 - ours

    def open_ways(self, now_us: int) -> dict[str, tuple[int, int]]:
        """Return at how many browsers, and by how many tokens, each person is signed in."""
        query = (
            "SELECT person, sum(of_session), sum(1 - of_session) FROM ("
            "SELECT person, 1 AS of_session FROM sessions WHERE expires_us > ? AND lacks = '' "
            "UNION ALL SELECT person, 0 FROM tokens WHERE expires_us > ?) GROUP BY person"
        )
        with self._file.opened() as db:
            return {who: (at, by) for who, at, by in db.execute(query, (now_us, now_us))}


def _begin(db: sqlite3.Connection, actor: Actor, now_us: int, browser: str, lacks: Lack) -> str:
    session_id = secrets.token_urlsafe(24)
    valid_s = SESSION_S if lacks is Lack.NOTHING else _HELD_S
    until_us = now_us + valid_s * 1_000_000
    db.execute("DELETE FROM sessions WHERE expires_us <= ?", (now_us,))
    who = (actor.person, actor.role.value)
    row = (digest(session_id), *who, until_us, now_us, browser, lacks.value)
    db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    return session_id
