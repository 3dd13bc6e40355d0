"""SQL over sealed files, wherever they lie."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
from numpy.typing import NDArray

from gateway.wire import Batch
from ingest.archive.columns import HEAD, to_entries
from ingest.archive.hour import read_groups
from ingest.archive.manifest import SealedFile
from ingest.archive.shelf import Shelf

_DROPPED: Final = "dropped"
_SAID: Final = HEAD.remove(HEAD.get_field_index("samples"))
_arrow: Any = pa  # its types leave open what tables and datasets hold
_dataset: Any = ds


def query(shelf: Shelf, files: Sequence[SealedFile], statement: str) -> list[tuple[Any, ...]]:
    """Return the rows of a statement that can see these files and nothing else."""
    names: dict[str, list[str]] = {}
    for file in files:
        if file.stream is not None:
            names.setdefault(_DROPPED if file.dropped else file.stream, []).append(file.path)
    dropped = names.pop(_DROPPED, [])
    with duckdb.connect(":memory:") as db:
        for view, paths in names.items():
            db.register(view, _Samples(shelf, paths))
        db.register(_DROPPED, _dataset.dataset(dropped, HEAD, filesystem=shelf.files))
        db.execute("SET enable_external_access = false")
        return db.execute(statement).fetchall()


class _Samples:
    """A stream as a table with a row a sample, as wide as its widest batch."""

    def __init__(self, shelf: Shelf, paths: Sequence[str]) -> None:
        self._shelf = shelf
        self._paths = paths
        heads = _dataset.dataset(paths, filesystem=shelf.files).to_table(columns=["channels"])
        self._channels = max(heads["channels"].to_pylist())
        values = {f"v{n}": pa.int32() for n in range(self._channels)}
        place = {"index": pa.int32(), "offset_us": pa.uint32()}
        self._layout = _arrow.schema([*_SAID, *pa.schema({**place, **values})])

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return the rows for one reading, whoever asks: Arrow's name for it."""
        reader = _arrow.RecordBatchReader.from_batches(self._layout, self._batches())
        return reader.__arrow_c_stream__(requested_schema)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        for path in self._paths:
            with self._shelf.files.open_input_file(path) as source:
                for rows in read_groups(source):
                    yield from self._unpacked(rows).cast(self._layout).to_batches()

    def _unpacked(self, rows: pa.Table) -> pa.Table:
        batches = [entry.batch for entry in to_entries(rows)]
        owner = np.repeat(np.arange(len(batches)), [batch.size for batch in batches])
        index = np.concatenate([np.arange(batch.size) for batch in batches])
        values = np.concatenate([_values(batch, self._channels) for batch in batches])
        has = np.array([batch.channels for batch in batches])[owner]
        numbers = [_arrow.array(row, mask=has <= n) for n, row in enumerate(values.T)]
        place = [pa.array(index), _arrow.concat_arrays(map(_offsets, batches))]
        said = rows.select(_SAID.names).take(_arrow.array(owner)).columns
        return _arrow.table([*said, *place, *numbers], names=self._layout.names)


def _offsets(batch: Batch) -> Any:  # noqa: ANN401 - an array, see _arrow
    if batch.period_us is not None:
        return pa.nulls(batch.size, pa.uint32())
    return pa.array(np.frombuffer(batch.offsets_us, "<u4"))


def _values(batch: Batch, channels: int) -> NDArray[np.int32]:
    values = np.zeros((batch.size, channels), np.int32)
    samples = np.frombuffer(batch.samples, f"<i{batch.width}")
    values[:, : batch.channels] = samples.reshape(-1, batch.channels)
    return values
