"""Tokens by which programs ask in somebody's name: shown once, kept as a hash, soon ended."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from people.authorize import Actor, Role
from web.accounts.scopes import Scope
from web.accounts.sign_in_file import SignInFile, digest

_MARK: Final = "ks_"  # by which scanners find one that leaked
_NOTICED_US: Final = 60_000_000  # how exactly it is kept when a token was used last


@dataclass(frozen=True, slots=True)
class Token:
    """One that somebody made."""

    handle: str  # names it, and opens nothing
    actor: Actor
    name: str
    scopes: frozenset[Scope]
    made_us: int
    expires_us: int
    seen_us: int | None  # when it was used last; none: never


class Tokens:
    """Makes tokens and knows whose one is."""

    def __init__(self, file: SignInFile) -> None:
        self._file = file

    def make(
        self, actor: Actor, name: str, scopes: Collection[Scope], now_us: int, until_us: int
    ) -> str:
        """Return a new token; nobody can read it again."""
        secret = _MARK + secrets.token_urlsafe(32)
        held = " ".join(sorted(scopes))
        row = (digest(secret), actor.person, actor.role.value, name, held, now_us, until_us)
        with self._file.opened() as db:
            db.execute("INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?, ?, NULL)", row)
        return secret

    def use(self, secret: str, now_us: int) -> Token | None:
        """Return the token with this secret, and note that it was used; None for none."""
        query = "SELECT * FROM tokens WHERE hash = ? AND expires_us > ?"
        with self._file.opened() as db:
            row = db.execute(query, (digest(secret), now_us)).fetchone()
            if row is None:
                return None
            found = _token(row)
            if found.seen_us is None or now_us - found.seen_us >= _NOTICED_US:
                db.execute("UPDATE tokens SET seen_us = ? WHERE hash = ?", (now_us, row[0]))
        return found

    def find(self, handle: str, now_us: int) -> Token | None:
        """Return a token that is good by its handle."""
        return next((each for each in self.all(now_us) if each.handle == handle), None)

    def of_person(self, person: str, now_us: int) -> list[Token]:
        """Return somebody's tokens that are good, the latest first."""
        return [each for each in self.all(now_us) if each.actor.person == person]

    def all(self, now_us: int) -> list[Token]:
        """Return everybody's tokens that are good, the latest first."""
        query = "SELECT * FROM tokens WHERE expires_us > ? ORDER BY made_us DESC"
        with self._file.opened() as db:
            return [_token(row) for row in db.execute(query, (now_us,))]

    def end(self, handle: str, person: str | None = None) -> bool:
        """End a token, if it is this person's; tell whether there was one."""
        query = "DELETE FROM tokens WHERE hash = ? AND (? IS NULL OR person = ?)"
        with self._file.opened() as db:
            return db.execute(query, (bytes.fromhex(handle), person, person)).rowcount > 0


def _token(row: tuple[Any, ...]) -> Token:
    key, person, role, name, scopes, made_us, expires_us, seen_us = row
    held = frozenset(Scope(each) for each in scopes.split())
    return Token(key.hex(), Actor(person, Role(role)), name, held, made_us, expires_us, seen_us)
