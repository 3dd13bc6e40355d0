"""The store in a PostgreSQL database, for a study that one machine's disk does not hold.

One change at a time, whoever asks: a lock that ends with its transaction keeps hubs apart, so
what holds over SQLite's one writer holds here.
"""

import socket
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final

from pg8000 import legacy
from sqlalchemy import URL, Connection, Engine, MetaData, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

from ingest.store import Result
from ingest.store.writer import Writer

_READERS_KEPT: Final = 8
_TIMEOUT_S: Final = 10
#: Names the one lock of every writer in a database; any number, but always the same.
_WRITER: Final = 0x6B69_6E64


class PostgresqlStore:
    """Keeps every table in a database; a read-only store neither creates nor changes any."""

    def __init__(
        self, url: URL, metadatas: Sequence[MetaData] = (), *, read_only: bool = False
    ) -> None:
        url = url.set(drivername="postgresql+pg8000")
        # A transaction of a reader sees what stood when it began; one of a writer, which waits
        # for its turn in its first statement, must see what was written meanwhile.
        self._readers = _engine(url, "REPEATABLE READ", read_only=True)
        turn = f"SELECT pg_advisory_xact_lock({_WRITER})"
        writing = _engine(url, "READ COMMITTED", read_only=read_only)
        self._writer = Writer(writing, "postgresql", turn)
        if not read_only:
            self._writer.make(metadatas)

    def reading(self) -> AbstractContextManager[Connection]:
        return self._readers.connect()

    def write(self, change: Callable[[Connection], Result]) -> Result:
        return self._writer.write(change)

    def close(self) -> None:
        self._writer.close()
        self._readers.dispose()


def _engine(url: URL, isolation: str, *, read_only: bool) -> Engine:
    engine = create_engine(
        url,
        isolation_level=isolation,
        pool_size=_READERS_KEPT,
        max_overflow=-1,
        pool_pre_ping=True,  # the server may have been restarted since
    )

    def settle(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"SET default_transaction_read_only = {'on' if read_only else 'off'}")
        cursor.execute("SET synchronous_commit = on")  # durable, whatever the server is set to
        cursor.close()
        connection.commit()

    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "connect", settle)
    return engine


def _connect(
    _dialect: object, _record: object, args: Sequence[Any], given: dict[str, Any]
) -> legacy.Connection:
    """Connect by a socket that holds nothing back: an hour of minutes took it 11 ms."""
    address = (given["host"], given.get("port", 5432))
    try:
        channel = socket.create_connection(address, _TIMEOUT_S)
    except OSError as error:
        raise legacy.InterfaceError(
            f"no PostgreSQL at {address[0]}:{address[1]}: {error}"
        ) from error
    channel.settimeout(None)
    channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    channel.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    try:
        return legacy.Connection(*args, **given, sock=channel)
    except BaseException:
        channel.close()
        raise
