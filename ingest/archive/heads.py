"""What stays of a file whose samples are dropped: a row for each batch or piece of one."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ingest.archive.columns import REPEATED, counted_of, lost_of
from ingest.log import Head

#: A row a batch or piece of one: what it said once, and of its samples how many and when.
LAYOUT: Final = pa.schema(
    {
        **{n: pa.string() if pa.types.is_dictionary(k) else k for n, k in REPEATED.items()},
        "samples": pa.int32(),
        "first_us": pa.int64(),
        "last_us": pa.int64(),
    }
)
_SAID: Final = [*REPEATED, "index", "offset_us"]
_parquet: Any = pq  # its types leave open what columns hold


class Differs(RuntimeError):
    """What was read back is not what was written."""


def write(source: pa.NativeFile, target: Path) -> int:
    """Write the heads of a sealed file to another, compare, and return how many there are."""
    with _parquet.ParquetFile(source) as sealed:
        groups = range(sealed.num_row_groups)
        with _parquet.ParquetWriter(target, LAYOUT, compression="zstd") as heads:
            for number in groups:
                heads.write_table(_heads(sealed.read_row_group(number, columns=_SAID)))
        with _parquet.ParquetFile(target) as heads:
            for number in groups:
                said = _heads(sealed.read_row_group(number, columns=_SAID))
                if not heads.read_row_group(number).equals(said):
                    raise Differs(str(target))
            return heads.metadata.num_rows


def read(source: pa.NativeFile, devices: Collection[str] | None = None) -> Iterator[Head]:
    """Yield the heads of some devices."""
    table = _parquet.read_table(
        source, filters=None if devices is None else [("device", "in", {*devices})]
    )
    for row in table.to_pylist():
        yield _head(row)


def _heads(samples: pa.Table) -> pa.Table:
    position = samples["position"].to_numpy()
    index = samples["index"].to_numpy()
    order = np.lexsort((index, position))
    starts = np.flatnonzero(np.diff(position[order], prepend=-1))
    times_us = _times_us(samples, index)[order]
    columns: dict[str, Any] = {name: samples[name].take(order[starts]) for name in REPEATED}
    columns["samples"] = np.diff(starts, append=len(order))
    columns["first_us"] = np.minimum.reduceat(times_us, starts)
    columns["last_us"] = np.maximum.reduceat(times_us, starts)
    return pa.table(columns).cast(LAYOUT)


def _times_us(samples: pa.Table, index: NDArray[np.int32]) -> NDArray[np.int64]:
    start_us = samples["start_us"].to_numpy()
    period_us, offset_us = (
        samples[name].combine_chunks().fill_null(0).to_numpy(zero_copy_only=False)
        for name in ("period_us", "offset_us")
    )
    return start_us + np.rint(index * period_us).astype(np.int64) + offset_us


def _head(row: dict[str, Any]) -> Head:
    return Head(
        position=row["position"],
        device=row["device"],
        boot=row["boot"],
        stream=row["stream"],
        sequence=row["sequence"],
        first=row["first"],
        received_us=row["received_us"],
        gateway=row["gateway"],
        samples=row["samples"],
        start_us=row["first_us"],
        end_us=row["last_us"],
        period_us=row["period_us"],
        counted=counted_of(row),
        lost=lost_of(row),
    )
