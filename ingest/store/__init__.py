"""Where the hub keeps its tables. `Store` is the port; each sibling file is one adapter."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.sql.dml import ReturningInsert

Result = TypeVar("Result")


class Store(Protocol):
    """Tables that many may read at once and one may change at a time."""

    def reading(self) -> AbstractContextManager[Connection]:
        """Lend a connection that sees one moment of the store until it is given back."""
        ...

    def write(self, change: Callable[[Connection], Result]) -> Result:
        """Run `change` in a transaction of its own and return what it returned once durable.

        What `change` raises undoes all it did and comes back to the caller. Changes run one
        after the other, in the order asked for; a change must not call `write` itself.
        """
        ...

    def close(self) -> None:
        """Finish the changes that were asked for and let go of the store."""
        ...


def upsert(db: Connection, table: Table) -> Insert:
    """Return the statement that puts a row in place of the one with its key."""
    return _upsert(db.dialect.name, table)


def insert_new(db: Connection, table: Table) -> Insert:
    """Return the statement that inserts a row unless one with its key stands already."""
    return _insert_new(db.dialect.name, table)


def insert_once(db: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row; return False when one with its key stood already."""
    return db.execute(_insert_once(db.dialect.name, table), row).first() is not None


@lru_cache
def _upsert(dialect: str, table: Table) -> Insert:
    statement = _insert(dialect, table)
    new = {c.name: statement.excluded[c.name] for c in table.columns if not c.primary_key}
    keys = list(table.primary_key)
    if not new:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(index_elements=keys, set_=new)


@lru_cache
def _insert_new(dialect: str, table: Table) -> Insert:
    return _insert(dialect, table).on_conflict_do_nothing()


@lru_cache
def _insert_once(dialect: str, table: Table) -> ReturningInsert[Any]:
    return _insert_new(dialect, table).returning(*table.primary_key)


def _insert(dialect: str, table: Table) -> SqliteInsert | PostgresqlInsert:
    return PostgresqlInsert(table) if dialect == "postgresql" else SqliteInsert(table)
