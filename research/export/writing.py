"""One table as files, row group by row group; the same rows give the same bytes."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future, wait
from pathlib import Path
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet

from research.export.case import Row, Rows, Table
from research.export.layout import Layout

pq: Any = pyarrow.parquet  # its types leave much open
arrow: Any = pa

#: What waits in memory until it is written.
_GROUP_ROWS: Final = 262_144
_GROUP_BYTES: Final = 1 << 25
#: Rows that are brought into columns together: each time costs as much as some tens of rows.
_LOOSE_ROWS: Final = 1_000
_MOST_PIECES: Final = 4


class TableFiles:
    """A table's Parquet file and, for all but the longest tables, a CSV file beside it.

    All of that is work of `packer`, one piece after the other, while the next are gathered.
    """

    def __init__(
        self, folder: Path, layout: Layout, packer: Executor, *, with_csv: bool
    ) -> None:
        self.layout = layout
        self.rows = 0
        self._packer = packer
        self._pieces: deque[Future[None]] = deque()
        self._schema = layout.schema()
        self._loose: list[Row] = []
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
            self._give(self._finish)
            while self._pieces:
                self._pieces.popleft().result()
        finally:
            wait(self._pieces)
            self._close()

    def _close(self) -> None:
        self._parquet.close()
        if self._csv is not None:
            self._csv.close()

    def add(self, piece: Rows) -> None:
        """Write some more rows; only a few pieces wait for it at a time."""
        self._give(self._take, piece)

    def _give(self, work: Callable[..., None], *what: Rows) -> None:
        if len(self._pieces) == _MOST_PIECES:
            self._pieces.popleft().result()
        self._pieces.append(self._packer.submit(work, *what))

    def _take(self, piece: Rows) -> None:
        if callable(piece):
            self._keep(piece())
            return
        self._loose.extend(piece)
        if len(self._loose) >= _LOOSE_ROWS:
            self._gather()

    def _gather(self) -> None:
        """Bring rows into columns."""
        loose, self._loose = self._loose, []
        self._keep(arrow.Table.from_pylist([dict(row) for row in loose], self._schema))

    def _keep(self, table: Table) -> None:
        self._waiting.append(table)
        self.rows += table.num_rows
        rows, size = (sum(getattr(t, n) for t in self._waiting) for n in ("num_rows", "nbytes"))
        if rows >= _GROUP_ROWS or size >= _GROUP_BYTES:
            self._flush()

    def _finish(self) -> None:
        self._gather()
        self._flush()

    def _flush(self) -> None:
        group = arrow.concat_tables(self._waiting).unify_dictionaries()
        self._waiting = []
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
