"""The store in one SQLite file: one writer thread, readers that never wait for it."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, MetaData, create_engine, event
from sqlalchemy.pool import QueuePool

from ingest.store import Result
from ingest.store.writer import Writer

_READERS_KEPT = 8
_PAGES_BEFORE_COPYING = 4_000  # 16 MB: the same rows are written again and again


class SqliteStore:
    """Keeps every table in `path`; a read-only store neither creates nor changes any."""

    def __init__(
        self,
        path: Path,
        metadatas: Sequence[MetaData] = (),
        *,
        read_only: bool = False,
        busy_timeout_s: float = 10.0,
    ) -> None:
        def connect() -> sqlite3.Connection:
            return _connect(path, busy_timeout_s, read_only=read_only)

        self._readers = _engine(connect, "BEGIN")
        self._writer = Writer(_engine(connect, "BEGIN IMMEDIATE"), path.name)
        if not read_only:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._writer.make(metadatas)

    def reading(self) -> AbstractContextManager[Connection]:
        return self._readers.connect()

    def write(self, change: Callable[[Connection], Result]) -> Result:
        return self._writer.write(change)

    def close(self) -> None:
        self._writer.close()
        self._readers.dispose()


def _engine(connect: Callable[[], sqlite3.Connection], begin: str) -> Engine:
    engine = create_engine(
        "sqlite://",
        creator=connect,
        poolclass=QueuePool,
        pool_size=_READERS_KEPT,
        max_overflow=-1,
    )

    def start(db: Connection) -> None:
        db.exec_driver_sql(begin)

    event.listen(engine, "begin", start)
    return engine


def _connect(path: Path, busy_timeout_s: float, *, read_only: bool) -> sqlite3.Connection:
    mode = "ro" if read_only else "rwc"
    db = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode={mode}",
        uri=True,
        timeout=busy_timeout_s,
        isolation_level=None,  # the driver would begin late and deferred; the engine says how
        check_same_thread=False,  # the pool lends a connection to one thread at a time
    )
    if not read_only:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute(f"PRAGMA wal_autocheckpoint={_PAGES_BEFORE_COPYING}")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("PRAGMA foreign_keys=ON")
    return db
