"""Who did or saw what of whom, and when: written before it takes effect, never changed.

A file of its own, as pages, hub and command line write to it. What cannot be noted is not done.
"""

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Collection, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import msgspec

from people.authorize import Actor

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS trail (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at_us INTEGER NOT NULL, who TEXT NOT NULL,
    role TEXT NOT NULL, what TEXT NOT NULL, whom TEXT NOT NULL, detail TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS trail_of ON trail (whom, number);
CREATE TRIGGER IF NOT EXISTS trail_stays BEFORE UPDATE ON trail
    BEGIN SELECT RAISE(ABORT, 'the trail is never changed'); END;
CREATE TRIGGER IF NOT EXISTS trail_is_kept BEFORE DELETE ON trail
    BEGIN SELECT RAISE(ABORT, 'the trail is never changed'); END;
"""
SAW: Final = "saw"
_AGAIN_US: Final = 600_000_000  # a look is noted once in so long
_LOOKS_KEPT: Final = 20_000


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the trail."""

    number: int
    at_us: int
    who: str
    role: str
    what: str
    whom: str  # a person, or "" for what concerns nobody
    detail: str


class Trail:
    """Appends to the file, and reads it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        self._looks: OrderedDict[tuple[str, str, str], int] = OrderedDict()
        self._lock = threading.Lock()
        with self._opened() as db:
            db.executescript(_TABLE)

    def note(
        self, actor: Actor, what: str, whom: str = "", detail: str = "", *, now_us: int
    ) -> None:
        """Append a line; it is durable when this returns."""
        self._append([(now_us, actor.person, actor.role.value, what, whom, detail)])

    def note_gateway(self, gateway: str, what: str, *, now_us: int) -> None:
        """Append what a gateway did for its own way in."""
        self._append([(now_us, gateway, "gateway", what, "", "")])

    def saw(self, actor: Actor, people: Iterable[str], where: str, *, now_us: int) -> None:
        """Append that somebody saw people's data, once in ten minutes for each."""
        with self._lock:
            news = [
                each for each in people if self._is_news((actor.person, each, where), now_us)
            ]
        said = (actor.person, actor.role.value, SAW)
        self._append([(now_us, *said, each, where) for each in news])

    def read(
        self,
        *,
        before: int = 2**63 - 1,
        limit: int = 200,
        whom: str | None = None,
        but: str = "",
        what: Collection[str] = (),
    ) -> list[Trace]:
        """Return lines, the latest first; none of what `but` did."""
        asked = f"AND what IN ({', '.join('?' * len(what))})" if what else ""
        query = (
            "SELECT * FROM trail WHERE number < ? AND (? IS NULL OR whom = ?) "  # noqa: S608 - marks only
            f"AND who <> ? {asked} ORDER BY number DESC LIMIT ?"
        )
        with self._opened() as db:
            rows = db.execute(query, (before, whom, whom, but, *what, limit))
            return [_trace(row) for row in rows]

    def everything(self) -> Iterator[Trace]:
        """Yield every line in order."""
        with self._opened() as db:
            for row in db.execute("SELECT * FROM trail ORDER BY number"):
                yield _trace(row)

    def _is_news(self, look: tuple[str, str, str], now_us: int) -> bool:
        before_us = self._looks.pop(look, None)
        is_news = before_us is None or now_us - before_us >= _AGAIN_US
        self._looks[look] = now_us if is_news or before_us is None else before_us
        if len(self._looks) > _LOOKS_KEPT:
            self._looks.popitem(last=False)
        return is_news

    def _append(self, rows: list[tuple[int, str, str, str, str, str]]) -> None:
        if not rows:
            return
        write = (
            "INSERT INTO trail (at_us, who, role, what, whom, detail) VALUES (?, ?, ?, ?, ?, ?)"
        )
        with self._opened() as db:
            db.executemany(write, rows)

    @contextmanager
    def _opened(self) -> Generator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=10)) as db, db:
            db.execute("PRAGMA synchronous=FULL")
            yield db


def _trace(row: tuple[int, int, str, str, str, str, str]) -> Trace:
    number, at_us, who, role, what, whom, detail = row
    return Trace(
        number=number, at_us=at_us, who=who, role=role, what=what, whom=whom, detail=detail
    )
