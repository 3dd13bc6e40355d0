"""Batches of one stream of one device side by side, as arrays: what is read to be scored.

Samples are not copied: they lie in one piece as they were unpacked.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ingest.archive.columns import numbers, to_table
from ingest.log import Entry

#: What is read of each batch besides its samples.
HEAD: Final = np.dtype(
    [
        ("position", np.int64),
        ("received_us", np.int64),
        ("boot", np.int64),
        ("sequence", np.int64),
        ("first", np.int64),
        ("start_us", np.int64),
        ("period_us", np.float64),  # 0: each sample has its own time
        ("scale", np.float64),
        ("quality", np.int64),
        ("counted_boot", np.int64),  # -1: nothing counts them
        ("counted_sample", np.int64),
        ("samples", np.int64),
    ],
    align=True,
)
_NOTHING: Final = {"period_us": 0.0, "counted_boot": -1, "counted_sample": 0}
_SHAPE: Final = ("width", "channels")
_BYTES: Final = ("offsets_us", "values")
#: The columns that are read.
COLUMNS: Final = (
    *(HEAD.names or ()),
    "device",
    "stream",
    "first_us",
    "last_us",
    *_SHAPE,
    *_BYTES,
)


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Consecutive batches of one stream of one device."""

    device: str
    stream: str
    heads: NDArray[np.void]  # (batches,) HEAD
    values: NDArray[np.integer[Any]]  # (samples, channels); times the batch's scale in its unit
    times_us: NDArray[np.int64]  # (samples,) of batches without a period; or none


def of_table(rows: pa.Table) -> Iterator[Block]:
    """Yield rows of one device and stream, as many together as have the same layout."""
    if not rows.num_rows:
        return
    shape = np.stack([_numbers(rows, name) for name in _SHAPE])
    changes = np.flatnonzero((np.diff(shape) != 0).any(axis=0)) + 1
    for begin, end in pairwise([0, *changes.tolist(), rows.num_rows]):
        yield _block(rows.slice(begin, end - begin), *shape[:, begin].tolist())


def of_entries(entries: Iterable[Entry]) -> Iterator[Block]:
    """Yield entries of a log, each stream of each device in its order."""
    for _, group in groupby(sorted(entries, key=_whose), key=_whose):
        yield from of_table(to_table(list(group)))


def _block(rows: pa.Table, width: int, channels: int) -> Block:
    heads = np.zeros(rows.num_rows, HEAD)
    for name in HEAD.names or ():
        heads[name] = _numbers(rows, name)
    return Block(
        rows["device"][0].as_py(),
        rows["stream"][0].as_py(),
        heads,
        _bytes(rows, "values").view(f"<i{width}").reshape(-1, channels),
        _times_us(heads, _bytes(rows, "offsets_us").view("<u4")),
    )


def _times_us(heads: NDArray[np.void], offsets_us: NDArray[np.uint32]) -> NDArray[np.int64]:
    if not offsets_us.size:
        return np.zeros(0, np.int64)
    events = heads["period_us"] == 0
    times_us = np.zeros(heads["samples"].sum(), np.int64)
    starts_us = np.repeat(heads["start_us"][events], heads["samples"][events])
    times_us[np.repeat(events, heads["samples"])] = starts_us + offsets_us
    return times_us


def _numbers(rows: pa.Table, name: str) -> NDArray[Any]:
    column: Any = rows[name]
    if column.null_count:
        column = column.fill_null(_NOTHING[name])
    return numbers(column)


def _bytes(rows: pa.Table, name: str) -> NDArray[np.uint8]:
    """Return what the rows of a column hold, one behind the other."""
    column: Any = rows[name]
    pieces = [_piece(chunk) for chunk in column.chunks]
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)


def _piece(array: Any) -> NDArray[np.uint8]:  # noqa: ANN401 - an Arrow array
    _, edges, data = array.buffers()
    edge = np.frombuffer(edges, np.int32)
    begin, end = edge[array.offset], edge[array.offset + len(array)]
    return np.frombuffer(data or b"", np.uint8)[begin:end]


def _whose(entry: Entry) -> tuple[str, str]:
    return entry.batch.device, entry.batch.stream
