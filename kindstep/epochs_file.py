"""Epochs kept as Parquet while they pass."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from pyarrow import parquet

_ROWS: Final = 4_096  # in a row group
_TEXT: Final = ("state", "counts", "intensity", "posture")
_WHOLE: Final = (
    *("counts_x", "counts_y", "counts_z", "steps", "n_valid", "refused", "saturated"),
    *("beats_kept", "beats_dropped", "zone", "desaturations_3", "desaturations_4"),
)


class NotWritten(OSError):
    """The file could not be written; the message says which and why."""


def kept(epochs: Iterator[dict[str, Any]], path: Path) -> Iterator[dict[str, Any]]:
    """Yield epochs and write each to a file; it is whole when all were taken."""
    rows: list[dict[str, Any]] = []
    writer = None
    try:
        for epoch in epochs:
            rows.append(epoch)
            writer = writer or parquet.ParquetWriter(path, _schema(epoch))
            if len(rows) == _ROWS:
                _write(writer, rows)
                rows = []
            yield epoch
        if writer and rows:
            _write(writer, rows)
    except OSError as error:
        raise NotWritten(f"{path}: {error.strerror or error}") from error
    finally:
        if writer:
            writer.close()


def _write(writer: parquet.ParquetWriter, rows: list[dict[str, Any]]) -> None:
    writer.write_table(pa.Table.from_pylist(rows, _schema(rows[0])))


def _schema(epoch: dict[str, Any]) -> pa.Schema:
    return pa.schema([(name, _type(name)) for name in epoch])


def _type(name: str) -> pa.DataType:
    if name == "flags":
        return pa.list_(pa.string())
    if name in _TEXT:
        return pa.string()
    return pa.int64() if name in _WHOLE else pa.float64()
