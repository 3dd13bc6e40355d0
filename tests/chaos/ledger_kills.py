"""Gives, pledges and delivers, and is killed at each write in turn.

`python -m tests.chaos.ledger_kills` does so at every write on either store, with a PostgreSQL
server of its own; `STORE-ADDRESS STEP` on one store, at every so-many-th.

Every kill is of a forked child that dies in the middle of a transaction. What it left is
audited; the next child begins the same deeds anew. At the end the books must be those of a
run that nobody disturbed.
"""

import os
import signal
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event

from coaching.giving import gifts, points
from coaching.giving.tables import ledger_entries, metadata
from coaching.giving.vouchers import State
from coaching.giving.vouchers import all_vouchers as every
from ingest.store.postgresql import PostgresqlStore
from ingest.store.sqlite import SqliteStore
from tests.databases import Postgresql

THRESHOLD = 100
MONDAY = date(2026, 3, 2)
_WRITES = ("INSERT", "UPDATE", "DELETE")
_TABLES = tuple(reversed(metadata.sorted_tables))


def main() -> None:
    if len(sys.argv) == 3:
        kill(sys.argv[1], int(sys.argv[2]))
        return
    with tempfile.TemporaryDirectory() as folder:
        kill(f"{folder}/giving.db", 1)
    with tempfile.TemporaryDirectory() as folder:  # the server's alone
        server = Postgresql(Path(folder))
        try:
            url = server.start().database()
            kill(url.render_as_string(hide_password=False), 1)
        finally:
            server.stop()


def kill(address: str, step: int) -> None:
    """Kill at every so-many-th write, and compare the books with those of a quiet run."""
    writes = _child(address, None)
    whole = _books(address)
    kills = 0
    for place in range(1, writes + 1, step):
        _forget(address)
        kills += _child(address, place) < 0
        _check(address)
        _child(address, None)
        assert _books(address) == whole, f"killed at write {place}, it ends otherwise"
    sys.stdout.write(f"{kills} kills at {writes} writes\n")


def _forget(address: str) -> None:
    store = _open(address)
    store.write(lambda db: [db.execute(table.delete()) for table in _TABLES])
    store.close()


def _open(address: str) -> SqliteStore | PostgresqlStore:
    if address.startswith("/"):
        return SqliteStore(Path(address), [metadata])
    return PostgresqlStore(sa.make_url(address), [metadata])


def _child(address: str, kill_at: int | None) -> int:
    """Fork one that does all deeds; return how many writes it made, or minus its signal."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        made = _deeds(address, kill_at)
        os.write(writer, str(made).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        said = told.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return -signal.SIGKILL
    assert status == 0, "a child failed"
    return int(said)


def _deeds(address: str, kill_at: int | None) -> int:
    made = count(1)
    last = 0

    def watch(_db, _cursor, statement, *_rest) -> None:
        nonlocal last
        if statement.lstrip().upper().startswith(_WRITES):
            last = next(made)
            if last == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    store = _open(address)
    event.listen(sa.Engine, "after_cursor_execute", watch)
    for deed in _all_deeds():
        store.write(deed)
    store.close()
    return last


def _all_deeds() -> list[Callable[[sa.Connection], object]]:
    found: list[Callable[[sa.Connection], object]] = []
    for who, cause in (("ana", "veterans"), ("ben", "seniors"), ("eve", "seniors")):
        found += [lambda db, w=who, c=cause: gifts.choose_cause(db, w, c, 1)]
    found += [lambda db: gifts.give_with(db, "eve", "owls", 1)]
    for day in range(3):
        for who in ("ana", "ben", "eve"):
            found += [lambda db, w=who, d=day: _tell_a_day(db, w, d)]
    found += [lambda db: gifts.fund(db, "seniors", 2, "one", 2), _hand_over]
    return [*found, lambda db: gifts.donate(db, "challenge:x", "veterans", 1, 3)]


def _tell_a_day(db: sa.Connection, who: str, day: int) -> None:
    points.award(db, who, "goal", MONDAY + timedelta(day), 60, 1)
    gifts.settle(db, who, gifts.cause(db, who), THRESHOLD, 1)


def _hand_over(db: sa.Connection) -> None:
    for voucher in every(db):
        if voucher.state is not State.WAITING:
            gifts.redeem(db, voucher.id, 4)
            gifts.deliver(db, voucher.id, 4)


def _check(address: str) -> None:
    store = _open(address)
    with store.reading() as db:
        problems = gifts.audit(db)
        assert problems == [], problems
        assert sum(gifts.balances(db).values()) == 0
    store.close()


def _books(address: str) -> list[list[tuple[object, ...]]]:
    store = _open(address)
    with store.reading() as db:
        entries = sorted(map(tuple, db.execute(sa.select(ledger_entries))))
        given = sorted((voucher.id, voucher.code, voucher.state) for voucher in every(db))
    store.close()
    return [entries, given]


if __name__ == "__main__":
    main()
