"""Gateways' ways in: a code that is good once, and tokens that follow one another.

A gateway may have two tokens for a while. Whichever it uses, the others end: so an answer that
is lost on the way locks nobody out, and what was stolen and renewed is noticed.
"""

import base64
import hashlib
import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import bcrypt

from gateway.wire import check_gateway
from web.accounts.sign_in_file import SignInFile, digest

_CODE_US: Final = 24 * 3600 * 1_000_000
RENEW_US: Final = 30 * 24 * 3600 * 1_000_000
_NOTICED_US: Final = 60_000_000  # how exactly it is kept when a token was used last
# Tokens are random and long: slower hashes would protect nothing more, and delay each login.
_BCRYPT_ROUNDS: Final = 4
_PBKDF2_ROUNDS: Final = 101  # what mosquitto_passwd takes


@dataclass(frozen=True, slots=True)
class Login:
    """One name that a gateway may give a broker, and its password as brokers keep it."""

    user: str
    bcrypt: str  # as nats-server reads it
    pbkdf2: str  # as mosquitto reads it


@dataclass(frozen=True, slots=True)
class Admitted:
    """A gateway that has a token."""

    gateway: str
    made_us: int  # of the newest
    seen_us: int | None  # when it asked last; none: never
    is_asked: bool  # to renew it
    is_late: bool  # it should have renewed it long ago


@dataclass(frozen=True, slots=True)
class Renewed:
    """What a gateway is answered that shows its token."""

    gateway: str
    token: str | None  # none: the one it has is new enough
    logins_changed: bool


class GatewayTokens:
    """Gives out codes for tokens, and tokens for older ones."""

    def __init__(self, file: SignInFile) -> None:
        self._file = file

    def invite(self, gateway: str, now_us: int) -> str:
        """Return a code that lets a gateway of this name in once, within a day.

        Raises BrokenContract for a name that no gateway can have.
        """
        check_gateway(gateway)
        code = secrets.token_urlsafe(18)
        with self._file.opened() as db:
            db.execute(
                "DELETE FROM gateway_codes WHERE gateway = ? OR expires_us <= ?",
                (gateway, now_us),
            )
            row = (digest(code), gateway, now_us + _CODE_US)
            db.execute("INSERT INTO gateway_codes VALUES (?, ?, ?)", row)
        return code

    def enrol(self, code: str, now_us: int) -> Renewed | None:
        """Use a code up for a token; what had this name before is let in no more."""
        spend = "DELETE FROM gateway_codes WHERE hash = ? AND expires_us > ? RETURNING gateway"
        with self._file.opened() as db:
            found = db.execute(spend, (digest(code), now_us)).fetchone()
            if found is None:
                return None
            db.execute("DELETE FROM gateway_tokens WHERE gateway = ?", found)
            return Renewed(found[0], _make(db, found[0], now_us), logins_changed=True)

    def renew(self, token: str, now_us: int) -> Renewed | None:
        """Return a new token where it is time for one; None for a token that is none."""
        with self._file.opened() as db:
            query = "SELECT gateway, made_us, seen_us, asked FROM gateway_tokens WHERE hash = ?"
            row = db.execute(query, (digest(token),)).fetchone()
            if row is None:
                return None
            gateway, made_us, seen_us, asked = row
            ended = db.execute(
                "DELETE FROM gateway_tokens WHERE gateway = ? AND hash <> ?",
                (gateway, digest(token)),
            ).rowcount
            if asked or now_us - made_us >= RENEW_US:
                return Renewed(gateway, _make(db, gateway, now_us), logins_changed=True)
            if seen_us is None or now_us - seen_us >= _NOTICED_US:
                db.execute(
                    "UPDATE gateway_tokens SET seen_us = ? WHERE hash = ?",
                    (now_us, digest(token)),
                )
        return Renewed(gateway, None, logins_changed=ended > 0)

    def ask_to_renew(self, gateway: str) -> None:
        """Let a gateway renew its token when it asks next."""
        with self._file.opened() as db:
            db.execute("UPDATE gateway_tokens SET asked = 1 WHERE gateway = ?", (gateway,))

    def revoke(self, gateway: str) -> None:
        """Let a gateway in no more, by any token or code."""
        with self._file.opened() as db:
            db.execute("DELETE FROM gateway_tokens WHERE gateway = ?", (gateway,))
            db.execute("DELETE FROM gateway_codes WHERE gateway = ?", (gateway,))

    def admitted(self, now_us: int) -> list[Admitted]:
        """Return every gateway that has a token, by name."""
        query = (
            "SELECT gateway, max(made_us), max(seen_us), max(asked), min(made_us) "
            "FROM gateway_tokens GROUP BY gateway ORDER BY gateway"
        )
        with self._file.opened() as db:
            rows = db.execute(query).fetchall()
        return [
            Admitted(gateway, made, seen, bool(asked), now_us - oldest > 2 * RENEW_US)
            for gateway, made, seen, asked, oldest in rows
        ]

    def logins(self) -> Iterator[Login]:
        """Yield what brokers have to know."""
        query = "SELECT user, bcrypt, pbkdf2 FROM gateway_tokens ORDER BY user"
        with self._file.opened() as db:
            rows = db.execute(query).fetchall()
        return (Login(*row) for row in rows)


def _make(db: sqlite3.Connection, gateway: str, now_us: int) -> str:
    """Keep a new token's hashes, and return it: who it is at a broker, a dot, the password."""
    user, password = f"{gateway}~{secrets.token_hex(4)}", secrets.token_urlsafe(32)
    token = f"{user}.{password}"
    hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt(_BCRYPT_ROUNDS)).decode()
    row = (digest(token), gateway, user, hashed, pbkdf2(password), now_us)
    db.execute("INSERT INTO gateway_tokens VALUES (?, ?, ?, ?, ?, ?, NULL, 0)", row)
    return token


def pbkdf2(password: str) -> str:
    """Return a password's hash as mosquitto_passwd writes it."""
    salt = secrets.token_bytes(12)
    made = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _PBKDF2_ROUNDS)
    texts = (base64.b64encode(part).decode() for part in (salt, made))
    return "$".join(("", "7", str(_PBKDF2_ROUNDS), *texts))
