"""Passwords that people choose, and codes for the day they forget them.

Argon2id as pwdlib has it; two are computed at a time at most, each takes tens of MiB.
"""

import functools
import secrets
import sqlite3
import threading
from typing import Final

from pwdlib import PasswordHash

from people.authorize import Actor, Role
from people.sentence import Worded, say
from web.accounts.sign_in_file import SignInFile, digest

_SHORTEST: Final = 12
_LONGEST: Final = 128
_FEWEST_DIFFERENT: Final = 6
_CODES: Final = 8
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are taken for another
_CODE_GROUPS: Final = 4


class BadChoice(Worded, ValueError):
    """A user name or password cannot be taken."""


class Passwords:
    """Keeps one password a person at most."""

    def __init__(self, file: SignInFile) -> None:
        self._file = file
        self._hashing = PasswordHash.recommended()
        self._room = threading.BoundedSemaphore(2)

    def choose(self, actor: Actor, user: str, password: str) -> tuple[str, ...]:
        """Let somebody sign in by a password from now on; return new recovery codes.

        Raises BadChoice for a name that another has, and for a password that is easy to guess.
        """
        user = _check(user, password)
        row = (actor.person, actor.role.value, user, self._hash(password))
        codes = tuple(_code() for _ in range(_CODES))
        try:
            with self._file.opened() as db:
                db.execute("DELETE FROM passwords WHERE person = ?", (actor.person,))
                db.execute("INSERT INTO passwords VALUES (?, ?, ?, ?)", row)
                db.execute("DELETE FROM recovery_codes WHERE person = ?", (actor.person,))
                db.executemany(
                    "INSERT INTO recovery_codes VALUES (?, ?)",
                    [(digest(code), actor.person) for code in codes],
                )
        except sqlite3.IntegrityError as error:
            raise BadChoice(say("Somebody else is called %(user)s here.", user=user)) from error
        return codes

    def verify(self, user: str, password: str) -> Actor | None:
        """Return whose this password is; it takes as long for a name nobody has."""
        query = "SELECT person, role, hash FROM passwords WHERE user = ?"
        nobodys = self._nobodys
        with self._file.opened() as db:
            row = db.execute(query, (_folded(user),)).fetchone()
        kept = row[2] if row else nobodys
        with self._room:
            is_right = self._hashing.verify(password[:_LONGEST], kept)
        return Actor(row[0], Role(row[1])) if row and is_right else None

    def recover(self, user: str, code: str) -> Actor | None:
        """Use a recovery code up, and return whose it was."""
        query = "SELECT person, role FROM passwords WHERE user = ?"
        spend = "DELETE FROM recovery_codes WHERE hash = ? AND person = ?"
        with self._file.opened() as db:
            row = db.execute(query, (_folded(user),)).fetchone()
            if row is None:
                return None
            typed = digest(code.strip().lower())
            if db.execute(spend, (typed, row[0])).rowcount == 0:
                return None
        return Actor(row[0], Role(row[1]))

    def spend(self, person: str, code: str) -> bool:
        """Use one of somebody's recovery codes up; tell whether it was one."""
        query = "DELETE FROM recovery_codes WHERE hash = ? AND person = ?"
        with self._file.opened() as db:
            return db.execute(query, (digest(code.strip().lower()), person)).rowcount > 0

    def user_of(self, person: str) -> str | None:
        """Return by which name somebody signs in, None without a password."""
        query = "SELECT user FROM passwords WHERE person = ?"
        with self._file.opened() as db:
            row = db.execute(query, (person,)).fetchone()
        return row[0] if row else None

    @functools.cached_property
    def _nobodys(self) -> str:
        return self._hash(secrets.token_urlsafe())

    def _hash(self, password: str) -> str:
        with self._room:
            return self._hashing.hash(password)


def _check(user: str, password: str) -> str:
    user = _folded(user)
    if not 3 <= len(user) <= 64:
        raise BadChoice(say("A user name has 3 to 64 letters."))
    if not _SHORTEST <= len(password) <= _LONGEST:
        raise BadChoice(
            say(
                "A password has %(shortest)s to %(longest)s letters.",
                shortest=_SHORTEST,
                longest=_LONGEST,
            )
        )
    if user in password.lower() or len(set(password)) < _FEWEST_DIFFERENT:
        raise BadChoice(
            say(
                "That password is easy to guess."
                " A few words that do not belong together are not."
            )
        )
    return user


def _folded(user: str) -> str:
    return user.strip().casefold()


def _code() -> str:
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(_CODE_GROUPS))
    return "-".join(groups)
