"""One table as files, row group by row group; the same rows give the same bytes."""

from collections.abc import Sequence
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet

from research.export.case import Row, Table
from research.export.layout import Layout

pq: Any = pyarrow.parquet  # its types leave much open
arrow: Any = pa

#: Rows that wait in memory until they are written.
_GROUP_ROWS: Final = 262_144


class TableFiles:
    """A table's Parquet file and, for all but the longest tables, a CSV file beside it.

    Rows are pressed by `packer`, a group at a time, while the next ones are gathered.
    """

    def __init__(
        self, folder: Path, layout: Layout, packer: Executor, *, with_csv: bool
    ) -> None:
        self.layout = layout
        self.rows = 0
        self._packer = packer
        self._packing: Future[None] | None = None
        self._schema = layout.schema()
        self._waiting: list[Table] = []
        self._parquet = pq.ParquetWriter(
            folder / f"{layout.name}.parquet",
            self._schema,
            compression="zstd",
            use_dictionary=[each.name for each in layout.columns if each.kind == "category"],
            column_encoding=_encodings(layout),
        )
        self._csv: Any = None
        if with_csv:
            self._plain = layout.schema(plain=True)
            self._csv = arrow_csv.CSVWriter(str(folder / f"{layout.name}.csv"), self._plain)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._flush()
            self._packed()
        finally:
            self._close()

    def _close(self) -> None:
        self._parquet.close()
        if self._csv is not None:
            self._csv.close()

    def add(self, piece: pa.Table | Sequence[Row]) -> None:
        """Write some more rows."""
        if isinstance(piece, Table):
            table = piece
        else:
            table = arrow.Table.from_pylist([dict(row) for row in piece], self._schema)
        self._waiting.append(table)
        self.rows += table.num_rows
        if sum(each.num_rows for each in self._waiting) >= _GROUP_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._packed()
            self._packing = self._packer.submit(self._write, self._waiting)
            self._waiting = []

    def _packed(self) -> None:
        """Wait for the group before: no more than one is under way."""
        if self._packing is not None:
            self._packing.result()

    def _write(self, pieces: Sequence[Table]) -> None:
        group = arrow.concat_tables(pieces).unify_dictionaries()
        if group.num_rows:
            self._parquet.write_table(group, row_group_size=group.num_rows)
            if self._csv is not None:
                self._csv.write_table(group.cast(self._plain))


def _encodings(layout: Layout) -> dict[str, str]:
    """Return how columns are put down of which zstd alone makes little: nothing is lost."""
    counting = {each.name for each in layout.columns if each.kind in ("integer", "long")}
    measured = (each.name for each in layout.columns if each.kind == "measure")
    counted = dict.fromkeys(counting.intersection(layout.key), "DELTA_BINARY_PACKED")
    return counted | dict.fromkeys(measured, "BYTE_STREAM_SPLIT")
