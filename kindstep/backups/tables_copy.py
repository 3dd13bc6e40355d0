"""The study's tables from one store into another, whichever database each is in."""

from typing import Final

from sqlalchemy import Connection, Table, func, insert, select

from kindstep.tables import METADATAS

_ROWS: Final = 1_000


def is_empty(db: Connection) -> bool:
    """Tell whether no table has a row."""
    tables = (table for metadata in METADATAS for table in metadata.sorted_tables)
    return not any(db.execute(select(table).limit(1)).first() for table in tables)


def copy_rows(source: Connection, target: Connection) -> None:
    """Copy every row, parents before children; the target's tables must be empty."""
    for metadata in METADATAS:
        for table in metadata.sorted_tables:
            rows = source.execution_options(yield_per=_ROWS).execute(select(table)).mappings()
            for page in rows.partitions():
                target.execute(insert(table), [dict(row) for row in page])
            _count_on(target, table)


def _count_on(db: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows after those that came with a number."""
    key = table.autoincrement_column
    if db.dialect.name == "postgresql" and key is not None:
        last = select(func.max(key)).scalar_subquery()
        sequence = func.pg_get_serial_sequence(table.name, key.name)
        db.execute(select(func.setval(sequence, func.coalesce(last, 1), last.is_not(None))))
