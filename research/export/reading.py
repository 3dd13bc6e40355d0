"""Rows of a package's tables, however many there are."""

from collections.abc import Collection, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeAlias

import pyarrow as pa
import pyarrow.parquet

from research.export.manifest import BadPackage

pq: Any = pyarrow.parquet  # its types leave much open
_ROWS_AT_ONCE: Final = 10_000

Told: TypeAlias = dict[str, Any]


def each(folder: Path, table: str, columns: Collection[str] | None = None) -> Iterator[Told]:
    """Yield a table's rows; raise BadPackage where it lacks a column, or is no table."""
    with opened(folder, table) as file:
        lacking = sorted({*(columns or ())}.difference(file.schema_arrow.names))
        if lacking:
            raise BadPackage(f"{path(folder, table)}: has no column {lacking[0]}")
        for batch in file.iter_batches(_ROWS_AT_ONCE, columns=columns and [*columns]):
            yield from batch.to_pylist()


@contextmanager
def opened(folder: Path, table: str) -> Generator[Any]:
    """Open a table; raise BadPackage for what cannot be read of it while the block runs."""
    where = path(folder, table)
    try:
        with pq.ParquetFile(where) as file:
            yield file
    except (OSError, pa.ArrowException) as error:
        raise BadPackage(f"{where}: {error}") from error


def path(folder: Path, table: str) -> Path:
    """Return where a table lies."""
    return folder / "tables" / f"{table}.parquet"
