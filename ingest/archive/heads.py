"""What stays of a file whose samples are dropped: its rows, without the samples' bytes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.archive.columns import HEAD

_parquet: Any = pq  # its types leave open what columns hold


class Differs(RuntimeError):
    """What was read back is not what was written."""


def write(source: pa.NativeFile, target: Path) -> int:
    """Write the heads of a sealed file to another, compare, and return how many there are."""
    with _parquet.ParquetFile(source) as sealed:
        with _parquet.ParquetWriter(target, HEAD, compression="zstd") as heads:
            for group in _groups(sealed):
                heads.write_table(group)
        with _parquet.ParquetFile(target) as heads:
            for said, read in zip(_groups(sealed), _groups(heads), strict=True):
                if not read.equals(said):
                    raise Differs(str(target))
            return heads.metadata.num_rows


def _groups(file: Any) -> Iterator[pa.Table]:  # noqa: ANN401 - see _parquet
    for number in range(file.num_row_groups):
        yield file.read_row_group(number, columns=HEAD.names)
