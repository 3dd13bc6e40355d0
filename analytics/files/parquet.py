"""Parquet: row groups are read one piece at a time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa
from pyarrow import parquet

from analytics.files import columns
from analytics.files.columns import Columns, Conversion
from analytics.files.content import Block, Hints, Recording
from analytics.files.errors import BadRecording

MAGIC: Final = b"PAR1"
_ROWS: Final = 1 << 16


def read(path: Path, hints: Hints) -> Recording:
    """Read a Parquet file; raise BadRecording when it holds no samples."""
    try:
        file = parquet.ParquetFile(path, pre_buffer=False)  # what was read ahead would stay
        names = file.schema_arrow.names
    except (OSError, pa.ArrowException) as error:
        raise BadRecording(f"{path.name}: {str(error).splitlines()[0]}") from error
    chosen = columns.of(names, path.name)
    conversion = Conversion(chosen, hints, path.name)
    rows = file.metadata.num_rows
    return Recording(
        name=path.name,
        blocks=_blocks(path, file, chosen, conversion),
        has_accel=bool(chosen.axes),
        events=tuple(chosen.events),
        scale=hints.scale or 1.0,
        rate_hz=hints.rate_hz,
        timed=chosen.time is not None,
        range_g=hints.range_g,
        done=lambda: conversion.rows / max(1, rows),
    )


def _blocks(
    path: Path, file: parquet.ParquetFile, chosen: Columns, conversion: Conversion
) -> Iterator[Block]:
    try:
        with file:
            for batch in file.iter_batches(_ROWS, columns=chosen.names):  # pyright: ignore[reportUnknownMemberType] - its stubs
                yield conversion.block(batch)
    except (OSError, pa.ArrowException) as error:
        row = conversion.rows + 1
        raise BadRecording(
            f"{path.name}, from row {row}: {str(error).splitlines()[0]}"
        ) from error
