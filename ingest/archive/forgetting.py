"""Samples of people who left: whole rows go, and nothing tells that there were any."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ingest.archive.columns import HEAD, PACKED, WHOLE
from ingest.archive.manifest import SealedFile

_parquet: Any = pq  # its types leave open what columns hold


@dataclass(frozen=True, slots=True)
class Gone:
    """Which devices were worn by somebody who left, and when: [from, until) in microseconds."""

    spans: Mapping[str, Sequence[tuple[int, int]]]

    def touches(self, file: SealedFile) -> bool:
        """Tell whether a file may hold anything of it."""
        return file.stream is not None and any(
            from_us <= file.end_us and until_us > file.start_us
            for spans in self.spans.values()
            for from_us, until_us in spans
        )

    def left_of(self, rows: pa.Table) -> pa.Table:
        """Return the rows that stay."""
        devices = np.array(rows["device"].to_pylist(), dtype=object)
        first_us, last_us = _numbers(rows, "first_us"), _numbers(rows, "last_us")
        gone = np.zeros(rows.num_rows, bool)
        for device, spans in self.spans.items():
            for from_us, until_us in spans:
                gone |= (devices == device) & (first_us < until_us) & (last_us >= from_us)
        return rows.filter(pa.array(~gone))


def write(source: pa.NativeFile, target: Path, gone: Gone) -> int:
    """Write what stays of a sealed file to another; return how many rows that is."""
    with _parquet.ParquetFile(source) as sealed:
        is_whole = sealed.schema_arrow.names == WHOLE.names
        schema, how = (WHOLE, PACKED) if is_whole else (HEAD, {"compression": "zstd"})
        rows = 0
        with _parquet.ParquetWriter(target, schema, **how) as left:
            for number in range(sealed.num_row_groups):
                stays = gone.left_of(sealed.read_row_group(number))
                rows += stays.num_rows
                if stays.num_rows:
                    left.write_table(stays, row_group_size=stays.num_rows)
    return rows


def _numbers(rows: pa.Table, name: str) -> NDArray[np.int64]:
    return rows[name].to_numpy()
